# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The window that makes a program with everything that `create` alone does not give it."""

from odoo import fields, models
from odoo.exceptions import UserError

from ..models import constants


class ProgramWizard(models.TransientModel):
    _name = "g2p.program.create.wizard"
    _description = "Create a Program"

    name = fields.Char(required=True)
    target_type = fields.Selection(
        [("group", "Group"), ("individual", "Individual")], default="group"
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    approver_group_id = fields.Many2one("res.groups")
    auto_approve_entitlements = fields.Boolean()
    cycle_duration = fields.Integer(default=1, required=True)
    amount_per_cycle = fields.Monetary()
    amount_per_individual_in_group = fields.Monetary()
    max_individual_in_group = fields.Integer()
    transfer_fee_pct = fields.Float()
    transfer_fee_amt = fields.Monetary()

    def create_program(self):
        """Makes the program, its journal in this currency, its cycle and entitlement managers."""
        self.ensure_one()
        if not self.amount_per_cycle and not self.amount_per_individual_in_group:
            raise UserError(
                self.env._("Enter the amount of each cycle, or of each member of a group.")
            )
        program = self.env["g2p.program"].create(
            {
                "name": self.name,
                "target_type": self.target_type,
                "journal_id": self._create_journal().id,
            }
        )
        cycle_manager = {
            "cycle_duration": self.cycle_duration,
            "approver_group_id": self.approver_group_id.id,
            "auto_approve_entitlements": self.auto_approve_entitlements,
        }
        program.add_manager(constants.MANAGER_CYCLE, cycle_manager)
        amounts = (
            "amount_per_cycle",
            "amount_per_individual_in_group",
            "max_individual_in_group",
            "transfer_fee_pct",
            "transfer_fee_amt",
        )
        program.add_manager(constants.MANAGER_ENTITLEMENT, {name: self[name] for name in amounts})
        return {
            "type": "ir.actions.act_window",
            "res_model": "g2p.program",
            "res_id": program.id,
            "view_mode": "form",
        }

    def _create_journal(self):
        journals = self.env["account.journal"]
        number = journals.search_count([("company_id", "=", self.env.company.id)]) + 1
        return journals.create(
            {
                "name": self.name,
                "code": f"P{number:04d}",
                "type": "bank",
                "beneficiary_disb": True,
                "currency_id": self.currency_id.id,
            }
        )
