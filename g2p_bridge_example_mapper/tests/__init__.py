# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_call_back, test_entry, test_fill, test_recorded, test_server, test_spar_2
