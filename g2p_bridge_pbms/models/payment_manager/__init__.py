# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payment manager of PBMS that pays by the bridge."""

from . import payment_manager
from . import payment_manager_buttons
from . import handover
from . import beneficiary
