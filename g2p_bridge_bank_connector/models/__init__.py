from . import bank_connector
from . import bank_connector_http
from . import sponsor_bank
