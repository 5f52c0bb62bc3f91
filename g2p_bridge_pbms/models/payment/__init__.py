# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments of PBMS.

payment         one payment: the envelope and the disbursement that carry it out
payment_batch   how the payments of a batch are handed to the bridge, by one job
"""

from . import payment
from . import payment_batch
