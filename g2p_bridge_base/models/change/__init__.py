"""What two people change: proposals of one, confirmed by another."""

from . import change_subject
from . import change
from . import role_proposal
from . import login_doubt
from . import two_person_mixin
