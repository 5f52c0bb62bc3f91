# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..lib import fault as faults
from ..lib import mt940

#: Payments to this bank stay in the house and never come back.
OWN_BANK_CODE = "EXAMPLE_BANK"
REVERSAL_REASONS = (
    "ACCOUNT_CLOSED",
    "ACCOUNT_NOT_FOUND",
    "ACCOUNT_DORMANT",
    "ACCOUNT_DECEASED",
)

#: How the entries of payments that a fault has picked, or of their batch as a whole, are spoilt.
WRONG_AMOUNT = """
    UPDATE g2p_bridge_example_bank_log SET amount = amount + 1
     WHERE (payment_id = ANY(%(payments)s) OR batch_id = %(batch)s) AND mark = 'D'
"""
# The second entry belongs to no payment and no batch: each is debited once, faults aside.
TWICE = """
    INSERT INTO g2p_bridge_example_bank_log
           (account_id, mark, amount, value_date, entry_date, customer_reference,
            bank_reference, narratives)
    SELECT account_id, mark, amount, value_date, entry_date, customer_reference,
           'EX' || substr(bank_reference, 3), narratives
      FROM g2p_bridge_example_bank_log
     WHERE (payment_id = ANY(%(payments)s) OR batch_id = %(batch)s) AND mark = 'D'
     ORDER BY id
"""


class ExampleBankBookkeeping(models.Model):
    """How an accepted batch gets into the books: a few statements, however long it is.

    Every payment debits the account, by an entry of its own or by one for the whole batch. A
    payment to another bank comes back at the account's reversal rate; which one depends on
    nothing but its reference and the account's seed.
    """

    _inherit = "g2p.bridge.example.bank.payment.batch"

    def _job_book(self):
        """Book this batch, once.

        Two runs at the same time meet at the lock: the later one fails with a serialization
        failure, runs again, and finds the batch processed.
        """
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT 1 FROM %s WHERE id = %s FOR UPDATE", SQL.identifier(self._table), self.id)
        )
        self.invalidate_recordset()
        if self.state != "received":
            return self.env._("Batch %s was booked before.", self.reference)
        self._choose_reversals()
        if self.account_id.has_whole_batches:
            self._book_whole()
        else:
            self._book("D", mt940.PAYMENT_LINES, "EB")
        self._book(self.account_id.returns_as, mt940.REVERSAL_LINES, "ER")
        self._misbook()
        self._set_processed()
        self.env.invalidate_all()
        self.account_id._enqueue_statement_when_booked()
        return self.env._("Batch %s is booked.", self.reference)

    def _choose_reversals(self):
        """Mark every payment of the batch as paid, or as reversed with a reason."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE g2p_bridge_example_bank_payment payment
                   SET status = CASE WHEN lot.back THEN 'reversed' ELSE 'paid' END,
                       reversal_reason = CASE WHEN lot.back THEN lot.reason END
                  FROM (SELECT id,
                               COALESCE(beneficiary_bank_code, '') != %(own)s
                               AND %(lot)s %% 10000 < %(rate)s AS back,
                               (%(reasons)s::text[])[1 + %(reason_lot)s %% %(count)s] AS reason
                          FROM g2p_bridge_example_bank_payment
                         WHERE batch_id = %(batch)s AND status = 'received') lot
                 WHERE payment.id = lot.id
                """,
                own=OWN_BANK_CODE,
                lot=self._lot(self.account_id.seed),
                rate=round(self.account_id.reversal_rate * 100),
                reasons=list(REVERSAL_REASONS),
                # Another seed, so that the reason does not follow from the choice.
                reason_lot=self._lot(self.account_id.seed + 1),
                count=len(REVERSAL_REASONS),
                batch=self.id,
            )
        )

    @api.model
    def _lot(self, seed):
        """:return: SQL of a whole number from 0 up, fixed by the payment's reference"""
        return SQL("(hashtextextended(payment_reference_number, %s) & 9223372036854775807)", seed)

    def _book(self, mark, lines, prefix):
        """Write one entry for every payment that this mark concerns.

        Each needs its own bank reference of at most 16 characters: the payment's id.
        """
        texts = [
            # A line break inside a field would shift the lines below it.
            SQL("translate(COALESCE(%s, ''), E'\\r\\n', '  ')", SQL.identifier(name))
            for name in lines
        ]
        if mark == "C":
            texts[0] = SQL("%s", mt940.RETURN)
        statuses = ("paid", "reversed") if mark == "D" else ("reversed",)
        today = fields.Date.today()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO g2p_bridge_example_bank_log
                       (account_id, payment_id, mark, amount, value_date, entry_date,
                        customer_reference, bank_reference, narratives)
                SELECT account_id, id, %(mark)s, payment_amount, %(today)s, %(today)s,
                       payment_reference_number,
                       %(prefix)s || upper(lpad(to_hex(id), 10, '0')), %(narratives)s
                  FROM g2p_bridge_example_bank_payment
                 WHERE batch_id = %(batch)s AND status IN %(statuses)s
                 ORDER BY id
                """,
                mark=mark,
                today=today,
                prefix=prefix,
                narratives=SQL(" || E'\\n' || ").join(texts),
                batch=self.id,
                statuses=statuses,
            )
        )

    def _book_whole(self):
        """Write one debit for all payments of the batch, exact to the last unit."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO g2p_bridge_example_bank_log
                       (account_id, batch_id, mark, amount, value_date, entry_date,
                        bank_reference, narratives)
                SELECT account_id, id, 'D', amount, %(today)s, %(today)s,
                       'EW' || upper(lpad(to_hex(id), 10, '0')), %(narratives)s
                  FROM g2p_bridge_example_bank_payment_batch
                 WHERE id = %(batch)s AND payment_count > 0
                """,
                today=fields.Date.today(),
                narratives=mt940.batch_lines(self.reference, self.payment_count),
                batch=self.id,
            )
        )

    def _misbook(self):
        """Spoil the entries just written, in the same transaction, where a fault says so.

        Payments that come back are left alone: each fault shows one thing. A batch that is booked
        as one is spoilt as a whole if a payment of it is picked.
        """
        effect = self.env["g2p.bridge.example.bank.fault"]._take_now(faults.BOOK, self.account_id)
        if not effect.kind:
            return
        self.env.cr.execute(
            "SELECT payment_reference_number, id FROM g2p_bridge_example_bank_payment"
            " WHERE batch_id = %s AND status = 'paid'",
            [self.id],
        )
        payments = dict(self.env.cr.fetchall())
        picked = [payments[reference] for reference in effect.picks(payments)]
        query = WRONG_AMOUNT if effect.kind == "book_wrong_amount" else TWICE
        if picked:
            self.env.cr.execute(SQL(query, payments=picked, batch=self.id))

    def _set_processed(self):
        """Close the batch. In one update: a second one in the same transaction would check
        its foreign keys again, and fail if the block was used meanwhile."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE g2p_bridge_example_bank_payment_batch batch
                   SET state = 'processed', processed_at = %(now)s,
                       reversed_count = back.number, reversed_amount = back.amount
                  FROM (SELECT COUNT(*) AS number, COALESCE(SUM(payment_amount), 0) AS amount
                          FROM g2p_bridge_example_bank_payment
                         WHERE batch_id = %(batch)s AND status = 'reversed') back
                 WHERE batch.id = %(batch)s
                """,
                now=fields.Datetime.now(),
                batch=self.id,
            )
        )
