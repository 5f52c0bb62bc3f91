from odoo import models

from ..entitlement.entitlement import PAYABLE_STATES


class CycleButtons(models.Model):
    """PBMS's own buttons, beside payments that the bridge reports back."""

    _inherit = "g2p.cycle"

    def _compute_show_approve_entitlement(self):
        """PBMS hides the button once all entitlements are approved, and knows no later state: with
        the first one that is paid it would come back."""
        result = super()._compute_show_approve_entitlement()
        for cycle in self:
            if not cycle.show_approve_entitlements_button:
                open_ones = [("cycle_id", "=", cycle.id), ("state", "not in", PAYABLE_STATES)]
                left = self.env["g2p.entitlement"].sudo().search_count(open_ones, limit=1)
                cycle.show_approve_entitlements_button = not left
        return result
