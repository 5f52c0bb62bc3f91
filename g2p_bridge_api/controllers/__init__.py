from . import documentation
from . import api
from . import jwks
