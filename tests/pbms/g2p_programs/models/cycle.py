# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One round of a program: its members, their entitlements, and the payments of these."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import constants


class Cycle(models.Model):
    _name = "g2p.cycle"
    _description = "Cycle"
    _inherit = ["mail.thread"]
    _order = "sequence asc"

    STATE_DRAFT = constants.STATE_DRAFT
    STATE_TO_APPROVE = constants.STATE_TO_APPROVE
    STATE_APPROVED = constants.STATE_APPROVED
    STATE_CANCELED = constants.STATE_CANCELLED
    STATE_DISTRIBUTED = constants.STATE_DISTRIBUTED
    STATE_ENDED = constants.STATE_ENDED

    name = fields.Char(required=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    program_id = fields.Many2one("g2p.program", required=True, index=True)
    sequence = fields.Integer(required=True, readonly=True, default=1)
    start_date = fields.Date(required=True)
    end_date = fields.Date(required=True)
    state = fields.Selection(
        [
            (STATE_DRAFT, "Draft"),
            (STATE_TO_APPROVE, "To Approve"),
            (STATE_APPROVED, "Approved"),
            (STATE_DISTRIBUTED, "Distributed"),
            (STATE_CANCELED, "Canceled"),
            (STATE_ENDED, "Ended"),
        ],
        default="draft",
    )
    cycle_membership_ids = fields.One2many("g2p.cycle.membership", "cycle_id", "Cycle Memberships")
    entitlement_ids = fields.One2many("g2p.entitlement", "cycle_id", "Entitlements")
    payment_batch_ids = fields.One2many("g2p.payment.batch", "cycle_id", "Payment Batches")
    auto_approve_entitlements = fields.Boolean("Auto-approve entitlements")
    members_count = fields.Integer("# Beneficiaries", compute="_compute_members_count")
    entitlements_count = fields.Integer("# Entitlements", compute="_compute_entitlements_count")
    payments_count = fields.Integer("# Payments", compute="_compute_payments_count")
    locked = fields.Boolean()
    locked_reason = fields.Char()
    # As in PBMS a float over entitlements of every state: never a control total.
    total_amount = fields.Float(compute="_compute_total_amount")
    currency_id = fields.Many2one("res.currency", default=lambda self: self.env.company.currency_id)
    approved_date = fields.Datetime("Cycle Approved Date", readonly=True, copy=False)
    approved_by = fields.Many2one("res.users", "Cycle Approved By", readonly=True, copy=False)

    _unique_cycle_name_program = models.Constraint(
        "UNIQUE(name, program_id)",
        "Cycle with this name already exists. Please choose a different name.",
    )

    def _compute_members_count(self):
        for cycle in self:
            cycle.members_count = cycle.get_beneficiaries("enrolled", count=True)

    def _compute_entitlements_count(self):
        for cycle in self:
            cycle.entitlements_count = cycle.get_entitlements(None, count=True)

    def _compute_payments_count(self):
        for cycle in self:
            cycle.payments_count = self.env["g2p.payment"].search_count(
                [("cycle_id", "=", cycle.id)]
            )

    @api.depends("entitlement_ids.initial_amount")
    def _compute_total_amount(self):
        for cycle in self:
            cycle.total_amount = sum(cycle.entitlement_ids.mapped("initial_amount"))

    # Buttons

    def copy_beneficiaries_from_program(self):
        return self._manager(constants.MANAGER_CYCLE).copy_beneficiaries_from_program(self)

    def prepare_entitlement(self):
        """Gives every enrolled member an entitlement."""
        return self._manager(constants.MANAGER_CYCLE).prepare_entitlements(self)

    def to_approve(self):
        for cycle in self:
            if cycle.state != self.STATE_DRAFT:
                return self._refuse(self.env._("Only 'draft' cycles can be set for approval."))
            manager = cycle._manager(constants.MANAGER_ENTITLEMENT)
            cycle.state = self.STATE_TO_APPROVE
            manager.set_pending_validation_entitlements(cycle)
        return None

    def reset_draft(self):
        for cycle in self:
            if cycle.state != self.STATE_TO_APPROVE:
                return self._refuse(self.env._("Only 'to approve' cycles can be reset to draft."))
            cycle.state = self.STATE_DRAFT
        return None

    def approve(self):
        """Leaves it all to the cycle manager. With 200 entitlements and more these are approved
        by jobs, after this has returned. As in PBMS, only the first cycle of several."""
        for cycle in self:
            manager = cycle._manager(constants.MANAGER_CYCLE)
            return manager.approve_cycle(
                cycle,
                auto_approve=manager.auto_approve_entitlements,
                entitlement_manager=cycle._manager(constants.MANAGER_ENTITLEMENT),
            )

    def validate_entitlement(self):
        return self._manager(constants.MANAGER_ENTITLEMENT).validate_entitlements(self)

    def prepare_payment(self):
        return self._manager(constants.MANAGER_PAYMENT).prepare_payments(self)

    def send_payment(self):
        return self._manager(constants.MANAGER_PAYMENT).send_payments(self.payment_batch_ids)

    def mark_distributed(self):
        self._manager(constants.MANAGER_CYCLE).mark_distributed(self)

    def mark_ended(self):
        self._manager(constants.MANAGER_CYCLE).mark_ended(self)

    def mark_cancelled(self):
        self._manager(constants.MANAGER_CYCLE).mark_cancelled(self)

    def open_cycle_form(self):
        return {
            "name": self.env._("Cycle"),
            "type": "ir.actions.act_window",
            "res_model": "g2p.cycle",
            "res_id": self.id,
            "view_mode": "form",
            "view_id": self.env.ref("g2p_programs.view_cycle_form").id,
            "context": {"hide_cash": not self.program_id.get_manager(constants.MANAGER_PAYMENT)},
        }

    def open_members_form(self):
        return self._open("g2p.cycle.membership", self.env._("Cycle Members"))

    def open_entitlements_form(self):
        return self._open("g2p.entitlement", self.env._("Cycle Entitlements"))

    def open_payments_form(self):
        return self._open("g2p.payment", self.env._("Payments"))

    # Helpers

    def get_beneficiaries(self, state, offset=0, limit=None, order=None, count=False):
        """Cycle memberships in these states (a state, or a list of states)."""
        return self._in_states("g2p.cycle.membership", state, offset, limit, order, count)

    def get_entitlements(
        self,
        state,
        entitlement_model="g2p.entitlement",
        offset=0,
        limit=None,
        order=None,
        count=False,
    ):
        """Entitlements in these states (a state, a list of states, or None for all)."""
        return self._in_states(entitlement_model, state, offset, limit, order, count)

    def _in_states(self, model, states, offset, limit, order, count):
        self.ensure_one()
        domain = [("cycle_id", "=", self.id)]
        if states:
            domain.append(("state", "in", [states] if isinstance(states, str) else states))
        if count:
            return self.env[model].search_count(domain)
        return self.env[model].search(domain, offset=offset, limit=limit, order=order)

    def _manager(self, kind):
        manager = self.program_id.get_manager(kind)
        if not manager:
            raise UserError(
                self.env._("The program %s has no manager for this.", self.program_id.name)
            )
        return manager

    def _refuse(self, message):
        return constants.notification(self.env._("Cycle"), message, "danger")

    def _open(self, model, name):
        self.ensure_one()
        return {
            "name": name,
            "type": "ir.actions.act_window",
            "res_model": model,
            "view_mode": "list,form",
            "domain": [("cycle_id", "=", self.id)],
            "context": {"create": False, "default_cycle_id": self.id},
        }
