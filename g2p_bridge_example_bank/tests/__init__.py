# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_access
from . import test_bookkeeping
from . import test_concurrency
from . import test_connection_test
from . import test_connector
from . import test_endpoints
from . import test_expired_certificate
from . import test_fault_bookings
from . import test_fault_connector
from . import test_fault_statements
from . import test_faults
from . import test_message
from . import test_mt940
from . import test_samples
from . import test_statement
from . import test_statement_delivery
