# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cycles of PBMS.

cycle_handover   an approved cycle is handed to the bridge, and a withdrawn one is stopped
cycle_approval   who approved it, and who has a part in what it pays
cycle_manager    PBMS's approval of cycles: only this counts
cycle_settle     when all its payments have an end, it is distributed
cycle_totals     what became of its entitlements, to the cent
cycle_page       the page "Bank Disbursement": what is wrong, and the ways to everything
"""

from . import cycle_handover
from . import cycle_approval
from . import cycle_manager
from . import cycle_totals
from . import cycle_page
from . import cycle_settle
