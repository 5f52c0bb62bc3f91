# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Events: what has happened to an envelope.

event            one row per event, written in the transaction that it is about
event_number     the order of events, as everybody outside sees it
event_reading    events as others read them
event_kind       the kinds that there are
event_envelope, event_batch, event_funds, event_statement   who emits them; what senders declare
                 and send: ``services/service_events``
"""

from . import event_kind
from . import event
from . import event_number
from . import event_reading
from . import event_batch
from . import event_envelope
from . import event_funds
from . import event_statement
