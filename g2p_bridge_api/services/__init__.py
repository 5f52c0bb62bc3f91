"""The operations of the engine, as callers over HTTP need them."""

from . import service
from . import service_forgiving
from . import service_cycle_codes
from . import service_gen_2
from . import service_sender_ids
from . import service_repeated
from . import service_bank
from . import service_events
from . import service_reading
from . import service_listing
from . import service_changes
