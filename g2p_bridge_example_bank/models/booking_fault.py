# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ..lib import fault as faults


class ExampleBankBookingFault(models.Model):
    """How a batch gets into the books wrongly, where a fault says so.

    Payments that come back are left alone: each fault shows one thing.
    """

    _inherit = "g2p.bridge.example.bank.payment.batch"

    def _misbook(self):
        """Spoil the entries just written, in the same transaction.

        A batch that is booked as one is spoilt as a whole if a payment of it is picked.
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
        query = self._WRONG_AMOUNT if effect.kind == "book_wrong_amount" else self._TWICE
        if picked:
            self.env.cr.execute(SQL(query, payments=picked, batch=self.id))

    _WRONG_AMOUNT = """
        UPDATE g2p_bridge_example_bank_log SET amount = amount + 1
         WHERE (payment_id = ANY(%(payments)s) OR batch_id = %(batch)s) AND mark = 'D'
    """
    # The second entry belongs to no payment and no batch: each is debited once, faults aside.
    _TWICE = """
        INSERT INTO g2p_bridge_example_bank_log
               (account_id, mark, amount, value_date, entry_date, customer_reference,
                bank_reference, narratives)
        SELECT account_id, mark, amount, value_date, entry_date, customer_reference,
               'EX' || substr(bank_reference, 3), narratives
          FROM g2p_bridge_example_bank_log
         WHERE (payment_id = ANY(%(payments)s) OR batch_id = %(batch)s) AND mark = 'D'
         ORDER BY id
    """
