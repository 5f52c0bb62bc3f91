# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Groups of a statement's states, and the rules that ask for them.

Its states are those of a step, see ``step_states``. What waits for a person before any of its lines
is read has failed with a code that says for what.
"""

from ...lib.statement import CORRECTION, UNKNOWN_ACCOUNT
from ...rule import Codes, States, Ticked
from ..step.step_states import FAILED

#: It has still to be processed.
TO_COME = States("pending", "in_progress")
#: Its number is taken: it is processed, or will be.
STANDS = States("pending", "in_progress", "done")

_SAME_NUMBER = Codes(CORRECTION, field="latest_error_code")
_NO_ACCOUNT = Codes(UNKNOWN_ACCOUNT, field="latest_error_code")
#: It failed, or finance has said that nothing of it is processed; both may be decided anew.
_LEFT = States("failed", "cancelled")

#: It has the number of another one and other content: a person says whether it is another one.
WAITS_FOR_DECISION = FAILED & _SAME_NUMBER
#: Nobody knows whose account it is of: it goes on by itself once a program has the account.
WAITS_FOR_ACCOUNT = FAILED & _NO_ACCOUNT
#: A person has to say something before anything of it is processed.
WAITS_FOR_PERSON = WAITS_FOR_DECISION | WAITS_FOR_ACCOUNT
#: It can't be read, or was tried too often.
COULD_NOT_BE_READ = FAILED & ~Codes(CORRECTION, UNKNOWN_ACCOUNT, field="latest_error_code")
#: It may be said that it is another statement than the one with its number.
MAY_BE_ANOTHER = _LEFT & _SAME_NUMBER
#: It may be said which account it is of.
MAY_GET_ACCOUNT = _LEFT & _NO_ACCOUNT
#: A person has handed it in, and nobody else has said the same: returns on it are not believed.
UNCONFIRMED = Ticked("awaits_confirmation")
