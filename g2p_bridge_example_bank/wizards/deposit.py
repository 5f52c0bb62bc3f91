# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class ExampleBankDeposit(models.TransientModel):
    """Puts (simulated) money on an account: one credit in its log."""

    _name = "g2p.bridge.example.bank.deposit"
    _description = "Example Bank Deposit"

    account_id = fields.Many2one("g2p.bridge.example.bank.account", required=True)
    currency_id = fields.Many2one(related="account_id.currency_id")
    amount = fields.Monetary(required=True)
    narrative = fields.Char(default="DEPOSIT", required=True)

    def action_deposit(self):
        """Book the deposit."""
        self.ensure_one()
        self.account_id.check_access("write")
        if self.currency_id.compare_amounts(self.amount, 0) <= 0:
            raise UserError(
                self.env._(
                    "A deposit of %s moves nothing. Enter an amount above zero.", self.amount
                )
            )
        today = fields.Date.today()
        entry = (
            self.env["g2p.bridge.example.bank.log"]
            .sudo()
            .create(
                {
                    "account_id": self.account_id.id,
                    "mark": "C",
                    "amount": self.amount,
                    "value_date": today,
                    "entry_date": today,
                    "narratives": self.narrative,
                }
            )
        )
        entry.bank_reference = f"EC{entry.id:010X}"
        self.account_id.invalidate_recordset()
        return {"type": "ir.actions.act_window_close"}
