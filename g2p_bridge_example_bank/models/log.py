# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ExampleBankLog(models.Model):
    """An entry in the books of an account: a big table, filled by SQL.

    Entries are never changed, except that each is put on exactly one statement.
    """

    _name = "g2p.bridge.example.bank.log"
    _description = "Example Bank Account Log"
    _rec_name = "bank_reference"
    _order = "id desc"
    _log_access = False

    # === Fields ===

    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account", required=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    payment_id = fields.Many2one("g2p.bridge.example.bank.payment", ondelete="restrict")
    batch_id = fields.Many2one(
        "g2p.bridge.example.bank.payment.batch",
        "Whole Batch",
        ondelete="restrict",
        help="The batch that this entry books as one.",
    )
    statement_id = fields.Many2one(
        "g2p.bridge.example.bank.statement", ondelete="restrict", index="btree_not_null"
    )
    mark = fields.Selection(
        [
            ("C", "Credit"),
            ("D", "Debit"),
            ("RC", "Reversal of Credit"),
            ("RD", "Reversal of Debit"),
        ],
        required=True,
    )
    amount = fields.Monetary(required=True, help="Always above zero: the mark says which way.")
    value_date = fields.Date(required=True)
    entry_date = fields.Date(required=True)
    customer_reference = fields.Char()
    bank_reference = fields.Char()
    narratives = fields.Text(help="Lines of field :86: of the statement, positions kept.")

    # === Constraints ===

    # Each payment is debited once and comes back once at most, whatever the jobs do.
    _payment_mark_uniq = models.UniqueIndex(
        "(payment_id, mark) WHERE payment_id IS NOT NULL",
        "This payment is booked already.",
    )
    _batch_mark_uniq = models.UniqueIndex(
        "(batch_id, mark) WHERE batch_id IS NOT NULL",
        "This batch is booked already.",
    )
    # The book balance is one pass over this index, without the table.
    _account_amount_idx = models.Index("(account_id) INCLUDE (mark, amount)")
    _unstated_idx = models.Index("(account_id, id) WHERE statement_id IS NULL")
    _amount_positive = models.Constraint("CHECK(amount > 0)", "An entry moves some money.")
