import json

from odoo.tests import HttpCase, tagged
from odoo.tools.misc import file_open

SAMPLES = "g2p_bridge_example_mapper/tests/samples/spar-1.1.json"
#: Only the real mapper's database can word this refusal.
OTHER_WORDS = {"37-sync-link-same-id-twice-in-one-request"}


def untimed(value):
    """An answer without the times, which differ."""
    if isinstance(value, dict):
        return {
            key: untimed(member)
            for key, member in value.items()
            if key not in ("timestamp", "message_ts")
        }
    return [untimed(member) for member in value] if isinstance(value, list) else value


@tagged("post_install", "-at_install")
class TestRecordedExchanges(HttpCase):
    def test_every_answer_is_that_of_the_real_mapper(self):
        """The exchanges recorded with SPAR 1.1.0, in their order: links come before resolves."""
        behaviour = self.env["g2p.bridge.example.mapper.behaviour"]._current()
        behaviour.write({"fault": "none", "signature_required": True})
        self.env["g2p.bridge.example.mapper.entry"].search([]).unlink()
        with file_open(SAMPLES) as file:
            samples = json.load(file)
        for sample in samples:
            with self.subTest(sample["name"]):
                self.replay(sample)

    def replay(self, sample):
        asked, expected = sample["request"], sample["response"]
        raw = asked.get("body_raw")
        data = json.dumps(asked["body"]).encode() if raw is None else raw.encode()
        headers = {"Content-Type": asked["content_type"]}
        if asked["signature"] is not None:
            headers["Signature"] = asked["signature"]
        response = self.url_open(
            "/g2p_bridge_example_mapper" + asked["path"],
            data=data,
            headers=headers,
            method=asked["method"],
        )
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
