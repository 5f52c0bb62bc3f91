# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of a line of a statement: outcomes, how they may change, and the rules about them.

What holds: a line has exactly one outcome, whatever happens. It is matched, open (an error, with
the reason), or not ours; and none is ever dropped.
"""

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

from ...rule import Codes, Given, States
from .statement_states import UNCONFIRMED

OUTCOMES = [("matched", "Matched"), ("error", "Error"), ("not_ours", "Not ours")]
MARKS = [
    ("C", "Credit"),
    ("D", "Debit"),
    ("RC", "Credit taken back"),
    ("RD", "Debit taken back"),
]
ERROR_REASONS = [
    ("INVALID_DISBURSEMENT", "Unknown or never shipped"),
    ("DUPLICATE_DISBURSEMENT", "Debited before"),
    ("INVALID_REVERSAL", "Back without a debit"),
    ("AMOUNT_MISMATCH", "Other amount than shipped"),
    ("CURRENCY_MISMATCH", "Other currency than shipped"),
    ("BATCH_MISMATCH", "Not the total of its batch"),
    ("REISSUED", "Reissued and paid again"),
    ("ID_IN_TEXT", "ID of ours in its text"),
    ("REOPENED", "Taken up again"),
    ("UNCONFIRMED", "Waits for a second person"),
]
DECISIONS = [
    ("matched", "Matched by hand"),
    ("not_ours", "Marked as not ours"),
    ("reopened", "Taken up again"),
    ("proposed", "Matched by one person"),
    ("reopening", "To be taken up again"),
]

#: from → to → why
MOVES = {
    "error": {
        "matched": "what it lacked has come, or a person has matched it by hand",
        "not_ours": "a person says that it speaks of no payment of ours",
    },
    "matched": {
        "error": "a person takes it up again, or the line that it needs was taken up",
    },
    "not_ours": {
        "error": "a person takes it up again",
    },
}

IS_MATCHED = States("matched", field="outcome")
IS_NOT_OURS = States("not_ours", field="outcome")
#: It waits for its counterpart or for a person.
IS_OPEN = States("error", field="outcome")
#: By it money left; by it money came back.
IS_OUT = States(*OUT, field="mark")
IS_BACK = States(*BACK, field="mark")

#: Money left once more for a payment that was reissued: the person may have it twice.
PAID_AGAIN = IS_OPEN & Codes("REISSUED", field="error_reason")
_UNCONFIRMED = IS_OPEN & Codes("UNCONFIRMED", field="error_reason")
_REOPENING = Codes("reopening", field="decision")
#: It is the return of a payment, by the word of a statement that nobody has confirmed yet.
WAITS_FOR_STATEMENT = _UNCONFIRMED & ~Given("decision")
#: One person has decided what makes a payment payable again: kept, and without effect so far.
HAS_FIRST_WORD = _REOPENING | IS_OPEN & Codes("proposed", field="decision")
#: Another person of finance has to confirm it, or its statement, or the bank delivers the same.
WAITS_FOR_SECOND = _UNCONFIRMED | _REOPENING
#: A person has to match it, or say that it is not ours.
WAITS_FOR_MATCHING = IS_OPEN & ~Codes("REISSUED", "UNCONFIRMED", field="error_reason")
#: It counts in what the lines of its payment add up to: not what a person has opened again.
COUNTS = IS_MATCHED | IS_OPEN & ~Given("decision")

#: Over a statement ``s``: lines on it by which money comes back are believed.
TRUSTED = (~UNCONFIRMED).sql("s")
#: Over a statement ``s`` and an envelope ``n``: the envelope is paid from the statement's account.
SAME_ACCOUNT = "(n.sponsor_bank_account_number = s.account_number AND n.company_id = s.company_id)"
