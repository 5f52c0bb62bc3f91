from . import bridge_fields
from . import registrant
from . import entitlement
from . import payment
from . import cycle
from . import payment_manager
from . import envelope, envelope_archive, envelope_report_back
from . import bank_batch, bank_batch_gone
from .cycle import cycle_approval
