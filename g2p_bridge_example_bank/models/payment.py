# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: Beneficiary data are for those who may see full account numbers.
PRIVATE = "g2p_bridge_base.group_finance,g2p_bridge_base.group_admin"


class ExampleBankPayment(models.Model):
    """One payment as the bank received it: a big table, filled by COPY."""

    _name = "g2p.bridge.example.bank.payment"
    _description = "Example Bank Payment"
    _rec_name = "payment_reference_number"
    _order = "id desc"
    _log_access = False

    # === Fields ===

    batch_id = fields.Many2one(
        "g2p.bridge.example.bank.payment.batch", required=True, ondelete="restrict", index=True
    )
    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account", required=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    payment_reference_number = fields.Char("Reference", required=True)
    payment_amount = fields.Monetary("Amount", required=True)
    payment_date = fields.Date()
    beneficiary_name = fields.Char()
    beneficiary_account = fields.Char(groups=PRIVATE)
    beneficiary_account_currency = fields.Char()
    beneficiary_account_type = fields.Char()
    beneficiary_bank_code = fields.Char()
    beneficiary_branch_code = fields.Char()
    beneficiary_mobile_wallet_provider = fields.Char()
    beneficiary_phone_no = fields.Char(groups=PRIVATE)
    beneficiary_email = fields.Char(groups=PRIVATE)
    beneficiary_email_wallet_provider = fields.Char()
    narrative_1 = fields.Char()
    narrative_2 = fields.Char()
    narrative_3 = fields.Char()
    narrative_4 = fields.Char()
    narrative_5 = fields.Char(help="Kept, but not on the statement: its line carries the name.")
    narrative_6 = fields.Char()
    status = fields.Selection(
        [
            ("received", "Received"),
            ("paid", "Paid"),
            ("reversed", "Reversed"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="received",
    )
    reject_code = fields.Char(help="Why the bank did not take this payment of the batch.")
    reversal_reason = fields.Char()

    # === Constraints ===

    # A rejected payment was never taken, so that its reference may come again.
    _reference_uniq = models.UniqueIndex(
        "(account_id, payment_reference_number) WHERE reject_code IS NULL",
        "The bank has taken a payment with this reference already.",
    )
