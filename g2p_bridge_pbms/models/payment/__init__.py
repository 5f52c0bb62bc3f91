"""PBMS's payments and their batches."""

from . import payment
from . import payment_batch
from . import handover_fill
from . import handover_leave_out
