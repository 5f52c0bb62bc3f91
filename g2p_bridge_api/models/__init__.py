from . import service

from . import partner
from . import event, event_kind, event_number, event_reading
from . import event_envelope, event_service, event_batch, event_funds, event_statement
from . import webhook, webhook_delivery, webhook_outbox, webhook_client, webhook_send
from . import webhook_replay, res_config_settings_events
from . import service_reading, service_listing, service_changes
