# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sponsor banks, and what is asked of them: funds and the batches of payments.

- ``sponsor_bank``: how a bank's statements come in, and what becomes of envelopes if it changes
- ``funds_step``: check and block the money of an envelope, release the rest
- ``bank_batch``: payments that are handed to the bank together
"""

from . import sponsor_bank
from . import funds_step
from . import bank_batch
