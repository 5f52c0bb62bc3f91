# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""ID mappers: where a beneficiary wants the money, asked batch by batch."""

from . import mapper
from . import mapper_connector
from . import mapper_batch
