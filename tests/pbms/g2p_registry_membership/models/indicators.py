# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures of groups, which the registry finds out anew by jobs of its own."""

from odoo import api, models


class GroupMembership(models.Model):
    _inherit = "g2p.group.membership"

    @api.model_create_multi
    def create(self, vals_list):
        memberships = super().create(vals_list)
        groups = memberships.group
        groups.with_delay(priority=5, channel="root.recompute_indicators").recompute_indicators()
        return memberships


class ResPartner(models.Model):
    _inherit = "res.partner"

    def recompute_indicators(self):
        """There are none here: the registry's addons bring some."""
