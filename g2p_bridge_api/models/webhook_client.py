from dataclasses import dataclass
from urllib.parse import urlsplit

from odoo import api, models

from odoo.addons.g2p_bridge_bank_connector.lib.diagnosis import chain
from odoo.addons.g2p_bridge_bank_connector.lib.errors import (
    ConnectorError,
    OutcomeUnknown,
    Rejected,
    Unavailable,
)

from ..lib.guarded_http import ForbiddenAddress, GuardedAdapter, check_host, parse_networks

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

    @api.model
    def _http_endpoint(self):
        webhook_id = self.env.context["bridge_webhook_id"]
        return self.env["g2p.bridge.webhook"].sudo().browse(webhook_id)

    @api.model
    def _http_adapter(self, timeouts):
        return GuardedAdapter(timeouts, self._networks())

    @api.model
    def _post(self, body, event_ids):
        """Send a message about these events.

        :param bytes body: exactly what is signed and sent
        :raises ConnectorError: the receiver has not taken it, or nobody knows
        """
        webhook = self._http_endpoint()
        self._check_address(webhook.base_url)
        headers = {
            **self._http_headers(),
            "Event-Id": ", ".join(event_ids),
            **self._http_body_headers(body),
        }
        try:
            response = self._http_traced(webhook, webhook.base_url, body, headers)
        except ConnectorError as error:
            if any(isinstance(cause, ForbiddenAddress) for cause in chain(error)):
                raise self._forbidden() from error
            raise
        status = response.status_code
        text = webhook._without_secrets(response.content.decode("utf-8", "replace"))
        excerpt = text.replace("\0", "")[:EXCERPT]
        if 200 <= status < 300:
            return Answer(status, excerpt)
        failure = Rejected if 400 <= status < 500 else OutcomeUnknown
        raise failure(f"HTTP_{status}", excerpt)

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

    @api.model
    def _check_address(self, address):
        """:raises Unavailable: there is none, or it leads where nothing may be sent to"""
        if not address:
            raise Unavailable("NO_ADDRESS", self.env._("No address is configured."))
        parts = urlsplit(address)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
            check_host(parts.hostname, port, self._networks())
        except ForbiddenAddress as error:
            raise self._forbidden() from error
        except (OSError, UnicodeError) as error:
            raise Unavailable("CONNECTION_FAILED", type(error).__name__) from error

    @api.model
    def _forbidden(self):
        return Unavailable(
            "FORBIDDEN_ADDRESS",
            self.env._(
                "The server's name leads to an address of a private network. An administrator "
                "can allow the network in the system parameter g2p_bridge.webhook_networks."
            ),
        )

    @api.model
    def _networks(self):
        """The networks that may be called though they are not public."""
        parameters = self.env["ir.config_parameter"].sudo()
        try:
            return parse_networks(parameters.get_param("g2p_bridge.webhook_networks"))
        except ValueError as error:
            raise Unavailable(
                "INVALID_SETTING",
                self.env._(
                    "The system parameter g2p_bridge.webhook_networks is no list of networks: %s",
                    error,
                ),
            ) from error
