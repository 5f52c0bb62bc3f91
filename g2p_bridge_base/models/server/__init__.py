"""What code and parameters of the server may do to us."""

from . import ir_config_parameter
from . import res_config_settings
from . import opened_model
from . import server_code
