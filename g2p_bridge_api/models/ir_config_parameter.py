# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

PREFIX = "g2p_bridge_api.prefix"


class IrConfigParameter(models.Model):
    """A new prefix is a new address of every route: all workers make their maps anew."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        parameters._g2p_bridge_prefix_changed()
        return parameters

    def write(self, vals):
        done = super().write(vals)
        self._g2p_bridge_prefix_changed()
        return done

    def unlink(self):
        moved = self.sudo().filtered(lambda parameter: parameter.key == PREFIX)
        done = super().unlink()
        if moved:
            self.env.registry.clear_cache("routing")
        return done

    def _g2p_bridge_prefix_changed(self):
        if PREFIX in self.sudo().mapped("key"):
            self.env.registry.clear_cache("routing")
