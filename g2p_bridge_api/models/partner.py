from odoo import fields, models


class Partner(models.Model):
    """Who may call the bridge, and hear from it."""

    _name = "g2p.bridge.partner"
    _description = "Partner of the Bridge"

    name = fields.Char(required=True)
    code = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    all_programs = fields.Boolean(default=True)
    program_ids = fields.Many2many("g2p.bridge.program")

    def _programs(self):
        """:return: the programs that this partner may speak of"""
        if not self.all_programs:
            return self.with_context(active_test=False).program_ids
        programs = self.env["g2p.bridge.program"].with_context(active_test=False)
        return programs.search([("company_id", "=", self.company_id.id)])
