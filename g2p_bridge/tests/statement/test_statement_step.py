# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One job at a time for an account, and none that nobody starts."""

from ..health.health_common import HealthCase
from .statement_common import StatementCase

MODEL = "g2p.bridge.statement"


class TestJobs(StatementCase):
    """N statements of an account take N jobs; of different accounts none waits for another."""

    def numbered(self, count, **values):
        return [
            self.statement(**self.following(days=number, number=number, **values))
            for number in range(1, count + 1)
        ]

    def jobs(self, *states):
        domain = [("model_name", "=", MODEL), ("state", "in", states or ("pending", "done"))]
        return self.env["queue.job"].search(domain)

    def waiting(self):
        return self.jobs("pending")

    def test_as_many_jobs_as_statements(self):
        records, _known = self.receive(*self.numbered(40))
        self.assertEqual(len(self.waiting()), 1)
        self.run_jobs()
        self.assertEqual(set(records.mapped("state")), {"done"})
        self.assertEqual(len(self.jobs()), 40)

    def test_two_without_numbers_in_one_file_are_processed_at_once(self):
        line = self.shipped()[0]
        records, _known = self.receive(
            self.statement(self.entry("D", line), statement_number="0"),
            self.statement(self.entry("RD", line), statement_number="0"),
        )
        self.run_jobs()
        self.assertEqual(set(records.mapped("state")), {"done"})
        self.assertEqual(line.state, "reversed")

    def test_each_account_has_its_own_turn(self):
        self.make_program("PENSION")
        self.receive(*self.numbered(3), *self.numbered(3, account_number="PENSION-ACCOUNT"))
        self.assertEqual(len(self.waiting()), 2)

    def test_files_one_after_the_other_take_at_most_one_job_more_each(self):
        for number, statement in enumerate(self.numbered(5)):
            self.receive(statement)
            self.assertEqual(len(self.waiting()), number + 1)
        self.run_jobs()
        self.assertLessEqual(len(self.jobs()), 10)
        self.assertFalse(self.env[MODEL].search([("state", "!=", "done")]))

    def test_what_ends_without_a_result_gives_way(self):
        records, _known = self.receive(*self.numbered(3))
        self.env.flush_all()
        records[0].sudo()._step_claim()
        records[0].sudo()._step_give_up("INVALID_FORMAT", "Line 7 can't be read.")
        records[0].sudo()._step_continue()
        self.run_jobs()
        self.assertEqual(records.mapped("state"), ["failed", "done", "done"])

    def test_one_that_is_tried_again_later_is_waited_for(self):
        first, second = self.receive(*self.numbered(2))[0].sudo()
        first.next_attempt_at = "2099-01-01 00:00:00"
        self.run_jobs()
        self.assertEqual((first.state, second.state), ("pending", "pending"))
        first.next_attempt_at = False
        first._step_enqueue()
        self.run_jobs()
        self.assertEqual((first.state, second.state), ("done", "done"))

    def test_parts_are_read_side_by_side_and_each_statement_has_its_turn(self):
        self.format_script.part_lines = 2
        lines = [self.entry("D", f"X{number}") for number in range(5)]
        records, _known = self.receive(
            self.statement(*lines, **self.following(days=1, number=1)),
            self.statement(*lines, **self.following(days=2, number=2)),
            self.statement(**self.following(days=3, number=3)),
        )
        parts = self.env["queue.job"].search([("model_name", "=", "g2p.bridge.statement.part")])
        self.assertEqual((len(parts), len(self.waiting())), (6, 0))
        self.run_jobs()
        self.assertEqual(set(records.mapped("state")), {"done"})
        self.assertEqual(len(self.jobs()), 3)

    def test_queries_of_a_job_do_not_grow_with_what_waits(self):
        counts = []
        for count in (3, 60):
            self.receive(*self.numbered(count, account_number="CASH-ACCOUNT"))
            job = self.due_job()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            job.perform()
            counts.append(self.env.cr.sql_log_count - before)
            self.waiting().unlink()
            self.env[MODEL].search([("state", "=", "pending")]).write({"state": "cancelled"})
        self.assertLessEqual(abs(counts[0] - counts[1]), 2)


class TestHealth(HealthCase):
    """What waits behind another one does not stand still."""

    def test_those_behind_are_not_lost(self):
        self.receive(*[self.statement(**self.following(days=n, number=n)) for n in range(1, 5)])
        with self.later(20):
            self.assertFalse(
                [row for row in self.health._orphaned_steps() if row["model"] == MODEL]
            )

    def test_those_behind_are_not_slow(self):
        """However many wait, people are told of the one that holds them up."""
        records, _known = self.receive(
            *[self.statement(**self.following(days=n, number=n)) for n in range(1, 5)]
        )
        with self.later(120):
            slow = [stall for stall in self.health._stalls() if stall.kind == "slow_statement"]
        self.assertEqual([stall.res_id for stall in slow], records[0].ids)

    def test_lost_head_is_found_and_the_others_follow(self):
        records, _known = self.receive(
            *[self.statement(**self.following(days=n, number=n)) for n in range(1, 5)]
        )
        self.forget_jobs()
        with self.later(20):
            self.assertEqual(
                [row["id"] for row in self.health._orphaned_steps() if row["model"] == MODEL],
                records[0].ids,
            )
            self.watch()
            self.run_jobs()
        self.assertEqual(set(records.mapped("state")), {"done"})

    def test_heartbeat_gives_one_job_to_an_account(self):
        self.receive(*[self.statement(**self.following(days=n, number=n)) for n in range(1, 5)])
        self.forget_jobs()
        self.env[MODEL]._cron_heartbeat()
        self.env[MODEL]._cron_heartbeat()
        jobs = self.env["queue.job"].search([("model_name", "=", MODEL), ("state", "=", "pending")])
        self.assertEqual(len(jobs), 1)
