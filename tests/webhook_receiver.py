# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who listens to the bridge's events: an HTTP server in the test's own process."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebhookReceiver:
    """Takes what it is sent, and fails as often as it is told.

    ``came`` holds (signature, message) of each request, ``failing`` how many are turned away.
    """

    def __init__(self):
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                receiver.came.append((self.headers["Signature"], message))
                failing = receiver.failing
                receiver.failing = max(failing - 1, 0)
                self.send_response(503 if failing else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args):
                pass

        self.came, self.failing = [], 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def events(self):
        return [event for _signature, message in self.came for event in message["events"]]

    def kinds(self):
        return [event["kind"] for event in self.events()]

    def listen_to(self, bridge, partner=None):
        """Register a webhook that leads here; returns its record ID.

        :param partner: whose; a new one's if not given
        """
        key = bridge.call(
            "g2p.bridge.signing.key", "create", [{"name": "Key", "algorithm": "ES256"}]
        )
        bridge.call("g2p.bridge.signing.key", "action_generate", [[key]])
        bridge.call("g2p.bridge.signing.key", "action_use", [[key]])
        if not partner:
            values = {"name": "PBMS", "code": "PBMS", "all_programs": True}
            partner = bridge.call("g2p.bridge.partner", "create", [values])
        return bridge.call(
            "g2p.bridge.webhook",
            "create",
            [
                {
                    "name": "PBMS",
                    "partner_id": partner,
                    "base_url": f"http://127.0.0.1:{self._server.server_port}/events",
                    "environment": "enabled",
                }
            ],
        )
