# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sees entitlements on a screen: fewer groups than may read them."""

from odoo import api, models
from odoo.exceptions import ValidationError

SEERS = (
    "g2p_registry_base.group_g2p_admin",
    "g2p_registry_base.group_g2p_registrar",
    "g2p_programs.g2p_program_validator",
    "g2p_programs.g2p_program_manager",
)


class EntitlementView(models.Model):
    _inherit = "g2p.entitlement"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """As in PBMS: finance validators may read and write entitlements, and get no view."""
        if view_type != "search" and not any(map(self.env.user.has_group, SEERS)):
            raise ValidationError(self.env._("You may not see entitlements here."))
        return super()._get_view(view_id, view_type, **options)
