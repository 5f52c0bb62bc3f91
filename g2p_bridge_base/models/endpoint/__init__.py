# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Services of others: where they are, how we log in, sign and call.

- ``endpoint``: the record: address, credential, environment
- ``endpoint_probe``, ``advice``: trying it out, and what to do about what came of it
- ``signing_key``: the keys by which we prove that a request is from us
- ``http_client``: the call itself
"""

from . import advice
from . import signing_key
from . import endpoint
from . import endpoint_probe
from . import http_client
