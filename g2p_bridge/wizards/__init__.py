# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import envelope_create
from . import envelope_amend
from . import decision
from . import entry_match
from . import reissue
from . import beneficiary_correct
from . import envelope_review
from . import mapper_probe
from . import restore_confirm
