# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""SPAR as a mapper: what its record needs more, and a connector for each dialect."""

from . import mapper
from . import connector_spar_1
from . import connector_spar_1_async
from . import connector_spar_2
