from . import models
from . import quiet_calls
from . import wizards
from .hooks import uninstall_hook
