from . import test_operations
