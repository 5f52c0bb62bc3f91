from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.lib.second_factor import EACH
from odoo.addons.g2p_bridge_base.models.people.second_factor import floor


class SecondFactorSettings(models.TransientModel):
    """When people of the current company prove their second factor once more."""

    _inherit = "res.config.settings"

    bridge_second_factor = fields.Selection(
        related="company_id.bridge_second_factor", readonly=False
    )
    bridge_second_factor_minutes = fields.Integer(
        related="company_id.bridge_second_factor_minutes", readonly=False
    )
    bridge_second_factor_floor = fields.Char(compute="_compute_bridge_second_factor_floor")

    @api.depends("company_id")
    def _compute_bridge_second_factor_floor(self):
        self.bridge_second_factor_floor = self._second_factor_floor_words()

    def _second_factor_floor_words(self):
        """What the server's configuration file asks for whatever is chosen here, in words."""
        minutes = floor()
        if minutes is None:
            return False
        if minutes == EACH:
            return self.env._(
                "The server asks for a code at each decision, whatever is chosen here."
            )
        return self.env._(
            "The server asks for a code that is at most %s minutes old, whatever is chosen here.",
            minutes,
        )
