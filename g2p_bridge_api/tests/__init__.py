from . import test_lib_events
from . import test_events, test_event_order
from . import test_list_disbursements, test_list_changes
from . import test_webhook, test_webhook_failure
