# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import uuid

from odoo import api, fields, models

from odoo.addons.queue_job.job import Job

MAKE_KEY = "example_bank_statement_%s"


class ExampleBankStatement(models.Model):
    """One MT940 file: every entry of an account that was on no statement before.

    Numbers follow each other without a gap, and each opening balance is the closing
    balance before it.
    """

    _name = "g2p.bridge.example.bank.statement"
    _description = "Example Bank Statement"
    _inherit = ["g2p.bridge.own.fields"]
    _rec_name = "reference"
    _order = "id desc"

    # === Fields ===

    reference = fields.Char(
        required=True, readonly=True, help="Field :20:, and the id that the client is given."
    )
    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    company_id = fields.Many2one(related="account_id.company_id")
    state = fields.Selection(
        [("requested", "Requested"), ("made", "Made")],
        required=True,
        readonly=True,
        default="requested",
    )
    number = fields.Integer(readonly=True, help="Field :28C:, together with the sequence.")
    sequence = fields.Integer(readonly=True, default=1)
    statement_date = fields.Date(readonly=True)
    opening_balance = fields.Monetary(readonly=True)
    closing_balance = fields.Monetary(readonly=True)
    line_count = fields.Integer("Entries", readonly=True)
    attachment_id = fields.Many2one("ir.attachment", "File", readonly=True, ondelete="restrict")

    # === Constraints ===

    _reference_uniq = models.Constraint(
        "UNIQUE(reference)", "Another statement has this reference."
    )
    _number_uniq = models.UniqueIndex(
        "(account_id, number, sequence) WHERE state = 'made'",
        "Another statement of this account has this number.",
    )

    # === Actions ===

    def action_download(self):
        """Download the MT940 file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
            "target": "self",
        }

    # === Steps ===

    @api.model
    def _cron_heartbeat(self):
        """No requested statement and no delivery waits for ever, whatever became of its job."""
        requested = self.search([("state", "=", "requested")])
        self.env["queue.job"]._enqueue_forgotten(
            [*requested._make_jobs(), *self._due_deliveries()._delivery_jobs()]
        )

    # === Helpers ===

    @api.model
    def _request(self, account):
        """Have a statement made in the background.

        :return: the statement, whose ``reference`` is known at once
        """
        statement = self.create(
            {"account_id": account.id, "reference": uuid.uuid4().hex[:16].upper()}
        )
        self.env["queue.job"]._enqueue_once(statement._make_jobs())
        return statement

    def _make_jobs(self):
        return [
            Job(
                statement._job_make,
                identity_key=MAKE_KEY % statement.id,
                description=self.env._("Example bank: make statement %s", statement.reference),
            )
            for statement in self
        ]
