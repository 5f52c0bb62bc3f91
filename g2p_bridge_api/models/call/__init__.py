# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls from outside.

operation       what a partner can ask: the list is part of the program
api_service     one call, from its admission to its answer
api_call        the record of each call, and of refused ones together
signed_message  signed messages that had an effect: their bytes have none again
api_settings    what is configured of the endpoints
"""

from . import operation
from . import api_settings
from . import api_call
from . import api_service
from . import signed_message
