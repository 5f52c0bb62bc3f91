"""ID mappers: where a beneficiary wants the money, asked batch by batch."""

from . import mapper
from . import mapper_connector
from . import mapper_batch
