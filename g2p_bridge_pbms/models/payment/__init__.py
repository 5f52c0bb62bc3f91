# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PBMS's payments and their batches."""

from . import payment
from . import payment_batch
from . import handover_fill
from . import handover_leave_out
