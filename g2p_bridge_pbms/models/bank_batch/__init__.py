# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bridge's bank batch, which reports back to PBMS."""

from . import report_back_dates
from . import report_back
from . import bank_batch_gone
