"""Webhooks: events that we deliver, and how a delivery is tried again."""

from . import webhook
from . import webhook_delivery
from . import webhook_outbox
from . import webhook_client
from . import webhook_send
from . import webhook_replay
