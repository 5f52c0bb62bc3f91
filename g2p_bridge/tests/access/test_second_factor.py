# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The second factor over HTTP: real sessions of the web client, real codes."""

import base64
import time
from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Datetime
from odoo.tests import HttpCase, tagged

from odoo.addons.auth_totp.models.totp import TIMESTEP, hotp
from odoo.addons.g2p_bridge_base.models.people import second_factor

from ..envelope.envelope_common import EnvelopeCase

SECRET = "JBSWY3DPEHPK3PXP"
NEEDED = "odoo.addons.g2p_bridge_base.exceptions.SecondFactorNeeded"


@tagged("-at_install", "post_install")
class TestSecondFactor(EnvelopeCase, HttpCase):
    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        self.approver = self.users["approver"]
        self.approver.totp_secret = SECRET
        self.env.company.bridge_second_factor = "each"
        self.envelope = self.to_approve()
        self.env.flush_all()
        self.sign_in()

    def sign_in(self, name="approver"):
        return self.authenticate(f"bridge_{name}", f"bridge_{name}")

    def code(self, ahead=0):
        """The code of now, or of the next half minute, which counts already."""
        counter = int(time.time()) // TIMESTEP + ahead
        return f"{hotp(base64.b32decode(SECRET), counter):06}"

    def call(self, model, method, *args, **kwargs):
        """Call as the web client does; (what is returned, the error)"""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        answer = self.url_open(
            f"/web/dataset/call_kw/{model}/{method}", json={"params": params}
        ).json()
        self.env.invalidate_all()
        return answer.get("result"), answer.get("error", {}).get("data")

    def prove(self, code):
        fault, error = self.call("g2p.bridge.second.factor", "prove", code)
        self.assertFalse(error)
        return fault

    def approve(self, envelope=None):
        """:return: the error, None if there is none"""
        envelope = envelope or self.envelope
        seen = envelope.content_revisions()
        return self.call("g2p.bridge.envelope", "action_approve", envelope.ids, revisions=seen)[1]

    def assertAsked(self, error):
        self.assertTrue(error)
        self.assertEqual(error["name"], NEEDED)
        self.assertIn("authenticator app", error["message"])
        self.assertEqual(self.envelope.state, "to_approve")

    def test_no_decision_without_a_code(self):
        self.assertAsked(self.approve())
        window = self.env["g2p.bridge.envelope.review"].with_user(self.approver)
        window = window.with_context(
            default_kind="approve", default_envelope_ids=self.envelope.ids
        ).create({})
        self.env.flush_all()
        self.assertAsked(self.call(window._name, "action_confirm", window.ids)[1])
        self.assertFalse(self.prove(self.code()))
        self.assertFalse(self.call(window._name, "action_confirm", window.ids)[1])
        self.assertEqual(self.envelope.approved_by_id, self.approver)

    def test_a_code_is_for_one_decision(self):
        other = self.to_approve(cycle_code_mnemonic="OTHER")
        self.env.flush_all()
        self.assertFalse(self.prove(self.code()))
        self.assertFalse(self.approve(other))
        self.assertAsked(self.approve())
        self.assertTrue(self.prove(self.code()), "the same code once more")
        self.assertAsked(self.approve())
        self.assertFalse(self.prove(self.code(ahead=1)))
        self.assertFalse(self.approve())

    def test_what_is_refused_does_not_use_the_code_up(self):
        self.assertFalse(self.prove(self.code()))
        self.assertTrue(self.call("g2p.bridge.envelope", "action_approve", [0])[1])
        self.assertFalse(self.approve())

    def test_wrong_codes_are_counted_and_prove_nothing(self):
        wrong = "000000" if self.code() != "000000" else "000001"
        for code in (wrong, "12345", "", "abcdef", None):
            with self.subTest(code):
                self.assertTrue(self.prove(code))
        log = self.env["auth.totp.rate.limit.log"].search([("user_id", "=", self.approver.id)])
        self.assertEqual(len(log), 1, "what is no code is not counted, what is wrong is")
        for _number in range(4):
            self.prove(wrong)
        self.assertIn("limit", self.prove(self.code()))
        self.assertAsked(self.approve())

    def test_another_session_of_the_same_person_proves_nothing(self):
        self.assertFalse(self.prove(self.code()))
        self.sign_in()
        self.assertAsked(self.approve())
        self.assertFalse(self.prove(self.code(ahead=1)))
        self.assertFalse(self.approve())

    def test_a_proof_that_waits_too_long_expires(self):
        self.assertFalse(self.prove(self.code()))
        self.approver.bridge_proof_at = Datetime.now() - second_factor.WAITS - timedelta(seconds=2)
        self.env.flush_all()
        self.assertAsked(self.approve())

    def test_a_recent_code_counts_for_several_decisions(self):
        self.env.company.bridge_second_factor = "recent"
        other = self.to_approve(cycle_code_mnemonic="OTHER")
        third = self.to_approve(cycle_code_mnemonic="THIRD")
        self.env.flush_all()
        self.assertAsked(self.approve())
        self.assertFalse(self.prove(self.code()))
        self.assertFalse(self.approve())
        self.assertFalse(self.approve(other))
        self.approver.bridge_proof_at = Datetime.now() - timedelta(minutes=16)
        self.env.flush_all()
        self.assertEqual(self.approve(third)["name"], NEEDED)

    def test_who_has_no_second_factor_is_told_to_set_it_up(self):
        self.approver.totp_secret = False
        self.env.flush_all()
        self.sign_in()
        error = self.approve()
        self.assertIn("set it up", error["message"])
        self.assertNotEqual(error["name"], NEEDED)
        self.assertIn("set it up", self.prove("123456"))
        self.assertEqual(self.envelope.state, "to_approve")

    def test_a_program_with_an_api_key_is_refused(self):
        until = Datetime.now() + timedelta(days=1)
        keys = self.env["res.users.apikeys"].with_user(self.approver).sudo()
        key = keys._generate("rpc", "Script", until)
        self.env.flush_all()
        self.logout()
        answer = self.url_open(
            "/json/2/g2p.bridge.envelope/action_approve",
            json={"ids": self.envelope.ids},
            headers={"Authorization": f"Bearer {key}"},
        )
        self.assertEqual(answer.status_code, 422, answer.text)
        self.assertIn("web client", answer.text)
        self.assertEqual(self.envelope.state, "to_approve")

    def test_the_server_asks_whatever_the_company_does(self):
        self.env.company.bridge_second_factor = "off"
        self.env.flush_all()
        with patch.object(second_factor, "floor", lambda: 0):
            self.assertAsked(self.approve())

    def test_the_window_asks_and_then_goes_on(self):
        self.start_tour(
            f"/odoo/g2p.bridge.envelope/{self.envelope.id}?code={self.code(ahead=1)}",
            "g2p_bridge_second_factor",
            login="bridge_approver",
        )
        self.env.invalidate_all()
        self.assertEqual(self.envelope.approved_by_id, self.approver)
