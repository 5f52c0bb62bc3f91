# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""PBMS's cycle: handed over, seen and settled."""

from . import cycle_handover
from . import cycle_totals
from . import cycle_page
from . import cycle_buttons
from . import cycle_gone
from . import cycle_settle
