# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The number of SQL statements and jobs depends on batches, never on disbursements."""

from odoo.tests import tagged

from .statement_common import StatementCase

FEW, MANY = 4, 80
LARGE_BATCH = 1_000


@tagged("post_install", "-at_install")
class TestStatementCounts(StatementCase):
    """The same work with few lines and with twenty times as many, one batch of each kind.

    What the ORM has cached would hide statements, so each piece of work begins with empty
    caches; the first life fills the caches of the registry and does not count.
    """

    def setUp(self):
        super().setUp()
        self.cycles = 0
        self.program.write(
            {
                "id_mapper_resolution_required": True,
                "mapper_id": self.mapper.id,
                "own_policies": True,
                "mapper_batch_size": LARGE_BATCH,
                "bank_batch_size": LARGE_BATCH,
            }
        )

    def counted(self, work, *args):
        """:return: how many statements the work sends"""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        work(*args)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def counted_jobs(self):
        """Carry out every job that is due.

        :return: list of (model, method, statements)
        """
        counts = []
        while job := self.due_job():
            job.set_started()
            counts.append((job.model_name, job.method_name, self.counted(job.perform)))
            job.set_done()
            job.store()
        return counts

    def life(self, lines):
        """:return: list of (piece of work, …, statements) of an envelope with so many lines"""
        self.cycles += 1
        envelope = self.create_envelope(
            cycle_code_mnemonic=f"CYCLE{self.cycles}",
            number_of_beneficiaries=lines,
            number_of_disbursements=lines,
            total_disbursement_amount=lines,
        )
        rows = self.rows(envelope, *["1.00"] * lines)
        counts = [("intake", self.counted(self.service.create_disbursements, rows))]
        counts.append(("repeated", self.counted(self.service.create_disbursements, rows)))
        counts += self.counted_jobs()
        payments = envelope.disbursement_ids
        self.assertEqual(set(payments.mapped("state")), {"shipped"})
        ids = payments.mapped("disbursement_id")
        half = len(payments) // 2
        self.receive(
            self.statement(
                *[self.entry("D", line) for line in payments],
                *[self.entry("RD", line) for line in payments[:half]],
                statement_number=str(self.cycles),
            )
        )
        counts += self.counted_jobs()
        self.assertEqual(payments.mapped("state").count("reversed"), half)
        counts.append(("status", self.counted(self.service.get_disbursement_status, ids)))
        return counts

    def test_twenty_times_as_many_lines_take_the_same_statements_and_jobs(self):
        self.life(FEW)
        few, many = self.life(FEW), self.life(MANY)
        self.assertEqual(few, many)
        self.assertGreater(len(few), 8, "resolve, check, block, ship, reconcile and between them")

    def test_jobs_are_as_many_as_batches(self):
        self.life(FEW)
        one = len(self.life(MANY))
        self.program.write({"mapper_batch_size": MANY // 4, "bank_batch_size": MANY // 4})
        four = self.life(MANY)
        steps = [work[0] for work in four if "_job_step" in work]
        self.assertEqual(steps.count("g2p.bridge.mapper.batch"), 4)
        self.assertEqual(steps.count("g2p.bridge.bank.batch"), 4)
        self.assertLessEqual(len(four), 4 * one)
