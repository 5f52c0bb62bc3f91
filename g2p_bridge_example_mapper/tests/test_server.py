# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import time
from unittest.mock import patch

from odoo.tests import HttpCase, tagged

from .common import ask, body, link


@tagged("post_install", "-at_install")
class TestServer(HttpCase):
    def setUp(self):
        super().setUp()
        self.behaviour = self.env["g2p.bridge.example.mapper.behaviour"]._current()
        self.behaviour.write({"fault": "none", "signature_required": False})
        self.env["g2p.bridge.example.mapper.entry"].create(
            [{"id_value": f"ID-{n}", "fa": f"address {n}"} for n in range(6)]
        )

    def post(self, action, items, headers=None):
        return self.url_open(
            f"/g2p_bridge_example_mapper/sync/{action}",
            data=json.dumps(body(action, items)),
            headers={"Content-Type": "application/json", **(headers or {})},
        )

    def resolve(self, count=6):
        response = self.post("resolve", [ask(f"r{n}", f"ID-{n}") for n in range(count)])
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()["message"]["resolve_response"]

    def test_ping(self):
        response = self.url_open("/g2p_bridge_example_mapper/ping")
        self.assertEqual((response.status_code, response.json()), (200, "pong"))

    def test_unknown_paths_and_methods_are_refused_in_json(self):
        for path, method, status in (
            ("/", "GET", 404),
            ("/sync", "POST", 404),
            ("/sync/frobnicate", "POST", 404),
            ("/async/frobnicate", "POST", 404),
            ("/async/resolve", "GET", 405),
            ("/mapper/resolve", "GET", 405),
            ("/sync/resolve", "GET", 405),
            ("/sync/resolve", "PUT", 405),
            ("/ping", "POST", 405),
        ):
            with self.subTest(path=path, method=method):
                response = self.url_open(f"/g2p_bridge_example_mapper{path}", method=method)
                self.assertEqual(response.status_code, status)
                self.assertEqual(response.json()["errors"][0]["code"], f"G2P-REQ-{status}")

    def test_signature_is_required_by_setting_alone(self):
        self.assertEqual(len(self.resolve()), 6)
        self.behaviour.signature_required = True
        self.env.flush_all()
        self.assertEqual(self.post("resolve", []).status_code, 500)
        signed = self.post("resolve", [], {"Signature": "eyJhbGciOiJSUzI1NiJ9..c2ln"})
        self.assertEqual(signed.json()["header"]["status"], "succ")
        self.behaviour.signature_required = False
        self.env.flush_all()
        wrong = self.post("resolve", [], {"Signature": "abc"}).json()
        self.assertEqual(wrong["header"]["status_reason_code"], "rjct.jwt.invalid")
        self.assertEqual(wrong["message"], {})

    def test_link_update_resolve_unlink(self):
        for action, item in (
            ("link", link("r", "Ñ1", "one")),
            ("update", link("r", "Ñ1", "two")),
            ("unlink", link("r", "Ñ1", "two")),
        ):
            header = self.post(action, [item]).json()["header"]
            self.assertEqual((header["action"], header["completed_count"]), (action, 1))
        (answer,) = self.post("resolve", [ask("r", "Ñ1")]).json()["message"]["resolve_response"]
        self.assertEqual(answer["status_reason_code"], "succ.fa.not_linked_to_id")

    def test_text_that_no_database_holds_is_an_error_of_the_server(self):
        for id_value in ("A\x00", "A\ud800"):
            self.assertEqual(self.post("resolve", [ask("r", id_value)]).status_code, 500)
        self.assertEqual(self.post("resolve", [ask("\ud800", "A")]).status_code, 500)

    def test_a_conflicting_link_leaves_nothing_behind(self):
        response = self.post("link", [link("1", "NEW"), link("2", "NEW")])
        self.assertEqual(response.status_code, 500)
        (answer,) = self.post("resolve", [ask("r", "NEW")]).json()["message"]["resolve_response"]
        self.assertFalse(answer["fa"])

    def test_fault_error_500(self):
        self.behaviour.fault = "error_500"
        self.env.flush_all()
        self.assertEqual(self.post("resolve", []).status_code, 500)

    def test_fault_missing(self):
        self.behaviour.write({"fault": "missing", "fault_every": 3})
        self.env.flush_all()
        self.assertEqual(
            [item["reference_id"] for item in self.resolve()], ["r0", "r1", "r3", "r4"]
        )

    def test_fault_swapped(self):
        self.behaviour.fault = "swapped"
        self.env.flush_all()
        answers = self.resolve()
        self.assertEqual(
            [item["reference_id"] for item in answers], [f"r{5 - n}" for n in range(6)]
        )
        self.assertEqual(answers[0]["fa"], "address 5")

    def set_fault(self, fault, **values):
        self.behaviour.write({"fault": fault, **values})
        self.env.flush_all()

    def test_fault_partial(self):
        self.set_fault("partial")
        self.assertEqual([item["reference_id"] for item in self.resolve()], ["r0", "r1", "r2"])

    def test_fault_wrong_ids(self):
        self.set_fault("wrong_ids", fault_every=3)
        answers = self.resolve()
        self.assertEqual([item["reference_id"] for item in answers], [f"r{n}" for n in range(6)])
        wrong = [n for n, item in enumerate(answers) if item["id"] != f"ID-{n}"]
        self.assertEqual(wrong, [2, 5])
        self.assertEqual(answers[2]["fa"], "address 2")

    def test_faults_of_the_whole_answer(self):
        for fault, begin in (("bad_json", '{"header"'), ("html", "<!DOCTYPE html>")):
            with self.subTest(fault):
                self.set_fault(fault)
                response = self.post("resolve", [ask("r", "ID-1")])
                self.assertEqual(response.status_code, 200)
                self.assertTrue(response.text.replace(" ", "").startswith(begin.replace(" ", "")))
                with self.assertRaises(ValueError):
                    response.json()

    def test_a_fault_may_happen_some_times_and_then_no_more(self):
        self.set_fault("partial", fault_times=2)
        counts = []
        for _request in range(3):
            counts.append(len(self.resolve()))
            self.env.invalidate_all()
        self.assertEqual(counts, [3, 3, 6])
        self.assertEqual((self.behaviour.fault, self.behaviour.fault_times), ("none", 0))

    def test_chance_is_repeatable(self):
        def play():
            self.set_fault("partial", fault_probability=50, fault_seed=3)
            return [len(self.resolve()) for _request in range(12)]

        first = play()
        self.assertEqual(set(first), {3, 6})
        self.env.invalidate_all()
        self.assertEqual(self.behaviour.fault_occasions, 12)
        self.assertEqual(play(), first)

    def test_fault_malformed(self):
        self.behaviour.write({"fault": "malformed", "fault_every": 2})
        self.env.flush_all()
        spoiled = [not item["fa"].startswith("address") for item in self.resolve()]
        self.assertEqual(spoiled, [False, True] * 3)

    def test_fault_slow(self):
        self.behaviour.write({"fault": "slow", "fault_seconds": 77})
        self.env.flush_all()
        with patch.object(time, "sleep") as sleep:
            self.resolve()
        sleep.assert_any_call(77)

    def test_behaviour_is_one_record_even_if_somebody_deletes_it(self):
        self.behaviour.unlink()
        self.assertEqual(len(self.resolve()), 6)
        action = self.env["g2p.bridge.example.mapper.behaviour"].action_open()
        self.assertEqual(action["res_id"], self.env[action["res_model"]]._current().id)
