# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.queue_job.job import Job


class AccountStatements(models.Model):
    """Statements that nobody has to ask for: the bank's working day ends with its books."""

    _inherit = "g2p.bridge.example.bank.account"

    statement_when_booked = fields.Boolean(
        help="Make a statement by itself as soon as everything received is booked.",
    )

    def _enqueue_statement_when_booked(self):
        self.env["queue.job"]._enqueue_once(
            Job(
                account._job_statement_when_booked,
                identity_key=f"g2p_bridge_example_bank-when-booked-{account.id}",
                description=self.env._("Example bank: statement of %s", account.account_number),
            )
            for account in self.filtered("statement_when_booked")
        )

    def _job_statement_when_booked(self):
        """Ask for a statement of what is booked, unless more is about to be booked."""
        self.ensure_one()
        self.env["queue.job"]._cover_waiting()
        if self.batch_ids.filtered(lambda batch: batch.state == "received"):
            return self.env._("Another batch is waiting to be booked.")
        waiting = self.statement_ids.filtered(lambda statement: statement.state == "requested")
        unlisted = self.env["g2p.bridge.example.bank.log"].search_count(
            [("account_id", "=", self.id), ("statement_id", "=", False)], limit=1
        )
        if waiting or not unlisted:
            return self.env._("Nothing new to be told.")
        # Of two such jobs at once, one fails here, runs again, and finds the statement requested.
        self.env["g2p.bridge.example.bank.funds.lock"]._take(self)
        return self.env["g2p.bridge.example.bank.statement"]._request(self).reference
