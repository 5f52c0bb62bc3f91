"""The bridge's bank batch, which reports back to PBMS."""

from . import report_back_dates
from . import report_back
from . import bank_batch_gone
