from . import test_call_back, test_entry, test_fill, test_recorded, test_server, test_spar_2
