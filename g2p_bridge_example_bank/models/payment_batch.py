# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.queue_job.job import Job

CHANNEL_KEY = "example_bank_book_%s"


class ExampleBankPaymentBatch(models.Model):
    """A list of payments that a client sent in one request.

    A refused batch is remembered, so that the client can ask what became of it; sent
    again, it is judged anew.
    """

    _name = "g2p.bridge.example.bank.payment.batch"
    _description = "Example Bank Payment Batch"
    _rec_name = "reference"
    _order = "id desc"

    # === Fields ===

    reference = fields.Char(
        "Batch Reference", required=True, readonly=True, help="The client's idempotency key."
    )
    digest = fields.Char(readonly=True, help="SHA-256 of the payments, to recognise them.")
    account_id = fields.Many2one(
        "g2p.bridge.example.bank.account", readonly=True, ondelete="restrict", index=True
    )
    block_id = fields.Many2one(
        "g2p.bridge.example.bank.block", readonly=True, ondelete="restrict", index=True
    )
    currency_id = fields.Many2one(related="account_id.currency_id")
    company_id = fields.Many2one(related="account_id.company_id")
    state = fields.Selection(
        [("received", "Received"), ("processed", "Processed"), ("rejected", "Refused")],
        required=True,
        readonly=True,
        default="received",
    )
    error_message = fields.Char(readonly=True)
    received_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    processed_at = fields.Datetime(readonly=True)
    payment_count = fields.Integer("Payments Taken", readonly=True, help="Taken, without rejected.")
    amount = fields.Monetary(readonly=True, help="Sum of the payments taken.")
    rejected_count = fields.Integer("Rejected", readonly=True)
    reversed_count = fields.Integer("Reversed", readonly=True)
    reversed_amount = fields.Monetary(readonly=True)
    payment_ids = fields.One2many("g2p.bridge.example.bank.payment", "batch_id", "Payments")

    # === Constraints ===

    _reference_uniq = models.Constraint(
        "UNIQUE(reference)", "Another batch has this reference already."
    )
    _to_book_idx = models.Index("(id) WHERE state = 'received'")

    # === Actions ===

    def action_open_payments(self):
        """Show the payments of this batch."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "g2p_bridge_example_bank.payment_action"
        )
        return {**action, "domain": [("batch_id", "=", self.id)], "context": {}}

    # === Steps ===

    @api.model
    def _cron_book(self):
        """Heartbeat: no accepted batch waits for ever, whatever became of its job."""
        received = self.search([("state", "=", "received")])
        self.env["queue.job"]._enqueue_forgotten(received._booking_jobs())

    # === Helpers ===

    def _booking_jobs(self):
        return [
            Job(
                batch._job_book,
                identity_key=CHANNEL_KEY % batch.id,
                description=self.env._("Example bank: book batch %s", batch.reference),
            )
            for batch in self
        ]

    def _answer(self):
        """What the client is told about this batch, the first time and every time again."""
        self.ensure_one()
        rejected = self._rejected_payments()
        answer = {"status": "success", "error_message": ""}
        return {**answer, "rejected": rejected} if rejected else answer

    def _rejected_payments(self):
        """:return: list of dicts ``payment_reference_number``, ``error_code``"""
        self.ensure_one()
        if not self.rejected_count:
            return []
        payments = self.env["g2p.bridge.example.bank.payment"].search_fetch(
            [("batch_id", "=", self.id), ("status", "=", "rejected")],
            ["payment_reference_number", "reject_code"],
            order="id",
        )
        return [
            {
                "payment_reference_number": payment.payment_reference_number,
                "error_code": payment.reject_code,
            }
            for payment in payments
        ]
