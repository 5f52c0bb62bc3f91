# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import constants
from . import manager_mixin
from . import base_manager
from . import program
from . import membership
from . import cycle
from . import related_jobs
from . import cycle_buttons
from . import entitlement
from . import entitlement_view
from . import payment
from . import payment_channel
from . import journal
from . import program_manager
from . import cycle_manager
from . import entitlement_manager
from . import entitlement_booking
from . import entitlement_approval
from . import fund
from . import payment_manager
