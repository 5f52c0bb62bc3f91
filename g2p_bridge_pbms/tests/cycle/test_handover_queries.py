# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..common import PbmsCase


class TestQueries(PbmsCase):
    """Work per batch grows with its rows alone, never with a query for each of them."""

    def count_queries(self, function):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        function()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def measure(self, size, start):
        """Statements of one round, and of handing one batch over, with batches of this size."""
        self.manager.batch_size = size
        count = 2 * size - 1  # so few that PBMS approves them at once
        cycle = self.make_cycle(self.make_people(count, start=start), name=f"Cycle {start}")
        self.approve(cycle, jobs=False)
        job = cycle.with_user(self.approver)
        round_ = self.count_queries(job._job_bridge_hand_over)
        batches = cycle.payment_batch_ids.sorted("id")
        fill = self.count_queries(batches[0].with_user(self.approver)._job_bridge_fill)
        self.run_jobs()
        self.assertEqual(len(self.disbursements(cycle)), count)
        return round_, fill

    def test_statements_do_not_grow_with_the_batch(self):
        self.measure(10, 1)  # warms caches up
        small = self.measure(10, 101)
        large = self.measure(100, 1001)
        self.assertEqual(small, large)
