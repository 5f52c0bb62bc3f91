# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The manager of a program itself: here, the one that starts new cycles."""

from odoo import api, fields, models

from . import constants


class ProgramManager(models.Model):
    _name = "g2p.program.manager"
    _description = "Program Manager"
    _inherit = "g2p.manager.mixin"

    program_id = fields.Many2one("g2p.program", ondelete="cascade")

    @api.model
    def _selection_manager_ref_id(self):
        selection = super()._selection_manager_ref_id()
        selection.append(("g2p.program.manager.default", "Default"))
        return selection


class DefaultProgramManager(models.Model):
    _name = "g2p.program.manager.default"
    _description = "Default Program Manager"
    _inherit = ["base.programs.manager", "g2p.manager.source.mixin"]

    name = fields.Char("Manager Name", required=True)
    program_id = fields.Many2one("g2p.program", required=True, ondelete="cascade")

    def last_cycle(self):
        return self.env["g2p.cycle"].search(
            [("program_id", "=", self.program_id.id)], order="sequence desc", limit=1
        )

    def new_cycle(self):
        """The cycle after the last one, with the members that are enrolled in the program."""
        self.ensure_one()
        last = self.last_cycle()
        sequence = last.sequence + 1 if last else 1
        start = fields.Date.add(last.end_date, days=1) if last else fields.Date.today()
        manager = self.program_id.get_manager(constants.MANAGER_CYCLE)
        cycle = manager.new_cycle(f"Cycle {sequence}", start, sequence)
        manager.copy_beneficiaries_from_program(cycle)
        return cycle
