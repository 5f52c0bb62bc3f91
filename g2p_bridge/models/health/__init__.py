# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Health: whether the bridge works, for people and for monitoring.

- ``health_orphaned``: what waits and may run, and which of it has lost its job
- ``health_stalled``: what stands still, as it is now
- ``health``: what the page shows
- ``stall``: what stands still as a record, of which people are told once
- ``health_metrics``: the same for machines: numbers, and no word about a person or a payment
"""

from . import health_orphaned
from . import health_stalled
from . import health
from . import stall
from . import health_metrics
