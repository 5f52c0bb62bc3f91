"""Calls over HTTP: each kept, answered once."""

from . import operation
from . import api_settings
from . import api_call
from . import api_service
from . import signed_message
