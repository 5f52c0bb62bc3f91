# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What has lost its job or its worker goes on by itself, once, and is paid once."""

from datetime import timedelta

from odoo import fields

from .health_common import HealthCase


class TestResume(HealthCase):
    def calls(self, operation):
        return [call for call in self.bank_script.calls if call[0] == operation]

    def test_where_nothing_stands_still_nothing_is_started(self):
        self.shipped()
        jobs = self.env["queue.job"].search_count([])
        with self.later(60):
            self.assertEqual(self.health._resume(), 0)
        self.assertEqual(self.env["queue.job"].search_count([]), jobs)

    def test_a_lost_job_comes_back_and_everybody_is_paid_once(self):
        envelope = self.filled_envelope()
        self.forget_jobs()
        with self.later(20):
            self.watch()
            self.run_jobs()
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"shipped"})
        self.assertEqual(len(self.calls("initiate_payment")), 1)

    def test_what_has_only_just_begun_to_wait_is_left_alone(self):
        envelope = self.filled_envelope()
        self.forget_jobs()
        with self.later(5):
            self.watch()
        self.assertFalse(self.jobs_of(envelope._funds_step("check")))

    def test_looking_twice_makes_one_job(self):
        envelope = self.filled_envelope()
        self.forget_jobs()
        with self.later(20):
            self.watch()
            self.watch()
        self.assertEqual(len(self.jobs_of(envelope._funds_step("check"))), 1)

    def test_what_is_not_due_has_no_job_and_stands_not_still(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.forget_jobs()
        with self.later(60):
            self.watch()
            self.assertFalse(self.kinds())
        self.assertFalse(self.jobs_of(envelope._funds_step("check")))

    def test_a_paused_envelope_is_left_alone(self):
        envelope = self.filled_envelope()
        self.forget_jobs()
        envelope.paused = True
        with self.later(20):
            self.watch()
        self.assertFalse(self.env["queue.job"].search_count([]))

    def test_a_failed_job_is_followed_by_another(self):
        step = self.filled_envelope()._funds_step("check")
        self.forget_jobs()
        step._step_enqueue()
        self.jobs_of(step).write({"state": "failed"})
        with self.later(20):
            self.watch()
        self.assertEqual(len(self.jobs_of(step, "pending")), 1)

    def test_a_job_that_fails_again_and_again_is_left_to_a_person(self):
        step = self.filled_envelope()._funds_step("check")
        self.forget_jobs()
        for _time in range(3):
            step._step_enqueue()
            self.jobs_of(step, "pending").write({"state": "failed"})
        with self.later(20):
            self.watch()
            self.assertIn("failed_jobs", self.kinds())
        self.assertFalse(self.jobs_of(step, "pending"))
        self.assertEqual(len(self.to_dos(step.envelope_id)), 1)

    def dead_claim(self, **values):
        """A bank batch whose worker has died with its job."""
        batch, now = self.funded(), fields.Datetime.now()
        batch.write({"state": "in_progress", "attempts": 1, "latest_timestamp": now, **values})
        batch._step_enqueue()
        self.jobs_of(batch).write({"state": "started", "date_started": now})
        return batch

    def test_a_claim_whose_worker_died_is_taken_again(self):
        batch = self.dead_claim()
        with self.later(20):
            self.watch()
            self.assertEqual(len(self.jobs_of(batch, "pending")), 1)
            self.run_jobs()
        self.assertEqual(batch.state, "done")

    def test_a_call_that_was_begun_is_asked_about_and_not_sent_again(self):
        batch = self.dead_claim(begun_at=fields.Datetime.now())
        sent = len(self.calls("initiate_payment"))
        with self.later(20):
            self.watch()
            self.run_jobs()
        self.assertEqual(len(self.calls("initiate_payment")), sent)
        self.assertEqual(len(self.calls("get_payment_status")), 1)
        self.assertEqual(batch.state, "uncertain")

    def test_a_living_worker_is_not_disturbed(self):
        batch = self.dead_claim()
        self.env.cr.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [batch._table, batch.id]
        )
        with self.later(120):
            self.watch()
            self.assertNotIn("stale_claim", self.kinds())
        self.assertFalse(self.jobs_of(batch, "pending"))

    def test_an_overdue_call_back_is_asked_for_again(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.filled_envelope()
        batch = envelope.mapper_batch_ids
        self.forget_jobs()
        batch.write({"state": "waiting", "attempts": 1, "next_attempt_at": fields.Datetime.now()})
        with self.later(20):
            self.watch()
            self.run_jobs()
        self.assertEqual(batch.state, "done")

    def test_a_forgotten_statement_is_processed(self):
        lines = self.shipped()
        statement, _known = self.receive(self.statement(self.entry("D", lines[0])))
        self.forget_jobs()
        with self.later(20):
            self.watch()
            self.run_jobs()
        self.assertEqual(statement.state, "done")
        self.assertEqual(lines[0].state, "reconciled")

    # Envelopes that nobody looks at, though their steps are done

    def shipped_unseen(self, **values):
        """An envelope whose batches are done, and that has not heard of it: its job is lost."""
        envelope = self.filled_envelope(**values)
        self.run_jobs()
        self.forget_jobs()
        envelope.state = "shipping"
        return envelope

    def test_an_envelope_that_lost_its_job_takes_notice_by_the_watch(self):
        envelope = self.shipped_unseen()
        with self.later(5):
            self.watch()
            self.assertEqual(envelope.state, "shipping", "its job may only just be on its way")
        with self.later(20):
            self.watch()
        self.assertEqual(envelope.state, "shipped")
        self.assertEqual(len(self.calls("initiate_payment")), 1)

    def test_an_envelope_whose_job_waits_is_left_to_it(self):
        envelope = self.shipped_unseen()
        envelope._enqueue_advance()
        with self.later(20):
            self.watch()
        self.assertEqual(envelope.state, "shipping")

    def test_a_remainder_that_nobody_gives_back_is_given_back_once(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID2"}
        envelope = self.filled_envelope()
        self.run_jobs()
        release = envelope._funds_step("release")
        self.assertEqual(release.state, "done")
        self.env.cr.execute("SET LOCAL g2p_bridge.archiving = 'test'")
        release.unlink()
        self.env.cr.execute("SET LOCAL g2p_bridge.archiving = ''")
        self.forget_jobs()
        with self.later(20):
            self.watch()
            self.run_jobs()
            self.watch()
        self.assertEqual(envelope._funds_step("release").state, "done")
        self.assertEqual(len({call[2] for call in self.calls("release_funds")}), 1)

    def test_trouble_that_an_envelope_has_not_noticed_is_shown(self):
        envelope = self.shipped_unseen()
        envelope.state = "shipped"
        envelope.needs_attention = True
        with self.later(20):
            self.assertEqual(self.health._resume(), 1)
            self.assertEqual(self.health._resume(), 0)
        self.assertFalse(envelope.needs_attention)

    # A restored database

    def test_before_a_restore_is_confirmed_nothing_goes_on_and_nobody_is_bothered(self):
        envelope = self.filled_envelope()
        self.env["g2p.bridge.restore"]._mark_restored("Restored by hand")
        batches = envelope.bank_batch_ids
        self.forget_jobs()
        to_dos = self.env["mail.activity"].search_count([])
        with self.later(60):
            self.watch()
            self.watch()
            self.assertFalse(self.env["queue.job"].search_count([]))
            self.assertFalse(self.stall_model.search([]))
        self.assertEqual(self.env["mail.activity"].search_count([]), to_dos)
        self.assertFalse(self.bank_script.calls)
        self.assertEqual(set(batches.mapped("state")), {"uncertain"})

        self.env["g2p.bridge.restore"]._confirm("Compared")
        self.forget_jobs()
        with self.later(60):
            self.watch()
        self.assertTrue(self.jobs_of(envelope._funds_step("check"), "pending"))

    def test_what_was_told_before_a_restore_is_neither_settled_nor_told_again_by_it(self):
        batch = self.uncertain()
        with self.later(20):
            self.watch()
            row = self.stall_model.search([("kind", "=", "uncertain")])
            to_dos = self.to_dos(batch.envelope_id)
            self.env["g2p.bridge.restore"]._mark_restored("Restored by hand")
            batch._settle(True, "They have it")
            self.crons["ship"].active = False
            self.watch()
            self.assertTrue(row.exists())
            self.assertEqual(self.to_dos(batch.envelope_id), to_dos)
            self.assertTrue(
                self.stall_model.search([("kind", "=", "late_heartbeat")]),
                "the machinery is looked after all the same",
            )

    def waiting_long(self, envelope):
        """Its steps were last looked at an hour ago, and no job looks after it."""
        self.forget_jobs()
        for steps in (envelope.funds_step_ids, envelope.bank_batch_ids, envelope.mapper_batch_ids):
            steps.write({"latest_timestamp": fields.Datetime.now() - timedelta(hours=1)})

    def test_an_envelope_whose_approval_was_taken_back_is_not_orphaned(self):
        """Batches have still to leave, but its approvers come first."""
        self.program.write({"own_policies": True, "approval": "other"})
        envelope = self.funded().envelope_id
        envelope.write({"approved_by_id": False, "approved_revision": "as it was seen"})
        envelope._refresh_state()
        self.assertEqual(envelope.state, "to_approve")
        self.waiting_long(envelope)
        self.assertNotIn(envelope, self.health._orphaned_envelopes())

    def test_held_payments_do_not_orphan_an_envelope(self):
        """They need a person, and the envelope says so already."""
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.funded().envelope_id
        envelope.mapper_batch_ids.write({"state": "done", "held_count": 1})
        envelope._refresh_state()
        self.assertTrue(envelope.needs_attention)
        self.waiting_long(envelope)
        self.assertNotIn(envelope, self.health._orphaned_envelopes())
