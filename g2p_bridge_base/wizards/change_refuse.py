# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ChangeRefuse(models.TransientModel):
    """Why a proposed change is turned down."""

    _name = "g2p.bridge.change.refuse"
    _description = "Refusal of a Proposed Change"

    # === Fields ===

    change_id = fields.Many2one(
        "g2p.bridge.change", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Text(required=True, help="Whoever proposed it reads this.")

    # === Actions ===

    def action_refuse(self):
        """Turn it down. The change checks who may."""
        self.ensure_one()
        return self.change_id.action_refuse(self.reason)
