from . import behaviour
from . import entry
