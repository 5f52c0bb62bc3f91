# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a member of a cycle is to receive."""

from random import randint
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from . import constants


class Entitlement(models.Model):
    _name = "g2p.entitlement"
    _description = "Entitlement"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    code = fields.Char(
        default=lambda self: self._generate_code(), required=True, readonly=True, copy=False
    )
    # Random, and another one whenever the ORM writes the state.
    ern = fields.Char("ERN", compute="_compute_ern", store=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner",
        "Registrant",
        required=True,
        index=True,
        domain=[("is_registrant", "=", True)],
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    cycle_id = fields.Many2one("g2p.cycle", required=True, index=True)
    program_id = fields.Many2one("g2p.program", related="cycle_id.program_id")
    valid_from = fields.Date()
    valid_until = fields.Date(default=lambda self: fields.Date.add(fields.Date.today(), years=1))
    is_cash_entitlement = fields.Boolean("Cash Entitlement")
    initial_amount = fields.Monetary(required=True)
    transfer_fee = fields.Monetary(default=0.0)
    date_approved = fields.Date()
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("pending_validation", "Pending Validation"),
            ("approved", "Approved"),
            ("trans2FSP", "Transferred to FSP"),
            ("rdpd2ben", "Redeemed/Paid to Beneficiary"),
            ("rejected1", "Rejected: Beneficiary didn't want the entitlement"),
            ("rejected2", "Rejected: Beneficiary account does not exist"),
            ("rejected3", "Rejected: Other reason"),
            ("cancelled", "Cancelled"),
            ("expired", "Expired"),
        ],
        "Status",
        default="draft",
        copy=False,
    )
    payment_ids = fields.One2many("g2p.payment", "entitlement_id", "Payments")
    payment_status = fields.Selection(
        [("paid", "Paid"), ("notpaid", "Not Paid")], compute="_compute_payment_status"
    )
    payment_date = fields.Datetime(compute="_compute_payment_status")

    _unique_entitlement_code = models.Constraint(
        "UNIQUE(code)", "The entitlement code must be unique."
    )

    @api.depends("code")
    def _compute_name(self):
        for entitlement in self:
            entitlement.name = self.env._("Entitlement (%s)", entitlement.code)

    @api.depends("state")
    def _compute_ern(self):
        for entitlement in self:
            approved = entitlement.state == "approved"
            entitlement.ern = str(randint(1, 10**10 - 1)).zfill(10) if approved else False

    def _compute_payment_status(self):
        for entitlement in self:
            paid = entitlement.payment_ids.filtered(lambda one: one.status == "paid")[:1]
            entitlement.payment_status = "paid" if paid else "notpaid"
            entitlement.payment_date = paid.payment_datetime

    @api.model
    def _generate_code(self):
        return str(uuid4())[7:-8]

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if any(entitlement.state != "draft" for entitlement in self):
            raise ValidationError(self.env._("Only draft entitlements are allowed to be deleted"))

    @api.autovacuum
    def _gc_mark_expired_entitlement(self):
        """PBMS does this every day, also to entitlements whose payment is under way."""
        domain = [("state", "=", "approved"), ("valid_until", "<", fields.Date.today())]
        self.search(domain).write({"state": "expired"})

    def approve_entitlement(self):
        manager = self.program_id.get_manager(constants.MANAGER_ENTITLEMENT)
        if not manager:
            raise UserError(self.env._("No Entitlement Manager defined."))
        errors, message = manager.approve_entitlements(self)
        if errors:
            return constants.notification(self.env._("Entitlement"), message, "danger")
        return None
