# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import service
from . import envelope_operations
from . import disbursement_operations
from . import reissue_operations
from . import cancellation_operations
from . import status_operations
from . import statement_operations
