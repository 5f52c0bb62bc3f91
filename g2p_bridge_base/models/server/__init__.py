# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What code and parameters of the server may do to us.

- ``ir_config_parameter``, ``res_config_settings``: our settings: who gets at them, changes them,
  and is remembered
- ``opened_model``: models of others by which money could be moved, where an addon opens them
- ``server_code``: what the server runs, or goes by, in everybody's name
"""

from . import ir_config_parameter
from . import res_config_settings
from . import opened_model
from . import server_code
