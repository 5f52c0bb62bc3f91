# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import account
from . import account_statements
from . import fault
from . import funds_lock
from . import block
from . import payment_batch
from . import payment_intake
from . import bookkeeping
from . import booking_fault
from . import payment
from . import log
from . import statement
from . import statement_file
from . import statement_delivery
from . import statement_fault
from . import service
from . import sponsor_bank
from . import connector
