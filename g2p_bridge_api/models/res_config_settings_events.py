# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """How long events are kept, and how webhooks are called."""

    _inherit = "res.config.settings"

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
