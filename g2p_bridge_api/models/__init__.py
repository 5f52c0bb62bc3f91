from . import operation
from . import partner
from . import partner_user
from . import partner_key
from . import partner_readiness
from . import partner_header
from . import partner_message
from . import partner_admission
from . import partner_bytes
from . import partner_address
from . import signed_message
from . import unsigned_access
from . import res_users
from . import program
from . import res_config_settings_partners
from . import service
from . import api_settings
from . import ir_http
from . import ir_config_parameter
from . import res_config_settings
from . import sender_id
from . import service_forgiving
from . import partner_cycle_codes, service_cycle_codes
from . import service_gen_2
from . import service_sender_ids
from . import program_configuration
from . import service_repeated
from . import api_call
from . import api_service
from . import service_bank
from . import event, event_kind, event_number, event_reading
from . import event_envelope, event_service, event_batch, event_funds, event_statement
from . import webhook, webhook_delivery, webhook_outbox, webhook_client, webhook_send
from . import partner_two_person
from . import webhook_replay, res_config_settings_events
from . import service_reading, service_listing, service_changes
