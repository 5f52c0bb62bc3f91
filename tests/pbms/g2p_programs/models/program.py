# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A benefit program with its managers."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import constants


class Program(models.Model):
    _name = "g2p.program"
    _description = "Program"
    _inherit = ["mail.thread"]
    _order = "id desc"

    MANAGER_CYCLE = constants.MANAGER_CYCLE
    MANAGER_PROGRAM = constants.MANAGER_PROGRAM
    MANAGER_ENTITLEMENT = constants.MANAGER_ENTITLEMENT
    MANAGER_PAYMENT = constants.MANAGER_PAYMENT

    name = fields.Char(required=True)
    description = fields.Text()
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    target_type = fields.Selection(
        [("group", "Group"), ("individual", "Individual")], default="group"
    )
    program_managers = fields.Many2many("g2p.program.manager")
    cycle_managers = fields.Many2many("g2p.cycle.manager")
    entitlement_managers = fields.Many2many("g2p.program.entitlement.manager")
    payment_managers = fields.Many2many("g2p.program.payment.manager")
    program_membership_ids = fields.One2many("g2p.program_membership", "program_id", "Members")
    cycle_ids = fields.One2many("g2p.cycle", "program_id", "Cycles")
    date_ended = fields.Date()
    state = fields.Selection(
        [("active", "Active"), ("ended", "Ended")], "Status", default="active", readonly=True
    )
    active = fields.Boolean(default=True)
    locked = fields.Boolean()
    locked_reason = fields.Char()

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        for program in programs:
            program.create_default_managers()
        return programs

    def create_default_managers(self):
        """Gives the program the managers that each one has from the beginning."""
        for kind in constants.FROM_THE_BEGINNING:
            if not self[constants.MANAGER_FIELDS[kind]]:
                self.add_manager(kind, {})

    def add_manager(self, kind, vals):
        """Gives the program the default manager of a kind, with these values."""
        self.ensure_one()
        field = constants.MANAGER_FIELDS[kind]
        manager_model, default_model = constants.MANAGER_MODELS[field]
        default = self.env[default_model].create({"name": "Default", "program_id": self.id, **vals})
        self[field] = self.env[manager_model].create(
            {"program_id": self.id, "manager_ref_id": f"{default_model},{default.id}"}
        )

    def get_manager(self, kind):
        """The manager of this kind (a MANAGER_ constant), None if the program has none."""
        self.ensure_one()
        if kind not in constants.MANAGER_FIELDS:
            raise NotImplementedError("Manager not supported")
        managers = self[constants.MANAGER_FIELDS[kind]]
        if not managers:
            return None
        managers.ensure_one()
        return managers.manager_ref_id

    def get_beneficiaries(self, state=None, offset=0, limit=None, order=None, count=False):
        """Memberships in these states (a state, or a list of states)."""
        self.ensure_one()
        domain = [("program_id", "=", self.id)]
        if state is not None:
            domain.append(("state", "in", [state] if isinstance(state, str) else state))
        memberships = self.env["g2p.program_membership"]
        if count:
            return memberships.search_count(domain)
        return memberships.search(domain, offset=offset, limit=limit, order=order)

    def enroll_eligible_registrants(self):
        """Enrols every draft member: the stand-in has no eligibility managers."""
        for program in self:
            program.get_beneficiaries("draft").write({"state": "enrolled"})

    def create_new_cycle(self):
        """Button: the next cycle, with all enrolled members."""
        self.ensure_one()
        manager = self.get_manager(self.MANAGER_PROGRAM)
        if not manager:
            raise UserError(self.env._("No Program Manager defined."))
        cycle = manager.new_cycle()
        return constants.notification(
            self.env._("Cycle"), self.env._("New cycle %s created.", cycle.name)
        )

    def open_cycles_form(self):
        self.ensure_one()
        return {
            "name": self.env._("Cycles"),
            "type": "ir.actions.act_window",
            "res_model": "g2p.cycle",
            "view_mode": "list,form",
            "domain": [("program_id", "=", self.id)],
            "context": {"default_program_id": self.id},
        }
