# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks: events that are delivered.

webhook           a partner's address: whether it is called, and what people do about it
webhook_outbox    which events come to it
webhook_send      how they leave: in order, until they are taken
webhook_replay    sending again what was sent or given up
webhook_client    the HTTP request itself
webhook_delivery  one event for one webhook: the outbox, and the record of what was sent
"""

from . import webhook
from . import webhook_delivery
from . import webhook_outbox
from . import webhook_client
from . import webhook_send
from . import webhook_replay
