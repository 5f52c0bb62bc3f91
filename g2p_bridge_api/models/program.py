# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .partner.partner import check_stays


class Program(models.Model):
    """Partners may speak of programs, and none of their users decides about one."""

    _inherit = "g2p.bridge.program"

    # === Constraints ===

    @api.constrains("company_id")
    def _check_company_of_partners(self):
        """A program stays with the company whose partners may speak of it."""
        for program in self:
            for model in ("g2p.bridge.partner", "g2p.bridge.webhook"):
                check_stays(program, model, "program_ids")

    # === Helpers ===

    def _people(self, role):
        """Technical users are nobody who could start or approve anything."""
        return super()._people(role).filtered(lambda user: not user.g2p_bridge_is_partner)
