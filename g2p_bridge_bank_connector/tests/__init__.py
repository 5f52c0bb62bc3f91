from . import test_diagnosis
