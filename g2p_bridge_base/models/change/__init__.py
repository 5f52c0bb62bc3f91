# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What two people change: proposals of one, confirmed by another."""

from . import change_subject
from . import change
from . import role_proposal
from . import login_doubt
from . import two_person_mixin
