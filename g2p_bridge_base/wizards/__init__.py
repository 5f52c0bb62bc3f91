from . import audit_verify
from . import change_refuse
from . import mail_compose_message
