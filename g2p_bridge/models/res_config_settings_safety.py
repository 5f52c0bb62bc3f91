from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.keys import has_key
from odoo.addons.g2p_bridge_base.lib.networks import parse_networks
from odoo.addons.g2p_bridge_base.models.audit.audit_seal import MAIL_TO
from odoo.addons.g2p_bridge_base.models.endpoint.http_client import NETWORKS


class SafetySettings(models.TransientModel):
    """How secrets and the audit trail are kept safe, and where requests may go."""

    _inherit = "res.config.settings"

    g2p_bridge_secrets = fields.Selection(
        [
            ("sealed", "Sealed with the server's key"),
            ("plain", "The server has no key"),
            ("unreadable", "Stored with another key"),
        ],
        "Stored Secrets",
        compute="_compute_g2p_bridge_secrets",
    )
    g2p_bridge_audit_mail_to = fields.Char(
        "E-mail the Head to",
        config_parameter=MAIL_TO,
        help="Once a day the last hash of the audit trail is sent there, to be kept; to the "
        "auditors, if nobody is named.",
    )
    g2p_bridge_private_networks = fields.Char("Private Networks", config_parameter=NETWORKS)

    @api.constrains("g2p_bridge_private_networks")
    def _check_g2p_bridge_private_networks(self):
        for settings in self:
            try:
                parse_networks(settings.g2p_bridge_private_networks)
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "Private Networks: %s. Write networks like 10.1.0.0/16, with commas "
                        "between them.",
                        error,
                    )
                ) from error

    def _compute_g2p_bridge_secrets(self):
        secrets = self.env["g2p.bridge.secret.mixin"].sudo()
        if secrets._count_unreadable():
            state = "unreadable"
        else:
            state = "sealed" if has_key() else "plain"
        self.g2p_bridge_secrets = state
