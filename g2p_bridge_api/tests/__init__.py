from . import test_events, test_event_order
from . import test_list_disbursements, test_list_changes
