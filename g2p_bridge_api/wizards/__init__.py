from . import partner_key_add
from . import signature_check
from . import webhook_replay
