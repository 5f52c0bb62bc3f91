from . import audit_verify
from . import mail_compose_message
