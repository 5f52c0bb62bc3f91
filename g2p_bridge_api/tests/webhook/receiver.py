# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A partner's server: takes what webhooks send, remembers it, and answers as told."""

import json
from types import SimpleNamespace

from odoo.addons.g2p_bridge_base.tests.peer import Peer


class Receiver(Peer):
    """Where a webhook leads.

    :param script: what to answer next: a status, or a function of the request handler
    :param requests: what came: ``body`` (bytes), ``headers``, ``message`` (decoded)
    """

    def __init__(self, certificate=None):
        self.script, self.requests = [], []
        self.answer_text = b"thank you"
        super().__init__("/events", certificate)

    @property
    def events(self):
        """The events of all requests, in the order in which they came."""
        return [event for request in self.requests for event in request.message["events"]]

    def sequences(self):
        return [event["sequence"] for event in self.events]

    def serve(self, handler, request):
        headers = {name.lower(): value for name, value in request.headers.items()}
        message = json.loads(request.body)
        self.requests.append(
            SimpleNamespace(body=request.body, headers=headers, message=message, path=request.path)
        )
        if self.script and callable(self.script[0]):
            self.script.pop(0)(handler)
        else:
            super().serve(handler, request)

    def respond(self, request):
        status = self.script.pop(0) if self.script else 200
        elsewhere = [("Location", f"{self.url}/elsewhere")] if 300 <= status < 400 else []
        return status, self.answer_text, elsewhere
