# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Buttons of a cycle that come and go with the states of its entitlements."""

from odoo import fields, models


class CycleButtons(models.Model):
    _inherit = "g2p.cycle"

    # As in PBMS named for what hides the button: all entitlements are approved already.
    show_approve_entitlements_button = fields.Boolean(compute="_compute_show_approve_entitlement")

    def _compute_show_approve_entitlement(self):
        for cycle in self:
            states = set(cycle.entitlement_ids.mapped("state"))
            cycle.show_approve_entitlements_button = states <= {"approved"}
