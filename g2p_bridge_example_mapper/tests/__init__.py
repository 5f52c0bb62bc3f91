from . import test_entry, test_fill, test_recorded, test_server
