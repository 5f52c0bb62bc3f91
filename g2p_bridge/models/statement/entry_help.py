from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ...lib.reasons import reason_words

_lt = LazyTranslate(__name__)

#: What is wrong with an open line: what happened, why, and what to do.
HELP = {
    "INVALID_DISBURSEMENT": _lt(
        "The line names a payment that the bridge does not know, or that it never handed to the "
        "bank from this account: an ID with a slip, a payment of somebody else, or one whose "
        "batch has not left. If its batch leaves later, the two find each other. Else find the "
        "payment that is meant and match it, or mark the line as not ours."
    ),
    "DUPLICATE_DISBURSEMENT": _lt(
        "Money left for a payment that was debited before: the bank may have paid it twice. The "
        "line waits for its return and is matched by itself when that comes. Ask the bank; if it "
        "is no payment of ours after all, mark the line as not ours."
    ),
    "INVALID_REVERSAL": _lt(
        "Money came back for a payment that is not debited yet, or that has come back already. "
        "Banks send lines in any order: the line waits for its debit and is matched by itself "
        "when that comes. If it stays here, another payment is meant: match that one by hand."
    ),
    "AMOUNT_MISMATCH": _lt(
        "The bank booked another amount than it was handed. A return of less is mostly one of "
        "which a bank kept its charges: a person accepts it by matching it by hand. Any other "
        "amount has to be cleared with the bank, which books it anew."
    ),
    "CURRENCY_MISMATCH": _lt(
        "The bank booked another currency than it was handed. Such a line can't be matched: ask "
        "the bank, and mark the line as not ours once it is booked anew."
    ),
    "BATCH_MISMATCH": _lt(
        "The line books a whole batch, but its total or its count is not that of all payments of "
        "the batch that have left. Nothing is proved by it: nobody knows who was left out. Ask "
        "the bank for the single payments. The line is matched by itself as soon as it is known "
        "which payments the bank refused; if lines for single payments come instead, match "
        "those and mark this one as not ours."
    ),
    "REISSUED": _lt(
        "Alarm: money left once more for a payment that came back and was reissued. The person "
        "may be paid twice. Find out at the bank whether it was, and claim the money back, or "
        "stop the reissue if it has not left. If it comes back, the two lines are matched by "
        "themselves. Match the line by hand only if both payments really were made."
    ),
    "ID_IN_TEXT": _lt(
        "The line names no payment where an ID belongs, but one of its texts holds an ID of ours. "
        "Look whether that payment is meant: match it, or mark the line as not ours."
    ),
    "REOPENED": _lt(
        "A person has taken this line up again. It counts for nothing until somebody matches it "
        "by hand, or marks it as not ours."
    ),
    "UNCONFIRMED": _lt(
        "Money is said to be back, by the word of one person: who handed the statement in, or who "
        "matched the line by hand. It makes nothing payable again until another person of finance "
        "confirms it (on the statement, or with the button Confirm of the line), or the bank "
        "itself delivers the same statement."
    ),
}


class EntryHelp(models.Model):
    """What people are told about an open line, whatever payment it speaks of."""

    _inherit = "g2p.bridge.statement.entry"

    help_text = fields.Text("What to Do", compute="_compute_help_text")
    reason_code_text = fields.Char(
        "Reason Given", compute="_compute_reason_code_text", help="The bank's code, in words."
    )

    @api.depends("outcome", "error_reason")
    @api.depends_context("lang")
    def _compute_help_text(self):
        for entry in self:
            is_open = entry.outcome == "error" and entry.error_reason
            entry.help_text = is_open and self.env._(HELP[entry.error_reason])

    @api.depends("reason_code")
    @api.depends_context("lang")
    def _compute_reason_code_text(self):
        for entry in self:
            entry.reason_code_text = reason_words(self.env, entry.reason_code)
