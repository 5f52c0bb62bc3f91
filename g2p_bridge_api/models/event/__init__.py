"""Events: what happened, numbered without gaps, for those who ask or are told."""

from . import event_kind
from . import event
from . import event_number
from . import event_reading
from . import event_batch
from . import event_envelope
from . import event_funds
from . import event_statement
