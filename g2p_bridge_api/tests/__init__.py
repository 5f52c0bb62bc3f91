# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .call import (
    test_api_call,
    test_transactions,
    test_requests,
    test_big_requests,
    test_fuzz,
    test_prefix,
    test_isolation,
    test_upload,
    test_openapi,
    test_openapi_answers,
    test_codes,
)
from .partner import (
    test_admission,
    test_partner,
    test_partner_messages,
    test_partner_tours,
    test_secret_address,
    test_two_people_partners,
    test_replay,
    test_proof_first,
    test_lib_message_time,
    test_lib_proof,
)
from .event import (
    test_event_order,
    test_events,
    test_lib_events,
)
from .webhook import (
    test_webhook,
    test_webhook_failure,
)
from .services import (
    test_client_newer_pbms,
    test_cycle_codes,
    test_forgiving,
    test_gen_2,
    test_list_changes,
    test_list_disbursements,
    test_lists,
    test_operations,
    test_pbms_17,
)
