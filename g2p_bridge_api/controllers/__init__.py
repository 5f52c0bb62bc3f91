from . import documentation
from . import api
