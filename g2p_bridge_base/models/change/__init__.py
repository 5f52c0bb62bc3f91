# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What two people change: proposals of one, confirmed by another.

- ``change_subject``: what a record has to say of itself to be changed so
- ``change``: the proposal
- ``two_person_mixin``: configuration that directs money
- ``role_proposal``: roles of the bridge
- ``login_doubt``: people whose login somebody else has set
"""

from . import change_subject
from . import change
from . import role_proposal
from . import login_doubt
from . import two_person_mixin
