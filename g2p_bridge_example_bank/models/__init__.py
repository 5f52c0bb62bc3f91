# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The simulated bank.

account           an account and its money, which is computed and never stored
block             funds on hold for payments; funds_lock: one taker of funds at a time
payment_batch     a list of payments that a client sent, and what is answered
payment_intake    how it comes in: all its payments or none
bookkeeping       how it gets into the books, or wrongly where a fault says so
payment, log      one payment; one entry in the books: big tables
statement         one MT940 file; statement_file: how it is made; statement_delivery: how it is sent
fault             what the bank does wrong, for the next calls to an account
service           the bank's operations, behind the endpoints
sponsor_bank, connector   the bridge's side: speaks to this bank as to any other
"""

from . import account
from . import fault
from . import funds_lock
from . import block
from . import payment_batch
from . import payment_intake
from . import bookkeeping
from . import payment
from . import log
from . import statement
from . import statement_file
from . import statement_delivery
from . import service
from . import sponsor_bank
from . import connector
