# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from .partner.partner_admission import UNSIGNED

PREFIX = "g2p_bridge_api.prefix"


class IrConfigParameter(models.Model):
    """What Settings say of the API, whatever way the parameter is set.

    A new prefix is a new address of every route: all workers make their maps anew. Calls without
    proof are not to be had beside a real bank.
    """

    _inherit = "ir.config_parameter"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        parameters = super().create(vals_list)
        parameters._g2p_bridge_check_unsigned()
        parameters._g2p_bridge_prefix_changed()
        return parameters

    def write(self, vals):
        done = super().write(vals)
        self._g2p_bridge_check_unsigned()
        self._g2p_bridge_prefix_changed()
        return done

    def unlink(self):
        moved = self.sudo().filtered(lambda parameter: parameter.key == PREFIX)
        done = super().unlink()
        if moved:
            self.env.registry.clear_cache("routing")
        return done

    # === Helpers ===

    def _g2p_bridge_prefix_changed(self):
        if PREFIX in self.sudo().mapped("key"):
            self.env.registry.clear_cache("routing")

    def _g2p_bridge_check_unsigned(self):
        """:raises UserError: calls without proof are to be let in beside a real bank"""
        if any(one.key == UNSIGNED and one.value == "True" for one in self):
            partners = self.env["g2p.bridge.partner"]
            bank = partners._real_bank()
            if bank:
                raise UserError(partners._unsigned_refusal(bank))

    @api.model
    def _one_person_parameters(self):
        size = self.env._("how much is taken, kept and told, and where; not from whom")
        names = (
            "g2p_bridge.event_days",
            "g2p_bridge.webhook_give_up_days",
            "g2p_bridge.webhook_pause_days",
            "g2p_bridge.api_max_page",
            "g2p_bridge_api.prefix",
            "g2p_bridge_api.max_megabytes",
            "g2p_bridge_api.max_items",
            "g2p_bridge_api.body_days",
        )
        return {**super()._one_person_parameters(), **dict.fromkeys(names, size)}
