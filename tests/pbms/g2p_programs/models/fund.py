# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money that a program may spend: what its entitlements are approved against."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from . import constants


class ProgramFund(models.Model):
    _name = "g2p.program.fund"
    _description = "Program Fund"
    _inherit = ["mail.thread"]
    _order = "id desc"

    name = fields.Char("Reference Number", required=True, default="Draft")
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    program_id = fields.Many2one("g2p.program", required=True)
    currency_id = fields.Many2one(
        "res.currency", related="program_id.journal_id.currency_id", store=True
    )
    amount = fields.Monetary(required=True)
    remarks = fields.Text()
    date_posted = fields.Date(required=True, default=fields.Date.today)
    state = fields.Selection(
        [("draft", "Draft"), ("posted", "Posted"), ("cancelled", "Cancelled")],
        "Status",
        default="draft",
        readonly=True,
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_posted(self):
        if any(fund.state == "posted" for fund in self):
            raise UserError(self.env._("A posted fund can't be deleted."))

    def post_fund(self):
        """Button: from now on the program may spend it. As in PBMS, for good."""
        return self._move("draft", "posted")

    def cancel_fund(self):
        return self._move("draft", "cancelled")

    def reset_draft(self):
        return self._move("cancelled", "draft")

    def _move(self, before, after):
        for fund in self:
            if fund.state != before:
                return constants.notification(
                    self.env._("Program Fund"), self.env._("Only %s funds can.", before), "danger"
                )
            fund.state = after
        return None
