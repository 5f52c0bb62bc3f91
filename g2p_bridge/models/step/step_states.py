# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The states of a step: what they mean, their groups, and how it may move.

What holds, whatever dies: a call that may have left is never simply made again. It is asked about,
and only what the other side never received is sent once more. The row tells how far it had come:

============  =========  ======================================================
state         begun_at   meaning
============  =========  ======================================================
open                     still being filled, not eligible
pending                  to be done when it is eligible and due
in_progress   empty      claimed; nothing has left, it can be claimed again
in_progress   set        being called; if nobody holds its lock: uncertain
waiting       set        taken; the answer comes by itself until next_attempt_at
uncertain     set        it may have happened: ask, wait for a person or a proof
done                     it happened and is recorded
failed                   final until a person decides
cancelled                it will not happen
============  =========  ======================================================
"""

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...rule import Positive, States

STATES = [
    ("open", "Filling"),
    ("pending", "Pending"),
    ("in_progress", "In progress"),
    ("waiting", "Waiting for the answer"),
    ("uncertain", "Uncertain"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]

#: Nothing of it has left, as far as this database knows.
UNCALLED = States("open", "pending")
#: Something of it may have left, and what became of that is not known.
CALLED = States("in_progress", "uncertain")
#: Its outcome is not known, and it goes on by what the other side, a statement or a person says.
UNCERTAIN = States("uncertain")
#: It is final until a person decides.
FAILED = States("failed")
#: It goes on by itself, or will.
GOING = States("open", "pending", "in_progress", "waiting")
#: A job has still to look at it; what is in progress has one.
TO_LOOK_AT = States("pending", "waiting", "uncertain")
#: It has a job, or needs one.
LIVING = States("pending", "in_progress", "waiting", "uncertain")
#: The mapper has still to be asked, or may have to be once more.
TO_ASK = States("open", "pending", "waiting")
#: A person may have to decide about it.
PROBLEM = States("failed", "uncertain")
#: Its work is over, unless a person has it tried again.
OVER = States("done", "failed")
#: Nothing of it will leave any more.
ENDED = States("done", "cancelled")
#: A restored database asks about it first: it may have gone on after the backup.
UNFINISHED = States("open", "pending", "in_progress", "failed")

#: Something of it has been tried: money has begun to move.
HAS_BEGUN = Positive("attempts") | ~States("open", "pending", "cancelled")

#: What is done may be asked about or decided again, but is never just sent again.
NEVER_SENT_AGAIN = Frozen(
    "done",
    ("state",),
    "old.state = 'done'",
    unless="new.state IN ('in_progress', 'uncertain', 'failed')",
)

#: from → to → why
MOVES = {
    "open": {
        "pending": "the batch is full, or nothing more arrives",
        "uncertain": "restored: it may have been begun after the backup",
        "done": "finance gives up what has not left",
        "cancelled": "its envelope is cancelled",
    },
    "pending": {
        "in_progress": "claimed, by one more attempt; or the answer comes by itself",
        "uncertain": "restored: it may have been begun after the backup",
        "done": "finance gives up what has not left",
        "failed": "the attempts are used up, or a person has to decide first",
        "open": "a part of a statement: the whole is read again",
        "cancelled": "its envelope is cancelled",
    },
    "in_progress": {
        "pending": "it certainly has not left: Unavailable, or the worker died before the call",
        "waiting": "the other side has taken it, and answers by calling us",
        "uncertain": "it may have left: OutcomeUnknown, or the worker died in the call",
        "done": "the other side has done it",
        "failed": "Rejected, or the attempts are used up",
        "open": "a part of a statement: the whole is read again",
        "cancelled": "a question, which has no effect: its envelope is cancelled",
    },
    "waiting": {
        "in_progress": "the answer comes by itself",
        "pending": "no answer has come in time",
        "failed": "nor at the last attempt",
        "cancelled": "its envelope is cancelled",
    },
    "uncertain": {
        "pending": "asked, or said by two persons: the other side never received it",
        "done": "asked, or said by a person or a statement: it has happened",
        "failed": "asked: the other side has refused it",
    },
    "done": {
        "open": "a part of a statement: its lines are lost, so it is read again",
    },
    "failed": {
        "open": "a part of a statement: the whole is read again",
        "pending": "a person has it tried again",
        "uncertain": "restored: it may have been tried again after the backup",
        "done": "a person gives its lines up",
        "cancelled": "its envelope is cancelled",
    },
    "cancelled": {
        "done": "finance gives up what has not left",
        "pending": "a statement: a person takes it up after all",
    },
}
