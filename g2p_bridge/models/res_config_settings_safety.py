from odoo import fields, models

from odoo.addons.g2p_bridge_bank_connector.keys import has_key
from odoo.addons.g2p_bridge_bank_connector.models.audit_seal import MAIL_TO


class SafetySettings(models.TransientModel):
    """How secrets and the audit trail are kept safe."""

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
        help="Once a day the last hash of the audit trail is sent there, to be kept.",
    )

    def _compute_g2p_bridge_secrets(self):
        secrets = self.env["g2p.bridge.secret.mixin"].sudo()
        if secrets._count_unreadable():
            state = "unreadable"
        else:
            state = "sealed" if has_key() else "plain"
        self.g2p_bridge_secrets = state
