from odoo import api, models


class HealthOpened(models.AbstractModel):
    """Health says when another addon opens what the bridge's safety rests on."""

    _inherit = "g2p.bridge.health"

    @api.model
    def _notices(self):
        lines = self.env["ir.model.access"]._g2p_bridge_opened()
        return [*super()._notices(), *([lines._g2p_bridge_told()] if lines else ())]
