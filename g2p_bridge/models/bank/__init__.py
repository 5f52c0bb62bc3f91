# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sponsor banks, and what is asked of them: funds and the batches of payments."""

from . import sponsor_bank
from . import funds_step
from . import bank_batch
