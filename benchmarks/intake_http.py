# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Taking an envelope's disbursements over HTTP, beside the bare COPY of the same rows."""

import atexit
import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import odoo.api
import requests
from intake import Intake
from serving import served

from odoo.addons.g2p_bridge_api.models.partner.partner_user import SCOPE

#: Disbursements of one call, as a PBMS would send them.
ROWS_PER_CALL = 10_000
PARTNER = "BENCHMARK"


class IntakeOverHttp(Intake):
    """The same rows as JSON to a real server, a call of ten thousand after the other.

    The partner sends an API key; each call leaves its record. Encoding the calls is the
    sender's work and not counted, decoding them and their answers is.
    """

    name = "create_disbursements, HTTP"
    aim = 3.0

    def __init__(self, world, lines):
        super().__init__(world, lines)
        self.calls = 0
        stack = ExitStack()
        atexit.register(stack.close)
        self.key = self._make_partner()
        self.url = stack.enter_context(served(world.registry.db_name, jobs=False)).url

    def before_step(self):
        super().before_step()
        self.bodies = [
            self._body(self.rows[start : start + ROWS_PER_CALL])
            for start in range(0, self.lines, ROWS_PER_CALL)
        ]

    def step(self):
        self.replies = []
        for body in self.bodies:
            answer = requests.post(
                f"{self.url}/g2p-bridge/create_disbursements",
                data=body,
                headers={"Content-Type": "application/json", "X-API-Key": self.key},
                timeout=600,
            )
            reply = answer.json()
            assert reply["header"]["status"] == "succ", answer.text[:2000]
            self.replies += reply["message"]

    def _body(self, rows):
        self.calls += 1
        header = {
            "version": "1.0.0",
            "message_id": f"BENCHMARK-{self.calls}",
            "message_ts": datetime.now(UTC).isoformat(),
            "action": "create_disbursements",
            "sender_id": PARTNER,
            "total_count": len(rows),
        }
        return json.dumps({"header": header, "message": rows}).encode()

    def _make_partner(self):
        """:return: the API key of a partner that may send for every program"""
        with self.world.transaction(odoo.api.SUPERUSER_ID) as env:
            partner = env["g2p.bridge.partner"].create(
                {"name": "Benchmark", "code": PARTNER, "all_programs": True, "proof": "api_key"}
            )
            partner.action_usual_operations()
            keys = env["res.users.apikeys"].with_user(partner.user_id).sudo()
            return keys._generate(SCOPE, PARTNER, datetime.now() + timedelta(days=1))
