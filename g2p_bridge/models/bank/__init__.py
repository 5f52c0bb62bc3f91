"""Sponsor banks, and what is asked of them: funds and the batches of payments."""

from . import sponsor_bank
from . import funds_step
from . import bank_batch
from . import bank_batch_rejections
from . import bank_batch_second
