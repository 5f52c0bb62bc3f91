# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What does not go on by itself is told of: once, to whoever deals with it, until it is solved."""

from datetime import timedelta

from odoo import fields

from .health_common import HealthCase


class TestReport(HealthCase):
    def assertReported(self, kind, record, to_dos=1):
        """Told of once however often one looks; the row is about this record."""
        for _look in range(2):
            self.watch()
        row = self.stall_model.search([("kind", "=", kind)])
        self.assertEqual((row.res_model, row.res_id), (record._name, record.id))
        if to_dos is not None:
            self.assertEqual(len(self.to_dos(record)), to_dos)
        return row

    def test_an_uncertain_batch_until_it_is_decided(self):
        batch = self.uncertain()
        envelope = batch.envelope_id
        with self.later(5):
            self.assertFalse(self.kinds())
        with self.later(20):
            row = self.assertReported("uncertain", envelope)
            self.assertEqual((row.item_count, str(row.amount)), (1, "60.75"))
            batch._settle(True, "They have it")
            self.watch()
        self.assertFalse(row.exists())
        self.assertFalse(self.to_dos(envelope))

    def test_an_uncertain_hold(self):
        step = self.filled_envelope()._funds_step("block")
        self.run_jobs()
        step.write({"state": "uncertain", "begun_at": fields.Datetime.now()})
        with self.later(20):
            self.assertReported("uncertain", step.envelope_id)

    def test_a_to_do_that_was_done_is_not_made_again(self):
        envelope = self.uncertain().envelope_id
        with self.later(20):
            self.assertReported("uncertain", envelope).activity_id.action_feedback()
            self.watch()
        self.assertFalse(self.to_dos(envelope))

    def test_attempts_used_up_are_told_of_by_the_step_and_not_again(self):
        step = self.filled_envelope()._funds_step("check")
        step._step_give_up("ATTEMPTS_EXHAUSTED", "All attempts are used up.")
        self.assertReported("failed", step.envelope_id)

    def test_what_failed_is_told_of_also_where_its_to_do_was_lost(self):
        step = self.filled_envelope()._funds_step("check")
        step.state = "failed"
        self.assertReported("failed", step.envelope_id)

    def test_a_missed_schedule_date(self):
        envelope = self.create_envelope()
        self.assertFalse(self.kinds())
        envelope.disbursement_schedule_date = self.today(-1)
        row = self.assertReported("missed_date", envelope)
        envelope.paused = True
        self.watch()
        self.assertFalse(row.exists())

    def test_a_mapper_that_never_calls_back(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.filled_envelope()
        envelope.mapper_batch_ids.write(
            {"state": "waiting", "next_attempt_at": fields.Datetime.now()}
        )
        with self.later(40):
            self.assertReported("late_answer", envelope)

    def test_a_claim_that_does_not_come_back_to_life(self):
        batch = self.funded()
        batch.write({"state": "in_progress", "latest_timestamp": fields.Datetime.now()})
        with self.later(40):
            self.assertReported("stale_claim", batch.envelope_id)

    def test_a_statement_that_waits_too_long_or_failed(self):
        statement, _known = self.receive(self.statement(self.entry("D", self.shipped()[0])))
        with self.later(40):
            row = self.assertReported("slow_statement", statement)
            statement.state = "failed"
            self.assertReported("failed", statement)
        self.assertFalse(row.exists())

    def test_a_scheduled_action_that_is_late_or_switched_off(self):
        late, off = self.crons["ship"], self.crons["resolve"]
        late.nextcall = fields.Datetime.now() - timedelta(minutes=5)
        self.assertFalse(self.kinds())
        late.nextcall = fields.Datetime.now() - timedelta(minutes=15)
        self.assertReported("late_heartbeat", late, None)
        late.nextcall = self.soon
        off.active = False
        self.assertReported("late_heartbeat", off, None)

    def test_jobs_that_nobody_runs(self):
        self.filled_envelope()
        with self.later(5):
            self.assertNotIn("jobs_not_run", self.kinds())
        with self.later(15):
            self.assertIn("jobs_not_run", self.kinds())
            self.assertFalse(self.health._jobs()["alive"])
            self.env["queue.job"].search([], limit=1).write(
                {"state": "done", "date_started": fields.Datetime.now()}
            )
            self.assertTrue(self.health._jobs()["alive"])

    def test_a_disabled_bank_and_mapper_that_envelopes_wait_for(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.filled_envelope()
        self.assertFalse(self.kinds())
        for record in (self.bank, self.mapper):
            record.environment = "disabled"
            row = self.assertReported("disabled", record, None)
            self.assertEqual(row.where, record.display_name)
            record.environment = "test"

    def test_the_dashboard_counts_them(self):
        self.uncertain()
        with self.later(20):
            self.watch()
            answer = self.rpc_model("officer", "g2p.bridge.dashboard", "read_dashboard")
        task = next(task for task in answer["tasks"] if task["key"] == "stalled")
        self.assertEqual((task["value"], task["mine"]), (1, 1))

    # E-mail

    def mails(self):
        return self.env["mail.mail"].search([("email_to", "=", "duty@example.org")])

    def test_one_mail_about_all_that_is_new(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.duty_emails", "duty@example.org")
        batch = self.uncertain()
        self.uncertain(cycle_code_mnemonic="2026-12")
        with self.later(20):
            self.watch()
            self.watch()
        body = self.mails().ensure_one().body_html
        self.assertIn(batch.envelope_id.disbursement_envelope_id, body)
        self.assertIn("Outcome unknown", body)
        for secret in ("Person 1", "ID1", "CASH-ACCOUNT", batch.reference):
            self.assertNotIn(secret, body)
        with self.later(25):
            self.crons["ship"].active = False
            self.watch()
        self.assertEqual(len(self.mails()), 2)
        self.assertNotIn("Outcome unknown", self.mails()[0].body_html)

    def test_without_an_address_nobody_is_written_to(self):
        self.uncertain()
        with self.later(20):
            self.watch()
        self.assertFalse(self.env["mail.mail"].search([("subject", "like", "stands still")]))
