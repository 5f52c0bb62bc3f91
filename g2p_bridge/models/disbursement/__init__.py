# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Disbursements: one payment to one person each.

- ``disbursement_states``: the states, their groups and moves; what has left, what may be reissued
- ``disbursement_record``: what is kept of a payment, at hand or archived
- ``disbursement``: the big table; cancel, reissue, export
- ``disbursement_unresolved``: payments without a usable address, and those that are held
- ``disbursement_history``: what became of a payment, for its page
- ``disbursement_proof``: payments that no statement proves in time
- ``account_sql``, ``account_seen``: which accounts are the same, and which an approver has seen
- ``proof_sql``: the lines of statements by which a payment was paid and came back
"""

from . import disbursement_record
from . import disbursement
from . import disbursement_history
from . import disbursement_unresolved
from . import disbursement_proof
