# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The page Health: what it says, and to whom."""

from datetime import timedelta

from odoo import Command, fields

from ..access.access_common import GROUPS
from .health_common import HealthCase

READERS = {"officer", "finance", "admin", "auditor"}


class TestHealth(HealthCase):
    def step(self, key, answer):
        return next(step for step in answer["steps"] if step["key"] == key)

    def other_company(self, name):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.users[name].write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        return company

    def test_who_may_read(self):
        for name in READERS:
            with self.subTest(user=name):
                self.assertTrue(self.read(name)["well"])
        for name in {*GROUPS, "stranger"} - READERS:
            with self.subTest(user=name):
                self.assertForbidden(self.read, name)

    def test_nothing_but_reading_can_be_called(self):
        for method in ("_stalls", "_resume", "_facts", "_metrics", "_life_signs"):
            self.assertForbidden(self.rpc_model, "admin", "g2p.bridge.health", method)
        self.assertForbidden(self.rpc_model, "admin", "g2p.bridge.stall", "_cron_watch")

    def test_all_is_well(self):
        answer = self.read()
        self.assertEqual(len(answer["steps"]), 7)
        self.assertFalse(answer["stalls"] + answer["uncertain"])
        self.assertTrue(answer["jobs"]["alive"])
        self.assertFalse(any(step["late"] or step["waiting"] for step in answer["steps"]))

    def test_how_many_wait_and_since_when(self):
        self.filled_envelope()
        answer = self.read()
        check = self.step("check", answer)
        self.assertEqual(check["waiting"], 1)
        self.assertTrue(check["oldest"])
        self.assertEqual(self.step("block", answer)["waiting"], 0)

    def test_what_waits_for_its_day_is_not_late(self):
        self.filled_envelope(disbursement_schedule_date=self.today(5))
        self.assertEqual(self.step("check", self.read())["waiting"], 0)

    def test_a_restored_database_is_not_well_until_it_is_confirmed(self):
        self.env["g2p.bridge.restore"]._mark_restored("Restored by hand")
        answer = self.read()
        self.assertIn("restored from a backup", answer["restored"])
        self.assertFalse(answer["well"])
        self.env["g2p.bridge.restore"]._confirm("Compared")
        self.assertFalse(self.read()["restored"])

    def test_uncertain_money_by_currency_to_the_last_decimal(self):
        self.uncertain()
        row = self.read()["uncertain"][0]
        self.assertEqual((row["currency"], row["amount"], row["count"]), ("USD", "60.75", 1))

    def test_each_thing_that_stands_still_leads_to_its_page(self):
        envelope = self.uncertain().envelope_id
        with self.later(20):
            answer = self.read("finance")
        row = answer["stalls"][0]
        self.assertEqual(row["kind"], "uncertain")
        self.assertEqual(row["where"], envelope.display_name)
        self.assertEqual(row["link"]["res_id"], envelope.id)
        self.assertFalse(answer["well"])

    def test_a_late_heartbeat(self):
        self.crons["ship"].nextcall = fields.Datetime.now() - timedelta(minutes=30)
        answer = self.read()
        self.assertTrue(self.step("ship", answer)["late"])
        self.assertFalse(self.step("block", answer)["late"])
        self.assertEqual([stall["kind"] for stall in answer["stalls"]], ["late_heartbeat"])

    def test_scheduled_actions_that_stopped_altogether(self):
        now = fields.Datetime.now()
        self.assertFalse(self.read()["silent"])
        for hours, cron in enumerate(self.crons.values(), 1):
            self.assertFalse(self.read()["silent"], "one still runs")
            cron.nextcall, cron.lastcall = now - timedelta(hours=1), now - timedelta(hours=hours)
        answer = self.read()
        self.assertEqual(
            answer["silent"]["last"], fields.Datetime.to_string(now - timedelta(hours=1))
        )
        self.assertFalse(answer["well"])

    def test_scheduled_actions_that_never_ran(self):
        for cron in self.crons.values():
            cron.write({"nextcall": fields.Datetime.now() - timedelta(hours=1), "lastcall": False})
        self.assertEqual(self.read()["silent"], {"last": False})

    def test_administrators_see_on_the_dashboard_that_no_scheduled_action_runs(self):
        def problems(name):
            answer = self.rpc_model(name, "g2p.bridge.dashboard", "read_dashboard")
            return [problem["kind"] for problem in answer["problems"]]

        self.assertFalse(problems("admin"))
        for cron in self.crons.values():
            cron.nextcall = fields.Datetime.now() - timedelta(hours=1)
        self.assertEqual(problems("admin"), ["late_heartbeat"])
        self.assertFalse(problems("officer"))

    def test_failed_jobs(self):
        self.filled_envelope()
        self.env["queue.job"].search([], limit=1).write({"state": "failed"})
        for name, leads in (("admin", True), ("officer", False)):
            answer = self.read(name)
            self.assertEqual(answer["jobs"]["failed"], 1)
            self.assertEqual(bool(answer["jobs"]["link"]), leads)
            self.assertFalse(answer["well"])

    def test_another_company_sees_nothing_of_it(self):
        self.uncertain()
        self.other_company("officer")
        with self.later(20):
            answer = self.read()
        self.assertFalse(answer["stalls"] + answer["uncertain"])
        self.assertFalse(any(step["waiting"] for step in answer["steps"]))

    def test_another_company_sees_only_what_is_of_the_server_in_the_list(self):
        self.uncertain()
        self.crons["ship"].active = False
        with self.later(20):
            self.watch()
        self.other_company("officer")
        for name, kinds in (
            ("finance", {"uncertain", "late_heartbeat"}),
            ("officer", {"late_heartbeat"}),
        ):
            rows = self.stall_model.with_user(self.users[name]).search([])
            self.assertEqual(set(rows.mapped("kind")), kinds)

    def test_opening_a_row(self):
        envelope = self.uncertain().envelope_id
        with self.later(20):
            self.watch()
        row = self.stall_model.search([])
        action = self.rpc("officer", row, "action_open")
        self.assertEqual((action["res_model"], action["res_id"]), (envelope._name, envelope.id))
        self.assertForbidden(self.rpc, "stranger", row, "action_open")

    def test_as_many_statements_for_much_as_for_little(self):
        def statements():
            self.health._metrics(self.env.company)
            before = self.env.cr.sql_log_count
            self.health._metrics(self.env.company)
            return self.env.cr.sql_log_count - before

        self.uncertain()
        few = statements()
        for number in range(5):
            self.uncertain(cycle_code_mnemonic=f"C{number}")
            self.filled_envelope(cycle_code_mnemonic=f"D{number}")
        self.assertEqual(statements(), few)
