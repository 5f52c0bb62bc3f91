# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What code and parameters of the server may do to us."""

from . import ir_config_parameter
from . import res_config_settings
from . import opened_model
from . import server_code
