# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import suppress

from odoo import fields
from odoo.tests import TransactionCase, tagged
from psycopg2.errors import LockNotAvailable

from odoo.addons.queue_job.job import Job

KEY = "g2p_bridge_test_wake_up"


@tagged("post_install", "-at_install")
class TestEnqueueOnce(TransactionCase):
    """An event and a job runner, each with a connection of its own, in a given order."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.forget)
        self.event, self.other, self.runner = (
            self.enterContext(self.registry.cursor()) for _connection in range(3)
        )
        self.later = fields.Datetime.add(fields.Datetime.now(), hours=1)

    def forget(self):
        """What these connections have committed stays otherwise."""
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM queue_job WHERE starts_with(identity_key, %s)", [KEY])

    def enqueue(self, cr, *keys, eta=None):
        jobs = self.env(cr=cr)["queue.job"]
        jobs._enqueue_once(
            Job(jobs._test_job, identity_key=f"{KEY}{key}", eta=eta) for key in keys or ("",)
        )
        jobs.flush_model()

    def waiting(self, eta=None, state="pending", key=""):
        """A job that was enqueued before the event begins."""
        self.enqueue(self.other, key, eta=eta)
        self.other.execute(
            "UPDATE queue_job SET state = %s WHERE identity_key = %s RETURNING id",
            [state, f"{KEY}{key}"],
        )
        (job,) = self.other.fetchone()
        self.other.commit()
        return job

    def set_state(self, job, state):
        """Do as the job runner and its worker do; they wait for nobody here."""
        self.runner.execute("SET LOCAL lock_timeout = '50ms'")
        self.runner.execute(
            "UPDATE queue_job SET state = %s WHERE id = %s", [state, job], log_exceptions=False
        )
        self.runner.commit()

    def begin(self):
        """Let the event begin: this is what it sees from now on."""
        self.event.execute("SELECT COUNT(*) FROM queue_job")

    def due(self):
        """The jobs that are still to begin: (id, due time)."""
        self.runner.rollback()
        self.runner.execute(
            "SELECT id, eta FROM queue_job WHERE starts_with(identity_key, %s)"
            " AND state = 'pending' ORDER BY id",
            [KEY],
        )
        return self.runner.fetchall()

    def test_a_job_that_others_may_start_is_not_relied_on(self):
        for state in ("pending", "enqueued", "started"):
            with self.subTest(state):
                job = self.waiting(state=state)
                self.begin()
                self.enqueue(self.event)
                for next_state in ("enqueued", "started", "done"):
                    self.set_state(job, next_state)
                self.event.commit()
                self.assertEqual(len(self.due()), 1)
                self.forget()

    def test_an_event_sees_a_job_waiting_that_has_ended_since(self):
        job = self.waiting()
        self.begin()
        self.set_state(job, "done")
        self.enqueue(self.event)
        self.event.commit()
        self.assertEqual(len(self.due()), 1)

    def test_a_job_for_later_is_held_and_brought_forward(self):
        job = self.waiting(self.later)
        self.begin()
        self.enqueue(self.event)
        with self.assertRaises(LockNotAvailable):
            self.set_state(job, "enqueued")
        self.event.commit()
        self.assertEqual(self.due(), [(job, None)])
        self.set_state(job, "enqueued")

    def test_a_job_for_later_stays_where_the_event_wants_one_for_even_later(self):
        job = self.waiting(self.later)
        self.enqueue(self.event, eta=fields.Datetime.add(self.later, hours=1))
        self.event.commit()
        self.assertEqual(self.due(), [(job, self.later)])

    def test_a_job_for_later_that_was_started_meanwhile_is_no_conflict(self):
        job = self.waiting(self.later)
        self.begin()
        self.set_state(job, "enqueued")
        self.enqueue(self.event)
        self.event.commit()
        self.assertEqual([eta for _job, eta in self.due()], [None])

    def test_of_many_jobs_for_later_those_are_held_that_have_not_changed(self):
        jobs = [self.waiting(self.later, key=key) for key in "abc"]
        self.begin()
        self.set_state(jobs[1], "done")
        self.enqueue(self.event, *"abc")
        self.event.commit()
        (first, _now), (third, _now), (fresh, _now) = self.due()
        self.assertEqual([first, third], [jobs[0], jobs[2]])
        self.assertEqual({eta for _job, eta in self.due()}, {None})
        self.assertGreater(fresh, jobs[2])

    def test_of_two_events_that_hold_a_job_none_waits(self):
        job = self.waiting(self.later)
        self.enqueue(self.other)
        self.event.execute("SET LOCAL lock_timeout = '50ms'")
        self.enqueue(self.event)
        self.event.commit()
        self.other.commit()
        due = self.due()
        self.assertEqual([eta for _job, eta in due], [None, None])
        self.assertIn(job, dict(due))

    def test_an_event_keeps_nobody_from_starting_what_is_due(self):
        job = self.waiting()
        self.enqueue(self.event)
        self.set_state(job, "enqueued")

    def test_one_event_makes_one_job_for_its_earliest_time(self):
        self.enqueue(self.event, eta=self.later)
        with self.event.savepoint():
            self.enqueue(self.event)
        self.enqueue(self.event, eta=self.later)
        self.event.commit()
        self.assertEqual([eta for _job, eta in self.due()], [None])

    def test_what_is_undone_is_no_job(self):
        with suppress(ZeroDivisionError), self.event.savepoint():
            self.enqueue(self.event)
            raise ZeroDivisionError
        self.enqueue(self.event)
        self.event.commit()
        self.assertEqual(len(self.due()), 1)

    def test_thousands_are_enqueued_by_a_few_statements(self):
        keys = range(2000)
        self.enqueue(self.event)
        before = self.event.sql_log_count
        self.enqueue(self.event, *keys)
        self.enqueue(self.event, *keys)
        self.assertLess(self.event.sql_log_count - before, 100)
        self.event.execute(
            "SELECT COUNT(*) FROM queue_job WHERE starts_with(identity_key, %s)", [KEY]
        )
        self.assertEqual(self.event.fetchone(), (2001,))

    def test_heartbeats_leave_what_waits_or_runs_alone(self):
        jobs = self.env(cr=self.event)["queue.job"]
        for state in ("pending", "enqueued", "started"):
            with self.subTest(state):
                self.waiting(state=state)
                jobs._enqueue_forgotten([Job(jobs._test_job, identity_key=KEY)])
                self.event.commit()
                self.assertEqual(len(self.due()), state == "pending")
                self.forget()
                self.event.rollback()
        jobs._enqueue_forgotten([Job(jobs._test_job, identity_key=KEY)])
        self.event.commit()
        self.assertEqual(len(self.due()), 1)

    # One job for many

    def cover(self, job):
        """Let a job begin that was started: it sees what was committed up to here.

        :return: a function that lets it stand for others
        """
        self.runner.rollback()
        self.runner.execute("SELECT uuid FROM queue_job WHERE id = %s", [job])
        (uuid,) = self.runner.fetchone()
        env = self.env(cr=self.runner, context={"job_uuid": uuid})
        return env["queue.job"]._cover_waiting

    def make(self, eta=None):
        self.enqueue(self.event, eta=eta)
        self.event.commit()
        return self.due()[-1][0]

    def test_a_job_stands_for_those_that_it_sees(self):
        first, _second = self.make(), self.make()
        self.set_state(first, "started")
        self.cover(first)()
        self.assertFalse(self.due())

    def test_a_job_does_not_stand_for_what_was_committed_after_it_began(self):
        first = self.make()
        self.set_state(first, "started")
        cover = self.cover(first)
        second = self.make_unseen()
        cover()
        self.assertEqual([job for job, _eta in self.due()], [second])

    def make_unseen(self):
        """A job that the runner's transaction does not see."""
        self.enqueue(self.event)
        self.event.execute("SELECT MAX(id) FROM queue_job WHERE identity_key = %s", [KEY])
        (job,) = self.event.fetchone()
        self.event.commit()
        return job

    def test_a_job_does_not_stand_for_one_that_is_not_due(self):
        later = self.make(self.later)
        self.event.execute("UPDATE queue_job SET state = 'done' WHERE id = %s", [later])
        self.event.commit()
        first = self.make()
        self.event.execute("UPDATE queue_job SET state = 'pending' WHERE id = %s", [later])
        self.event.commit()
        self.set_state(first, "started")
        self.cover(first)()
        self.assertEqual([job for job, _eta in self.due()], [later])

    def test_a_job_does_not_wait_for_those_that_others_start_or_hold(self):
        first, second = self.make(), self.make()
        self.set_state(first, "started")
        self.event.execute("SELECT FROM queue_job WHERE id = %s FOR UPDATE", [second])
        self.cover(first)()
        self.event.commit()
        self.assertEqual([job for job, _eta in self.due()], [second])
