# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools.misc import formatLang
from odoo.tools.translate import LazyTranslate

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK

from ...formats import money_words
from ...lib.near_reference import contained_references
from ...lib.reasons import reason_words
from .matching_sql import HAS_LEFT

_lt = LazyTranslate(__name__)

#: Payments of a batch that may be those which a line for the whole of it leaves out.
MOST_NAMED = 3
#: Lines that a note in the history names one by one.
MOST_NOTED = 20

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
#: Each line beside a payment and a batch as a whole, either of which may be none.
KNOWN = f"""
    WITH pairs AS (
        SELECT * FROM unnest(%(entries)s::integer[], %(payments)s::integer[],
                             %(batches)s::integer[]) AS p(entry_id, payment_id, batch_id)
    ), totals AS (
        SELECT b.id, n.currency_id, COUNT(d.id) AS payments,
               COALESCE(SUM(d.disbursement_amount), 0) AS total
          FROM g2p_bridge_bank_batch b
          JOIN g2p_bridge_envelope n ON n.id = b.envelope_id
          LEFT JOIN g2p_bridge_disbursement d ON d.bank_batch_id = b.id AND {HAS_LEFT}
         WHERE b.id IN (SELECT batch_id FROM pairs)
         GROUP BY b.id, n.currency_id
    )
    SELECT e.id, e.mark IN {BACK}, e.amount::text, s.currency_id, e.batch_count,
           d.disbursement_id, d.state, d.disbursement_amount::text, n.currency_id,
           r.disbursement_id, r.state, t.payments, t.total::text, t.currency_id
      FROM pairs p
      JOIN g2p_bridge_statement_entry e ON e.id = p.entry_id
      JOIN g2p_bridge_statement s ON s.id = e.statement_id
      LEFT JOIN g2p_bridge_disbursement d ON d.id = p.payment_id
      LEFT JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      LEFT JOIN LATERAL (SELECT disbursement_id, state FROM g2p_bridge_disbursement_all
                          WHERE reissue_of_id = d.id LIMIT 1) r ON TRUE
      LEFT JOIN totals t ON t.id = p.batch_id
"""
#: Payments of a batch that have left and are of an amount.
OF_AMOUNT = f"""
    SELECT d.disbursement_id FROM g2p_bridge_disbursement d
      JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
     WHERE b.id = %s AND d.disbursement_amount = %s AND {HAS_LEFT} ORDER BY d.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a line, and of the payment or the batch that it is compared with.

    Amounts are Decimals; currencies are records, empty where none is known; what there is
    no payment, no reissue or no batch for is None.
    """

    back: bool
    amount: Decimal
    currency: models.BaseModel
    count: int | None
    payment: str | None
    state: str | None
    paid: Decimal | None
    paid_currency: models.BaseModel
    reissue: str | None
    reissue_state: str | None
    batch_count: int | None
    batch_total: Decimal | None
    batch_currency: models.BaseModel


class EntryMessages(models.Model):
    """What people are told about a line: what is wrong, what it lacks, and what was decided."""

    _inherit = "g2p.bridge.statement.entry"

    # === Fields ===

    help_text = fields.Text("What to Do", compute="_compute_help_text")
    reason_code_text = fields.Char(
        "Reason Given", compute="_compute_reason_code_text", help="The bank's code, in words."
    )
    reversal_text = fields.Char(
        "Why It Came Back",
        compute="_compute_reversal_text",
        help="What the bank says of a payment that it returned.",
    )
    missing_text = fields.Text(
        "What Is Missing", compute="_compute_missing_text", compute_sudo=True
    )
    left_out_text = fields.Char(
        "May Be Left Out",
        compute="_compute_left_out_text",
        compute_sudo=True,
        help="Payments of the batch of exactly the amount that a line for the whole of it lacks.",
    )
    other_entry_ids = fields.Many2many(
        "g2p.bridge.statement.entry",
        string="Other Lines of the Payment",
        compute="_compute_other_entry_ids",
    )

    # === Compute ===

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

    @api.depends("reversal_reason")
    @api.depends_context("lang")
    def _compute_reversal_text(self):
        for entry in self:
            entry.reversal_text = reason_words(self.env, entry.reversal_reason)

    @api.depends("outcome", "error_reason", "disbursement_id", "bank_batch_id")
    @api.depends_context("lang")
    def _compute_missing_text(self):
        still = self.filtered(lambda entry: entry.outcome == "error")
        known = still._known()
        for entry in self:
            facts = known.get(entry.id)
            entry.missing_text = facts and entry._missing_words(facts)

    @api.depends("outcome", "error_reason", "bank_batch_id")
    def _compute_left_out_text(self):
        """Of a form: one line after the other."""
        self.left_out_text = False
        for entry in self.filtered(lambda entry: entry.error_reason == "BATCH_MISMATCH"):
            entry.left_out_text = entry._left_out_words()

    @api.depends("disbursement_id", "bank_batch_id")
    def _compute_other_entry_ids(self):
        for entry in self:
            entry.other_entry_ids = entry._lines_of(entry.disbursement_id, entry.bank_batch_id)

    # === Helpers ===

    def _lines_of(self, payment, batch):
        """Other lines of a payment, or of a batch as a whole, that this user may read."""
        self.ensure_one()
        batch = payment.bank_batch_id or batch
        about = []
        if payment:
            about.append([("disbursement_id", "=", payment.id)])
        if batch:
            about.append([("bank_batch_id", "=", batch.id)])
        if not about:
            return self.browse()
        domain = fields.Domain.OR(about) & fields.Domain("id", "!=", self._origin.id)
        return self.search(domain, order="value_date, id", limit=40)

    def _known(self, payment=None, batch=None):
        """What is known of these lines, and of what they speak of.

        :param payment, batch: what they are compared with in its place
        :return: {record ID: :class:`Known`}
        """
        chosen = payment is not None or batch is not None
        payments = [(payment if chosen else entry.disbursement_id) or None for entry in self]
        batches = [(batch if chosen else entry.bank_batch_id) or None for entry in self]
        self.env.flush_all()
        self.env.cr.execute(
            KNOWN,
            {
                "entries": self.ids,
                "payments": [row and row.id for row in payments],
                "batches": [row and row.id for row in batches],
            },
        )
        return {row[0]: self._facts(*row[1:]) for row in self.env.cr.fetchall()}

    def _facts(self, back, amount, currency, count, *of_payment_and_batch):
        payment, state, paid, paid_in, reissue, reissue_state, *of_batch = of_payment_and_batch
        payments, total, total_in = of_batch
        currencies = self.env["res.currency"]
        return Known(
            back,
            Decimal(amount),
            currencies.browse(currency),
            count or None,
            payment,
            state,
            paid and Decimal(paid),
            currencies.browse(paid_in),
            reissue,
            reissue_state,
            payments,
            total and Decimal(total),
            currencies.browse(total_in),
        )

    def _missing_words(self, known):
        """What an open line lacks to be matched, or what speaks against it."""
        named = {"payment": known.payment}
        if self.error_reason == "INVALID_DISBURSEMENT":
            if not known.payment:
                return self.env._("A payment of ours with the ID that it names.")
            return self.env._(
                "%(payment)s has not left: it is %(state)s.",
                **named,
                state=self._state_words(known.state),
            )
        if self.error_reason == "INVALID_REVERSAL":
            if not known.payment:
                return self.env._("A payment that it returns.")
            if known.state == "reversed":
                return self.env._("%(payment)s came back already: a further debit.", **named)
            return self.env._("The debit of %(payment)s.", **named)
        if self.error_reason == "DUPLICATE_DISBURSEMENT":
            if not known.payment:
                return self.env._("The return of its batch.")
            return self.env._("The return of %(payment)s.", **named)
        if self.error_reason == "REISSUED":
            texts = (self._reissue_words(known), self._money_words(known))
            return " ".join(filter(None, texts))
        if self.error_reason == "ID_IN_TEXT":
            names = sorted(contained_references(*self._texts()))
            return self.env._("Its text holds %s.", ", ".join(names[:MOST_NAMED]))
        if self.error_reason == "REOPENED":
            return self.env._("The decision of a person.")
        if self.error_reason == "UNCONFIRMED":
            return self._unconfirmed_words()
        return self._money_words(known) or self._batch_words(known)

    def _unconfirmed_words(self):
        if self.decision == "proposed":
            return self.env._(
                "The word of another person of finance than %s.", self.decided_by_id.name
            )
        return self.env._(
            "Another person of finance than %s who confirms the statement, or the same statement "
            "from the bank itself.",
            self.statement_id.create_uid.name,
        )

    def _money_words(self, known):
        """In how far the money of a line is not that of its payment, or None."""
        if not known.payment or not known.currency:
            return None
        paid = money_words(known.paid_currency, known.paid)
        if known.currency != known.paid_currency:
            own = money_words(known.currency, known.amount)
            return self.env._("%(own)s, but %(paid)s were handed over.", own=own, paid=paid)
        gap = known.paid - known.amount
        if not gap:
            return None
        amounts = {"gap": money_words(known.currency, abs(gap)), "paid": paid}
        if gap < 0:
            return self.env._("%(gap)s more than %(paid)s.", **amounts)
        if known.back:
            return self.env._("%(gap)s less than %(paid)s: probably a bank's charges.", **amounts)
        return self.env._("%(gap)s less than %(paid)s.", **amounts)

    def _batch_words(self, known):
        """In how far a line is not the total of its batch, or None."""
        if known.batch_count is None or not known.currency:
            return None
        whole = {
            "total": money_words(known.batch_currency, known.batch_total),
            "payments": self._counted_words(known.batch_count),
        }
        if known.currency != known.batch_currency:
            own = money_words(known.currency, known.amount)
            return self.env._("%(own)s, not %(total)s (%(payments)s).", own=own, **whole)
        gap = known.batch_total - known.amount
        lacking = known.batch_count - (known.count or known.batch_count)
        if not gap and not lacking:
            return None
        gaps = []
        if gap:
            money = money_words(known.currency, abs(gap))
            gaps.append(self.env._("%s less", money) if gap > 0 else self.env._("%s more", money))
        if lacking:
            many = self._counted_words(abs(lacking))
            gaps.append(self.env._("%s less", many) if lacking > 0 else self.env._("%s more", many))
        return self.env._(
            "%(gaps)s than its batch: %(total)s (%(payments)s).", gaps=", ".join(gaps), **whole
        )

    def _left_out_words(self):
        """Which payments of its batch this line for the whole of it may leave out, or None."""
        known = self._known()[self.id]
        if known.batch_count is None or known.currency != known.batch_currency:
            return None
        gap = known.batch_total - known.amount
        self.env.cr.execute(OF_AMOUNT, [self.bank_batch_id.id, gap, MOST_NAMED + 1])
        names = [row[0] for row in self.env.cr.fetchall()]
        return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")

    def _reissue_words(self, known):
        return self.env._(
            "%(payment)s was reissued as %(reissue)s, which is %(state)s.",
            payment=known.payment,
            reissue=known.reissue,
            state=self._state_words(known.reissue_state),
        )

    def _state_words(self, state):
        states = self.env["g2p.bridge.disbursement"]._fields["state"]
        return dict(states._description_selection(self.env)).get(state, "").lower()

    def _counted_words(self, number):
        return self.env["g2p.bridge.envelope"]._payments(number)

    def _decision_notes(self, decision, reason):
        """{statement: what its history says of a decision about its lines among these}"""
        return {
            statement: lines._decision_note(decision, reason)
            for statement, lines in self.grouped("statement_id").items()
        }

    def _decision_note(self, decision, reason):
        """What the statement's history says of a decision about these of its lines."""
        titles = {
            "proposed": self.env._("Matched by hand, a second person has to confirm: %s", reason),
            "reopening": self.env._(
                "To be taken up again, a second person has to confirm: %s", reason
            ),
            "matched": self.env._("Matched by hand: %s", reason),
            "not_ours": self.env._("Marked as not ours: %s", reason),
            "reopened": self.env._("Taken up again: %s", reason),
        }
        named = self.sorted("entry_sequence")[:MOST_NOTED]
        items = [entry._note_of_line() for entry in named]
        if len(self) > MOST_NOTED:
            items.append(self.env._("and %s more", len(self) - MOST_NOTED))
        lines = Markup().join(Markup("<li>%s</li>") % item for item in items)
        return Markup("<p>%s</p><ul>%s</ul>") % (titles[decision], lines)

    def _note_of_line(self):
        money = formatLang(self.env, self.amount, currency_obj=self.currency_id)
        text = self.env._(
            "Line %(line)s, %(mark)s of %(money)s",
            line=self.entry_sequence,
            mark=self._mark_label().lower(),
            money=money,
        )
        about = self.disbursement_id or self.bank_batch_id
        if self.outcome == "matched":
            return self.env._(
                "%(line)s: %(disbursement)s", line=text, disbursement=about.display_name
            )
        return text
