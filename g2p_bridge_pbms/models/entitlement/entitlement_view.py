from odoo import SUPERUSER_ID, api, models

FINANCE = "g2p_programs.g2p_finance_validator"


class EntitlementView(models.Model):
    """Finance validators see the entitlements whose payments they look after.

    PBMS lets them read and write entitlements, but gives the screens to other groups alone.
    """

    _inherit = "g2p.entitlement"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        if self.env.user.has_group(FINANCE):
            self = self.with_user(SUPERUSER_ID)
        return super()._get_view(view_id, view_type, **options)
