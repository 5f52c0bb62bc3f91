# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import bridge_fields
from . import gone
from . import entitlement
from . import payment
from . import cycle
from . import payment_manager
from . import envelope
from . import bank_batch
from . import pbms_approval
