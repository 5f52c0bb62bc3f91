from . import secret_mixin
from . import secret_show
from . import endpoint
from . import endpoint_test
from . import bank_connector
from . import http_client
from . import bank_connector_http
from . import sponsor_bank
