"""What code and parameters of the server may do to us."""

from . import own_parameter
from . import opened_model
from . import server_code
