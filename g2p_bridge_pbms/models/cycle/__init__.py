"""PBMS's cycle: handed over, seen and settled."""

from . import cycle_handover
from . import cycle_totals
from . import cycle_page
from . import cycle_buttons
from . import cycle_gone
from . import cycle_settle
