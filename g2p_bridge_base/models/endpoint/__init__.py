"""Services of others: where they are, how we log in, sign and call; our signing keys."""

from . import advice
from . import signing_key
from . import endpoint
from . import endpoint_probe
from . import http_client
