# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import HttpCase, tagged
from odoo.tools.misc import file_open

from odoo.addons.g2p_bridge_base.tests.peer import CallBackServer

SAMPLES = "g2p_bridge_example_mapper/tests/samples/spar-1.1.json"
#: Only the real mapper's database can word this refusal.
OTHER_WORDS = {"37-sync-link-same-id-twice-in-one-request"}
#: Only a fault makes the simulation fail as the real mapper does without its key manager.
BROKEN = {"67-sync-resolve-key-manager-down"}
#: What a mapper asks its key manager is no exchange with a client.
NO_EXCHANGE = {"00-mapper-to-key-manager"}


def untimed(value):
    """An answer without the times and the random names, which differ."""
    if isinstance(value, dict):
        members = {
            key: untimed(member)
            for key, member in value.items()
            if key not in ("timestamp", "message_ts")
        }
        if members.get("ack_status") == "ACK":
            members["correlation_id"] = bool(members["correlation_id"])
        return members
    return [untimed(member) for member in value] if isinstance(value, list) else value


@tagged("post_install", "-at_install")
class TestRecordedExchanges(HttpCase):
    def test_every_answer_is_that_of_the_real_mapper(self):
        """The exchanges recorded with SPAR 1.1.0, in their order: links come before resolves."""
        self.behaviour = self.env["g2p.bridge.example.mapper.behaviour"]._current()
        self.behaviour.write({"fault": "none", "signature_required": True, "call_back": "before"})
        self.env["g2p.bridge.example.mapper.entry"].search([]).unlink()
        self.receiver = CallBackServer("/cb")
        self.addCleanup(self.receiver.close)
        with file_open(SAMPLES) as file:
            samples = json.load(file)
        replayed = 0
        for sample in samples:
            with self.subTest(sample["name"]):
                if "callbacks" in sample:
                    self.check_call_backs(sample)
                elif sample["name"] not in NO_EXCHANGE:
                    self.replay(sample)
                replayed += 1
        self.assertEqual(replayed, 67)

    def replay(self, sample):
        asked, expected = sample["request"], sample["response"]
        response = self.post(sample, asked)
        self.assertEqual(response.status_code, expected["status"], response.text)
        self.assertEqual(response.headers["Content-Type"], "application/json")
        if sample["name"] in OTHER_WORDS:
            self.assertIn("UniqueViolationError", response.json()["errors"][0]["code"])
        else:
            self.assertEqual(untimed(response.json()), untimed(expected["body"]))
            # The order of members too, as far as JSON has one.
            self.assertEqual(
                json.dumps(untimed(response.json())), json.dumps(untimed(expected["body"]))
            )

    def check_call_backs(self, sample):
        """What was called back to the request before this sample."""
        for expected in sample["callbacks"]:
            path, body = self.receiver.next()
            self.assertEqual(path, expected["path"])
            self.assertEqual(
                json.dumps(untimed(body)), json.dumps(untimed(expected["body"])), sample["name"]
            )
        self.assertTrue(self.receiver.arrived.empty())

    def post(self, sample, asked):
        self.behaviour.fault = "error_500" if sample["name"] in BROKEN else "none"
        self.env.flush_all()
        raw = asked.get("body_raw")
        body = asked.get("body")
        header = body.get("header") if isinstance(body, dict) else None
        # Where somebody was listening, our receiver is; nobody listens at the third address.
        if header and header.get("sender_uri", "").endswith(("/cb", "/slow")):
            body = {**body, "header": {**header, "sender_uri": self.receiver.url}}
        data = json.dumps(body).encode() if raw is None else raw.encode()
        headers = {"Content-Type": asked["content_type"]}
        if asked["signature"] is not None:
            headers["Signature"] = asked["signature"]
        return self.url_open(
            "/g2p_bridge_example_mapper" + asked["path"],
            data=data,
            headers=headers,
            method=asked["method"],
        )
