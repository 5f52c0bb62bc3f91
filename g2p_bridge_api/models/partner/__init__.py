"""Partners: who may call, with which keys, addresses, IDs and forms of messages."""

from . import partner
from . import partner_user
from . import partner_key
from . import partner_readiness
from . import partner_header
from . import partner_message
from . import partner_admission
from . import partner_bytes
from . import partner_address
from . import unsigned_access
from . import sender_id
from . import partner_cycle_codes
