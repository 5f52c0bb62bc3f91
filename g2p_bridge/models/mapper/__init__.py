"""ID mappers: where a beneficiary wants the money, asked batch by batch."""

from . import mapper
from . import mapper_connector
from . import mapper_connector_spar
from . import mapper_connector_spar_async
from . import mapper_connector_spar_2
from . import mapper_call_back
from . import mapper_batch
from . import mapper_batch_call_back
from . import mapper_batch_slots
