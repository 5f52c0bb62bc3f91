# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who listens to the bridge's events: an HTTP server in the test's own process."""

import json

from world import register_webhook

from odoo.addons.g2p_bridge_base.tests.peer import Peer


class WebhookReceiver(Peer):
    """Takes what it is sent, and fails as often as it is told.

    ``came`` holds (signature, message) of each request, ``failing`` how many are turned away.
    """

    def __init__(self):
        self.came, self.failing = [], 0
        super().__init__("/events")

    def respond(self, request):
        self.came.append((request.headers["Signature"], json.loads(request.body)))
        failing = self.failing
        self.failing = max(failing - 1, 0)
        return (503 if failing else 200,)

    def events(self):
        return [event for _signature, message in self.came for event in message["events"]]

    def kinds(self):
        return [event["kind"] for event in self.events()]

    def listen_to(self, bridge, partner=None):
        """Register a webhook that leads here; returns its record ID."""
        return register_webhook(bridge, self.url, partner)
