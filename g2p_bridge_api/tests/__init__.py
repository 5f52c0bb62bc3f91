from . import test_api_call
from . import test_big_requests
from . import test_codes
from . import test_fuzz
from . import test_gen_2, test_client_newer_pbms
from . import test_isolation
from . import test_openapi, test_openapi_answers
from . import test_lists
from . import test_operations
from . import test_prefix
from . import test_requests
from . import test_transactions
from . import test_upload
from . import test_admission
from . import test_lib_jws
from . import test_lib_message_time
from . import test_lib_public_keys
from . import test_partner
from . import test_partner_messages
from . import test_partner_tours
from . import test_lib_events
from . import test_events, test_event_order
from . import test_list_disbursements, test_list_changes
from . import test_webhook, test_webhook_failure
from . import test_lib_jws_file, test_proof_first, test_replay
from . import test_forgiving, test_secret_address, test_cycle_codes, test_pbms_17
