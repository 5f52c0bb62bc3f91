# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class Program(models.Model):
    """Technical users are nobody who could start or approve anything."""

    _inherit = "g2p.bridge.program"

    def _people(self, role):
        return super()._people(role).filtered(lambda user: not user.g2p_bridge_is_partner)
