# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL


class ExampleBankFundsLock(models.Model):
    """One row per account, changed by whoever takes funds of it.

    Not the account's own row: entries and payments refer to that, and a transaction that
    writes them would fail whenever funds were blocked meanwhile.
    """

    _name = "g2p.bridge.example.bank.funds.lock"
    _description = "Example Bank Funds Lock"
    _log_access = False

    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account", required=True, ondelete="cascade"
    )
    version = fields.Integer(required=True)

    _account_uniq = models.Constraint("UNIQUE(account_id)", "The account has a lock already.")

    @api.model
    def _take(self, account):
        """Let one taker of funds at a time past this point, until its transaction ends.

        A transaction that was overtaken meanwhile gets a serialization failure here, is
        run again by Odoo, and then sees what the other one took.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO g2p_bridge_example_bank_funds_lock AS lock (account_id, version)
                VALUES (%s, 1)
                ON CONFLICT (account_id) DO UPDATE SET version = lock.version + 1
                """,
                account.id,
            )
        )
