"""The payment manager of PBMS that pays by the bridge."""

from . import payment_manager
from . import payment_manager_buttons
from . import handover
from . import beneficiary
