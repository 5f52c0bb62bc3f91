from odoo import fields, models
from odoo.exceptions import UserError

from .partner.partner_header import MAX_SKEW, SKEW_MINUTES, SKEW_PARAMETER
from .partner.partner_message import KEEP_DAYS, KEEP_PARAMETER
from .partner.unsigned_access import PARAMETER


class ResConfigSettings(models.TransientModel):
    """How messages of partners are judged."""

    _inherit = "res.config.settings"

    g2p_bridge_api_skew_minutes = fields.Integer(
        "Clock Difference (min)", config_parameter=SKEW_PARAMETER, default=SKEW_MINUTES
    )
    g2p_bridge_api_remember_days = fields.Integer(
        "Days Messages Are Remembered", config_parameter=KEEP_PARAMETER, default=KEEP_DAYS
    )
    g2p_bridge_api_unsigned = fields.Boolean("Calls without Proof", config_parameter=PARAMETER)

    def set_values(self):
        self._check_g2p_bridge_api()
        return super().set_values()

    def _check_g2p_bridge_api(self):
        if self.g2p_bridge_api_skew_minutes > MAX_SKEW:
            raise UserError(
                self.env._(
                    "The clock difference is %(minutes)s minutes, but may be %(most)s at most. "
                    "Have partners set their clocks instead.",
                    minutes=self.g2p_bridge_api_skew_minutes,
                    most=MAX_SKEW,
                )
            )
        partners = self.env["g2p.bridge.partner"]
        bank = partners._real_bank()
        if self.g2p_bridge_api_unsigned and bank:
            raise UserError(partners._unsigned_refusal(bank))
