# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""ID mappers: where a beneficiary wants the money, asked batch by batch.

- ``mapper``: the record: how many batches it takes at a time, who waits for it
- ``mapper_connector``: what an addon that speaks to a kind of mapper gives
- ``mapper_batch``: the beneficiaries that are asked about together, and answers that come later
"""

from . import mapper
from . import mapper_connector
from . import mapper_batch
