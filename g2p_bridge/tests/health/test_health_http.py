# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What monitoring asks for: behind a token, in the format of Prometheus."""

from contextlib import nullcontext
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger
from prometheus_client.parser import text_string_to_metric_families

from ...models.health.stall import KINDS
from .health_common import HealthCase

PATHS = ("/g2p_bridge/metrics", "/g2p_bridge/health")


@tagged("post_install", "-at_install")
class TestMonitoring(HealthCase, HttpCase):
    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        self.token = self.new_token(self.env.company)

    def new_token(self, company):
        return company.action_g2p_bridge_new_metrics_token()["context"]["default_secret"]

    def ask(self, path, token=None, status=200, scheme="Bearer"):
        self.env.flush_all()
        headers = {"Authorization": f"{scheme} {token}"} if token else {}
        response = self.url_open(path, headers=headers)
        self.assertEqual(response.status_code, status, response.text)
        return response

    def figures(self, token=None):
        """{(name, values of the labels): number}"""
        text = self.ask("/g2p_bridge/metrics", token or self.token).text
        return {
            (sample.name.removeprefix("g2p_bridge_"), *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def test_nobody_without_the_token(self):
        for path in PATHS:
            for token in (None, "x", self.token[:-1], self.token + "x", "%00"):
                with self.subTest(path=path, token=token):
                    response = self.ask(path, token, 401)
                    self.assertIn("Bearer", response.headers["WWW-Authenticate"])
                    self.assertNotIn("g2p_bridge_", response.text)
            self.ask(path, self.token, 401, scheme="Basic")
            self.ask(f"{path}?token={self.token}", None, 401)

    def test_a_new_token_takes_the_place_of_the_former(self):
        former, self.token = self.token, self.new_token(self.env.company)
        for path in PATHS:
            self.ask(path, former, 401)
            self.ask(path, self.token)

    def test_only_administrators_make_tokens(self):
        for name in ("officer", "approver", "finance", "auditor", "stranger"):
            with (
                self.subTest(user=name),
                self.assertRaises(AccessError),
                mute_logger("odoo.models"),
            ):
                self.rpc(name, self.env.company, "action_g2p_bridge_new_metrics_token")
        self.assertTrue(self.rpc("admin", self.env.company, "action_g2p_bridge_new_metrics_token"))

    def test_nobody_reads_the_token(self):
        system = new_test_user(self.env, "bridge_root", groups="base.group_system")
        self.users["system"] = system
        for name in ("admin", "system"):
            self.assertForbidden(
                self.rpc, name, self.env.company, "read", ["g2p_bridge_metrics_token"]
            )

    def test_the_figures(self):
        self.uncertain()
        self.env["queue.job"].search([], limit=1).write({"state": "failed"})
        figures = self.figures()
        self.assertEqual(figures["uncertain_amount", "USD"], 60.75)
        self.assertEqual(figures["uncertain_items", "USD"], 1)
        self.assertEqual(figures["failed_jobs",], 1)
        self.assertEqual(figures["job_runner_up",], 1)
        self.assertEqual(figures["heartbeat_late", "ship"], 0)
        self.assertEqual(figures["waiting_items", "ship"], 1)
        self.assertEqual({key[1] for key in figures if key[0] == "stalled"}, set(dict(KINDS)))

    def test_no_word_about_a_payment_or_a_person(self):
        batch = self.uncertain()
        text = self.ask("/g2p_bridge/metrics", self.token).text
        envelope = batch.envelope_id
        for word in ("Person 1", "ID1", "CASH", envelope.disbursement_envelope_id, batch.reference):
            self.assertNotIn(word, text)

    def test_each_token_sees_its_own_company(self):
        self.uncertain()
        other = self.new_token(self.env["res.company"].create({"name": "Other Ministry"}))
        self.assertNotIn(("uncertain_amount", "USD"), self.figures(other))
        self.assertIn(("uncertain_amount", "USD"), self.figures())

    def test_a_load_balancer_hears_of_the_machinery_alone(self):
        self.uncertain()
        self.assertEqual(self.ask("/g2p_bridge/health", self.token).json()["status"], "ok")
        self.crons["ship"].nextcall = fields.Datetime.now() - timedelta(hours=1)
        body = self.ask("/g2p_bridge/health", self.token, 503).json()
        self.assertEqual((body["status"], body["troubles"]), ("trouble", ["late_heartbeat"]))
        self.assertEqual(
            [key for key, beat in body["heartbeats"].items() if beat["late"]], ["ship"]
        )

    def test_monitoring_hears_how_long_scheduled_actions_have_been_silent(self):
        now = fields.Datetime.now()
        for cron in self.crons.values():
            cron.write({"nextcall": now - timedelta(hours=1), "lastcall": now - timedelta(hours=2)})
        self.crons["watch"].lastcall = False
        beats = self.ask("/g2p_bridge/health", self.token, 503).json()["heartbeats"]
        self.assertEqual(set(beats), set(self.crons))
        self.assertTrue(all(beat["late"] for beat in beats.values()))
        self.assertGreaterEqual(beats["ship"]["age_seconds"], 7200)
        self.assertIsNone(beats["watch"]["age_seconds"], "it never ran")
        figures = self.figures()
        self.assertEqual(figures["heartbeat_late", "ship"], 1)
        self.assertGreaterEqual(figures["heartbeat_age_seconds", "ship"], 7200)
        self.assertNotIn(("heartbeat_age_seconds", "watch"), figures)

    def test_monitoring_hears_of_a_restored_database(self):
        self.assertEqual(self.figures()["restore_unconfirmed",], 0)
        self.env["g2p.bridge.restore"]._mark_restored("Restored by hand")
        self.assertEqual(self.figures()["restore_unconfirmed",], 1)
        self.ask("/g2p_bridge/health", self.token)  # no reason to take the server out

    def test_the_settings_take_addresses_only(self):
        settings = self.env["res.config.settings"].create({"g2p_bridge_duty_emails": "a@b.org, x"})
        with self.assertRaisesRegex(UserError, "x is no e-mail address"):
            settings.execute()
        settings.g2p_bridge_duty_emails = "a@b.org, c@d.org"
        settings.execute()
        self.assertEqual(settings.g2p_bridge_stall_minutes, 15)
