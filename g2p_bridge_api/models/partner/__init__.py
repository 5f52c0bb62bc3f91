# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Partners: systems outside that may call.

partner            who it is, what it may ask and of which programs; two people agree to that
partner_user       the user in whose name it acts, and its API keys
partner_address    a secret address of its own, where it can send no other proof
partner_admission  whether a call is carried out: what proves it, and before anything is parsed
partner_header     what a message says about itself
partner_readiness  what is missing before its first call can succeed
partner_key        its public keys
partner_message    the messages that it has sent of late: none twice, and not too many
sender_id          the IDs that it gives to what the bridge calls otherwise
"""

from . import partner
from . import partner_user
from . import partner_key
from . import partner_readiness
from . import partner_header
from . import partner_message
from . import partner_admission
from . import partner_address
from . import sender_id
