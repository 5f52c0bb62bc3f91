"""Disbursements: one payment to one person, its history, proof and second try."""

from . import disbursement_record
from . import disbursement
from . import disbursement_history
from . import disbursement_unresolved
from . import disbursement_reissue
from . import disbursement_held
from . import disbursement_proof
from . import disbursement_export
