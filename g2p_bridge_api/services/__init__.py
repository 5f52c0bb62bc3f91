# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the engine, as callers over HTTP need them.

service                whose call it is, and which programs exist for it
service_lists          list_disbursements and list_changes, page by page
service_gen_2          the operations as the newer PBMS words them
service_bank           statements that a bank sends
program_configuration  benefit programs from outside, for an administrator to confirm
service_forgiving      what is understood of partners that need not complete their headers
service_cycle_codes    partners that call every cycle by the same code
service_repeated       a signed message that was carried out before
service_events         the events of what senders declare and send
"""

from . import service
from . import service_forgiving
from . import service_cycle_codes
from . import service_gen_2
from . import program_configuration
from . import service_repeated
from . import service_bank
from . import service_events
from . import service_lists
