from dataclasses import dataclass
from decimal import Decimal

from odoo import api, fields, models

from ...lib.near_reference import contained_references
from ..envelope_amounts import money_words
from ..matching_sql import BACK, HAS_LEFT

#: Payments of a batch that may be those which a line for the whole of it leaves out.
MOST_NAMED = 3

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


class EntryKnown(models.Model):
    """What an open line lacks, in figures, and the other lines of its payment."""

    _inherit = "g2p.bridge.statement.entry"

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

    # Words

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
