# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import uuid
from datetime import datetime, timezone

from odoo import api, models

from odoo.addons.g2p_bridge_base.lib import jose

ALGORITHM = "ES256"


class DemoApi(models.AbstractModel):
    """A system outside that speaks to the bridge over HTTP and signs what it says."""

    _inherit = "g2p.bridge.demo"

    @api.model
    def _new_partner_key(self):
        """Give the demo's partner a new key and revoke those that it had.

        :return: the private half; it is kept nowhere
        """
        partner, private = self._get("partner"), jose.generate_private_key(ALGORITHM)
        partner.key_ids.filtered(lambda key: not key.revoked_at).action_revoke()
        self.env["g2p.bridge.partner.key.add"].create(
            {"partner_id": partner.id, "text": jose.public_pem(private)}
        ).action_add()
        return private

    @api.model
    def _partner_request(self, private, operation, message):
        """What the demo's partner posts to ask something.

        :return: (body, HTTP headers)
        """
        body = json.dumps(
            {
                "header": {
                    "version": "1.0.0",
                    "message_id": str(uuid.uuid4()),
                    "message_ts": datetime.now(timezone.utc).isoformat(),
                    "action": operation,
                    "sender_id": self._get("partner").code,
                    "total_count": 1,
                },
                "message": message,
            }
        ).encode()
        signature = jose.sign_detached(private, ALGORITHM, jose.key_id(private), body)
        return body, {"Content-Type": "application/json", "Signature": signature}
