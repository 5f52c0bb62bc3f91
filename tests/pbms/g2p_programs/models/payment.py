# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payments of entitlements, and the batches and batch tags that group them."""

from uuid import uuid4

from odoo import fields, models

from . import constants


class Payment(models.Model):
    _name = "g2p.payment"
    _description = "Payment"
    _order = "id desc"

    # As in PBMS made once: whoever gives none gets the same name as all others of this process.
    name = fields.Char("Internal Reference #", default=str(uuid4()), readonly=True, copy=False)
    entitlement_id = fields.Many2one("g2p.entitlement", required=True, index=True)
    cycle_id = fields.Many2one("g2p.cycle", related="entitlement_id.cycle_id")
    program_id = fields.Many2one("g2p.program", related="cycle_id.program_id")
    partner_id = fields.Many2one("res.partner", "Beneficiary", related="entitlement_id.partner_id")
    batch_id = fields.Many2one("g2p.payment.batch", "Payment Batch", index=True)
    state = fields.Selection(
        [("issued", "Issued"), ("sent", "Sent"), ("reconciled", "Reconciled")],
        "Status",
        required=True,
        default="issued",
    )
    status = fields.Selection([("paid", "Paid"), ("failed", "Failed")], "Payment Status")
    status_is_final = fields.Boolean("Is final payment status")
    status_datetime = fields.Datetime()
    account_number = fields.Char()
    amount_issued = fields.Monetary(required=True)
    amount_paid = fields.Monetary()
    issuance_date = fields.Datetime(default=fields.Datetime.now)
    payment_datetime = fields.Datetime()
    payment_fee = fields.Monetary()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)


class PaymentBatch(models.Model):
    _name = "g2p.payment.batch"
    _description = "Payment Batch"
    _order = "id desc"

    name = fields.Char(
        "Internal Batch Reference #", default=str(uuid4()), readonly=True, copy=False
    )
    cycle_id = fields.Many2one("g2p.cycle", readonly=True, index=True)
    program_id = fields.Many2one("g2p.program", related="cycle_id.program_id")
    external_batch_ref = fields.Char("External Batch Reference #")
    batch_has_started = fields.Boolean()
    batch_has_completed = fields.Boolean()
    # Beside payment.batch_id; PBMS fills both.
    payment_ids = fields.Many2many("g2p.payment", string="Payments")
    tag_id = fields.Many2one("g2p.payment.batch.tag", "Batch Tag")
    stats_datetime = fields.Datetime("Statistics Date/Time")

    def send_payment(self):
        """Button: sends this batch by the payment manager of its program."""
        return self.program_id.get_manager(constants.MANAGER_PAYMENT).send_payments(self)


class PaymentBatchTag(models.Model):
    _name = "g2p.payment.batch.tag"
    _description = "Payment Batch Tag"
    _order = "order asc"

    name = fields.Char(required=True)
    order = fields.Integer(default=1)
    domain = fields.Text(default="[]", required=True)
    max_batch_size = fields.Integer(default=500)
