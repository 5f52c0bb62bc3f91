from . import models
from . import quiet_logs
from . import wizards
from .hooks import uninstall_hook
