# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Services of others: where they are, how we log in, sign and call; our signing keys."""

from . import advice
from . import signing_key
from . import endpoint
from . import endpoint_probe
from . import http_client
