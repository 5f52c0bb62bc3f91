# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The window in which a registrant is disabled, with a reason."""

from odoo import fields, models


class DisableRegistrant(models.TransientModel):
    _name = "g2p.disable.registrant.wizard"
    _description = "Disable Registrant"

    partner_id = fields.Many2one(
        "res.partner",
        "Registrant",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
    )
    disabled_reason = fields.Text("Reason for disabling", required=True)

    def disable_registrant(self):
        for wizard in self:
            wizard.partner_id.write(
                {
                    "disabled": fields.Datetime.now(),
                    "disabled_reason": wizard.disabled_reason,
                    "disabled_by": self.env.uid,
                }
            )
