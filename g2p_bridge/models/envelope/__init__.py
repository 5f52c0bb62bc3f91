# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Envelopes: one disbursement of one program for one cycle each, and its way to the bank.

- ``envelope_states``: the states, their groups, and the facts that they are read from
- ``envelope``: the record, who makes it, and the ways to what it is made of
- ``envelope_totals``: what was declared, received, funded, shipped and proved, exactly
- ``envelope_progress``: which step may run now, what it waits for and for whom
- ``envelope_revision``: what it would pay, as one value; what was found out after the approval
- ``envelope_review``: who approves or sends it back, and when an approval is taken back
- ``envelope_control``: start, pause, resume, try again, cancel, release the hold
- ``screens``: what only a screen needs, each a model of its own that takes the envelope

The archive and the import of files add their own to it, in their rooms.
"""

from . import envelope
from . import envelope_totals
from . import envelope_progress
from . import envelope_revision
from . import envelope_review
from . import envelope_control
from . import screens
