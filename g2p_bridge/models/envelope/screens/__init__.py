# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What only screens need of an envelope: abstract models that take the record.

- ``envelope_pipeline``: what has reached each stage, and what went wrong
- ``envelope_timeline``: who did what and when
- ``envelope_preview``: what would be shipped, and what is odd about it
- ``envelope_export``: its disbursements as a file
"""

from . import envelope_pipeline
from . import envelope_timeline
from . import envelope_preview
from . import envelope_export
