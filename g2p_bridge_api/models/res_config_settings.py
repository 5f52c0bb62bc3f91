# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..lib.prefix import DEFAULT_PREFIX, is_sound
from .call.api_settings import ITEMS, MEGABYTES
from .partner.partner_admission import UNSIGNED
from .partner.partner_header import MAX_SKEW, SKEW_MINUTES, SKEW_PARAMETER
from .partner.partner_message import KEEP_DAYS, KEEP_PARAMETER


class ResConfigSettings(models.TransientModel):
    """Where the API is and how much it takes, how messages are judged, how events are kept."""

    _inherit = "res.config.settings"

    # === Fields ===

    g2p_bridge_api_skew_minutes = fields.Integer(
        "Clock Difference (min)", config_parameter=SKEW_PARAMETER, default=SKEW_MINUTES
    )
    g2p_bridge_api_remember_days = fields.Integer(
        "Days Messages Are Remembered", config_parameter=KEEP_PARAMETER, default=KEEP_DAYS
    )
    g2p_bridge_api_unsigned = fields.Boolean("Calls without Proof", config_parameter=UNSIGNED)
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
    g2p_bridge_event_days = fields.Integer(
        "Days Events Are Kept", config_parameter="g2p_bridge.event_days", default=90
    )
    g2p_bridge_webhook_give_up_days = fields.Integer(
        "Give Events Up After (days)",
        config_parameter="g2p_bridge.webhook_give_up_days",
        default=3,
    )
    g2p_bridge_webhook_pause_days = fields.Integer(
        "Pause a Webhook After (days)",
        config_parameter="g2p_bridge.webhook_pause_days",
        default=7,
    )
    g2p_bridge_api_max_page = fields.Integer(
        "Disbursements per Page", config_parameter="g2p_bridge.api_max_page", default=1000
    )

    # === Actions ===

    def set_values(self):
        self._check_g2p_api_address()
        self._check_g2p_api_limits()
        super().set_values()

    # === Helpers ===

    def _check_g2p_api_limits(self):
        """:raises UserError: a number that is out of range, or proof is not asked for where real
        money could move
        """
        if self.g2p_api_body_days < 0:
            raise UserError(
                self.env._(
                    "Requests are to be kept for %s days, but that has to be 0 or more.",
                    self.g2p_api_body_days,
                )
            )
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

    def _check_g2p_api_address(self):
        """:raises UserError: an address that can't be one, or is somebody else's"""
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
