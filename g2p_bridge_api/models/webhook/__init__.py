# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks: events that we deliver, and how a delivery is tried again."""

from . import webhook
from . import webhook_delivery
from . import webhook_outbox
from . import webhook_client
from . import webhook_send
from . import webhook_replay
