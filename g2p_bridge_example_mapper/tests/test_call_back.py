# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import queue
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from odoo.addons.g2p_bridge_base.tests.peer import CallBackServer

from ..models import behaviour as module
from .common import ask, body


@tagged("post_install", "-at_install")
class TestCallBack(HttpCase):
    """When the answer to an asynchronous request comes is a setting."""

    def setUp(self):
        super().setUp()
        self.receiver = CallBackServer("/cb")
        self.addCleanup(self.receiver.close)
        self.behaviour = self.env["g2p.bridge.example.mapper.behaviour"]._current()
        self.behaviour.write({"fault": "none", "signature_required": False})
        self.env["g2p.bridge.example.mapper.entry"].create(
            [{"id_value": f"ID-{n}", "fa": f"address {n}"} for n in range(4)]
        )

    def resolve(self, call_back, transaction="t", **values):
        self.behaviour.write({"call_back": call_back, **values})
        self.env.flush_all()
        request = body("resolve", [ask(f"r{n}", f"ID-{n}") for n in range(4)])
        request["header"]["sender_uri"] = self.receiver.url
        request["message"]["transaction_id"] = transaction
        response = self.url_open(
            "/g2p_bridge_example_mapper/async/resolve",
            data=json.dumps(request),
            headers={"Content-Type": "application/json"},
        )
        self.assertEqual(response.json()["message"]["ack_status"], "ACK")

    def references(self):
        _path, reply = self.receiver.next()
        return [item["reference_id"] for item in reply["message"]["resolve_response"]]

    def test_after_the_acknowledgement(self):
        self.resolve("after")
        self.assertEqual(self.references(), ["r0", "r1", "r2", "r3"])

    def test_before_the_acknowledgement(self):
        self.resolve("before")
        self.assertFalse(self.receiver.arrived.empty())

    def test_twice(self):
        self.resolve("twice")
        self.assertEqual(self.references(), self.references())

    def test_never(self):
        self.resolve("never", transaction="silent")
        self.resolve("before", transaction="told")
        _path, reply = self.receiver.next()
        self.assertEqual(reply["message"]["transaction_id"], "told")
        self.assertTrue(self.receiver.arrived.empty())

    def test_late(self):
        planned = queue.Queue()
        with patch.object(module, "_later", lambda *given: planned.put(given)):
            self.resolve("late", fault_seconds=77)
            seconds, send = planned.get(timeout=30)
        self.assertEqual(seconds, 77)
        with self.allow_requests():
            send()
        self.assertEqual(len(self.references()), 4)

    def test_in_part(self):
        self.resolve("after", fault="missing", fault_every=2)
        self.assertEqual(self.references(), ["r0", "r2"])

    def test_nobody_listening_harms_nobody(self):
        self.receiver.close()
        self.resolve("before")
