from odoo import fields, models
from odoo.exceptions import UserError

from ..lib.prefix import DEFAULT_PREFIX, is_sound
from .call.api_settings import ITEMS, MEGABYTES


class ResConfigSettings(models.TransientModel):
    """Where the API is, and how much it takes."""

    _inherit = "res.config.settings"

    g2p_bridge_api_prefix = fields.Char(
        "API Address", config_parameter="g2p_bridge_api.prefix", default=DEFAULT_PREFIX
    )
    g2p_bridge_api_max_megabytes = fields.Integer(
        "Largest Request (MB)", config_parameter="g2p_bridge_api.max_megabytes", default=MEGABYTES
    )
    g2p_bridge_api_max_items = fields.Integer(
        "Most Items of a Request", config_parameter="g2p_bridge_api.max_items", default=ITEMS
    )
    g2p_api_body_days = fields.Integer(
        "Keep Requests (Days)", config_parameter="g2p_bridge_api.body_days"
    )

    def set_values(self):
        self._check_g2p_api_values()
        super().set_values()

    def _check_g2p_api_values(self):
        """:raises UserError: an address that can't be one, or a number of days below zero"""
        prefix = self.g2p_bridge_api_prefix or ""
        if not is_sound(prefix):
            raise UserError(
                self.env._(
                    "The API address is %(prefix)s, but has to begin with a slash and consist of "
                    "letters, digits, dots, dashes and further slashes, such as %(example)s.",
                    prefix=prefix or self.env._("empty"),
                    example=DEFAULT_PREFIX,
                )
            )
        taken = self.env["ir.http"]._g2p_bridge_taken(prefix)
        if taken:
            raise UserError(
                self.env._(
                    "The API address %(prefix)s is used by something else (%(taken)s). "
                    "Choose another one.",
                    prefix=prefix,
                    taken=taken,
                )
            )
        if self.g2p_api_body_days < 0:
            raise UserError(
                self.env._(
                    "Requests are to be kept for %s days, but that has to be 0 or more.",
                    self.g2p_api_body_days,
                )
            )
