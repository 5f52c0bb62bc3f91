"""Disbursements: one payment to one person, its history, proof and second try."""

from . import disbursement_record
from . import disbursement
from . import disbursement_life
from . import disbursement_unresolved
from . import disbursement_reissue
from . import odd_account
from . import proof_overdue
from . import disbursement_export
