from . import test_diagnosis
from . import test_seal
