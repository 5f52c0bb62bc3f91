"""Health: what is late, lost or stuck, for people and for monitoring."""

from . import health_items
from . import health_left_behind
from . import health_stalls
from . import health
from . import health_opened
from . import stall
from . import health_metrics
