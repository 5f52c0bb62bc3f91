# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payment manager of PBMS that pays through the bridge.

payment_manager           what is configured of it
payment_manager_payee     who is paid for an entitlement, or why nobody is: found for whole rounds
payment_manager_round     one round of a cycle: an envelope, and payments of PBMS
payment_manager_buttons   what the buttons of PBMS call
"""

from . import payment_manager
from . import payment_manager_buttons
from . import payment_manager_payee
from . import payment_manager_round
