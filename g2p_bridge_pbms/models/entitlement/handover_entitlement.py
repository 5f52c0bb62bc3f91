from odoo import api, fields, models


class Entitlement(models.Model):
    """A late approval, or the end of the last open one, lets the cycle go on."""

    _inherit = "g2p.entitlement"

    bridge_problem = fields.Selection(
        selection_add=[
            ("too_large", "The amount is too large"),
            ("long_id", "The ID is too long"),
        ]
    )

    @api.model_create_multi
    def create(self, vals_list):
        entitlements = super().create(vals_list)
        entitlements.filtered(lambda one: one.state == "approved").cycle_id._bridge_soon()
        return entitlements

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.cycle_id._bridge_soon()
        return result
