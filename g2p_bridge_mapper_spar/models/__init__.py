# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The connectors that speak the dialects of SPAR, each beside what it adds to the one before."""

from . import connector_spar_1
from . import connector_spar_1_async
from . import connector_spar_2
