# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The states of a disbursement, their groups, how it may move, and the rules that ask for them."""

from ...rule import Given, Of, States

STATES = [
    ("received", "Received"),
    ("resolved", "Resolved"),
    ("unresolved", "Unresolved"),
    ("shipped", "Shipped"),
    ("reconciled", "Reconciled"),
    ("reversed", "Reversed"),
    ("rejected", "Rejected"),
    ("cancelled", "Cancelled"),
]

#: They count towards the control totals: all but the cancelled.
LIVE = States("received", "resolved", "unresolved", "shipped", "reconciled", "reversed", "rejected")
#: They would leave with their bank batch.
LEAVING = States("received", "resolved")
#: Nothing of them has left, and it may still be decided that nothing does.
NOT_LEFT = States("received", "resolved", "unresolved")
#: There is no address to pay to: it may still be filled in.
UNADDRESSED = States("received", "unresolved")
#: An address was found for them, or needed none of a mapper.
ADDRESSED = States("resolved", "shipped", "reconciled", "reversed", "rejected")
#: They were handed to the bank and not refused.
LEFT = States("shipped", "reconciled", "reversed")
#: A statement shows that they were paid, whatever became of them since.
PROVED = States("reconciled", "reversed")
#: They have a reason: why they are not paid, or came back.
UNPAID = States("unresolved", "rejected", "reversed")
#: Not paid, or paid and back, whatever happens to their batch.
ENDED_UNPAID = States("reversed", "rejected", "cancelled")
#: The bank has had them, or never gets them: none is taken back or asked about again.
PAST_BANK = States("shipped", "reconciled", "reversed", "rejected")
#: To these nothing comes back that is past the bank.
TAKEN_BACK = States("received", "unresolved", "cancelled")
#: Over for their envelope: whatever comes, comes by a statement or by another payment.
ENDED = States("reconciled", "reversed", "rejected", "cancelled")

UNRESOLVED = States("unresolved")
RESOLVED = States("resolved")
CANCELLED = States("cancelled")

#: from → to → why
MOVES = {
    "received": {
        "resolved": "the mapper has told an address that can be paid to",
        "unresolved": "the mapper has told none, or is given up",
        "rejected": "the hold is released: it is not paid by this envelope",
        "cancelled": "its sender or an officer takes it back",
    },
    "resolved": {
        "unresolved": "nobody has approved its account: it is held",
        "shipped": "the bank has taken its batch",
        "rejected": "the bank refuses it or its batch, or it is given up",
        "reconciled": "a statement was quicker than the bank's answer",
        "reversed": "a statement was quicker, and shows that it came back too",
        "cancelled": "its sender or an officer takes it back",
    },
    "unresolved": {
        "received": "the mapper is asked again",
        "resolved": "it was held, and an approver releases it",
        "cancelled": "its sender or an officer takes it back",
    },
    "shipped": {
        "reconciled": "a statement shows the debit",
        "reversed": "a statement shows the debit and its return",
        "rejected": "the bank says later that it has refused it",
    },
    "reconciled": {
        "reversed": "a statement shows that it came back",
        "shipped": "the line that proved it is taken up again",
        "resolved": "the same, and the outcome of its batch is not known yet",
    },
    "reversed": {
        "reconciled": "a statement shows that it was paid again",
        "shipped": "the lines that proved it are taken up again",
        "resolved": "the same, and the outcome of its batch is not known yet",
    },
    "rejected": {},
    "cancelled": {},
}

#: The bank may have paid it: handed over, or on its way while its batch is called.
HAS_LEFT = LEFT | RESOLVED & Of(
    "bank_batch_id", States("in_progress", "uncertain") & Given("begun_at")
)
#: It is not paid by this envelope, for good, or the money is back: another may stand in its place.
MAY_BE_REISSUED = ENDED_UNPAID | UNRESOLVED & Of("bank_batch_id", States("done", "cancelled"))

#: Over a disbursement ``d``: another one stands in its place, at hand or archived.
REISSUED = "EXISTS (SELECT FROM g2p_bridge_disbursement_all r WHERE r.reissue_of_id = d.id)"
