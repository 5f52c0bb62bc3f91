# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import envelope_create
from . import envelope_amend
from . import decision
from . import entry_match
from . import entry_match_words
from . import reissue
from . import beneficiary_correct
from . import decision_envelope
from . import decision_archive
from . import decision_statement
from . import envelope_review
from . import mapper_test
from . import envelope_preview_queries
from . import envelope_preview_findings
from . import envelope_preview
from . import restore_confirm
