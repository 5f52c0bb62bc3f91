from . import audit_verify
from . import change_refuse
