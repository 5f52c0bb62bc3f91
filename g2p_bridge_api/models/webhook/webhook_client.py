# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass

from odoo import api, models

from odoo.addons.g2p_bridge_base.lib.errors import (
    OutcomeUnknown,
    Rejected,
    Unavailable,
)
from odoo.addons.g2p_bridge_base.lib.guarded_http import GuardedAdapter

#: Characters of an answer that are kept: enough to recognise an error page.
EXCERPT = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered.

    :param status: HTTP status
    :param excerpt: the beginning of the body, if it is text
    """

    status: int
    excerpt: str = ""


class WebhookClient(models.AbstractModel):
    """Sends events to the webhook in the context ``bridge_webhook_id``.

    Every 2xx answer means that the receiver has them; everything else is tried again.
    """

    _name = "g2p.bridge.webhook.client"
    _description = "Webhook Client"
    _inherit = ["g2p.bridge.http.client"]

    # === Actions ===

    @api.private
    @api.model
    def test_connection(self):
        """Send an event of the kind ``test``.

        :return: what the receiver answered, in words
        """
        webhook = self._http_endpoint()
        answer = self._post(*webhook._test_message())
        return self.env._(
            "Status %(status)s. %(text)s", status=answer.status, text=answer.excerpt
        ).strip()

    # === Helpers ===

    @api.model
    def _http_endpoint(self):
        webhook_id = self.env.context["bridge_webhook_id"]
        return self.env["g2p.bridge.webhook"].sudo().browse(webhook_id)

    @api.model
    def _http_adapter(self, timeouts):
        return GuardedAdapter(timeouts, self._http_networks())

    @api.model
    def _post(self, body, event_ids):
        """Send a message about these events.

        :param bytes body: exactly what is signed and sent
        :raises ConnectorError: the receiver has not taken it, or nobody knows
        """
        webhook = self._http_endpoint()
        if not webhook.base_url:
            raise Unavailable("NO_ADDRESS", self.env._("No address is configured."))
        headers = {
            **self._http_headers(),
            "Event-Id": ", ".join(event_ids),
            **self._http_body_headers(body, webhook.base_url),
        }
        response = self._http_traced(webhook, webhook.base_url, body, headers)
        status = response.status_code
        text = webhook._without_secrets(response.content.decode("utf-8", "replace"))
        excerpt = text.replace("\0", "")[:EXCERPT]
        if 200 <= status < 300:
            return Answer(status, excerpt)
        failure = Rejected if 400 <= status < 500 else OutcomeUnknown
        raise failure(f"HTTP_{status}", excerpt)
