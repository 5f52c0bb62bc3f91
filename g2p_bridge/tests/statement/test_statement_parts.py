# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A long statement is read in parts; what comes of it is what one reading would give."""

from odoo.tools import mute_logger
from psycopg2.errors import ForeignKeyViolation

from ...lib.statement import StatementFormatError
from ..health.health_common import HealthCase
from .statement_common import StatementCase

PART = "g2p.bridge.statement.part"


class PartsCase(StatementCase):
    def setUp(self):
        super().setUp()
        self.format_script.part_lines = 2
        self.lines = self.shipped()

    def long_statement(self, **values):
        """Three payments, two of which come back: three parts, a return apart from its debit."""
        first, second, third = self.lines
        marks = [("D", first), ("D", second), ("D", third), ("RD", third), ("RD", first)]
        return self.statement(*[self.entry(mark, line) for mark, line in marks], **values)

    def receive_long(self, **values):
        record, _known = self.receive(self.long_statement(**values))
        return record.sudo()

    def jobs(self, model):
        domain = [("model_name", "=", model), ("state", "=", "pending")]
        return self.env["queue.job"].search(domain)

    def read_parts(self, record):
        """Carry out the jobs of the parts, and not yet that of the statement."""
        self.env.flush_all()
        for part in record.part_ids:
            part._job_step()
        self.env.invalidate_all()

    def lines_kept(self):
        self.env.flush_all()
        self.env.cr.execute("SELECT COUNT(*) FROM g2p_bridge_part_line")
        return self.env.cr.fetchone()[0]

    def break_part(self, position):
        """The file can't be read at this part."""
        read = self.format_script._read_part

        def broken(stream, part, encoding):
            if part[2] == (position - 1) * 2:
                raise StatementFormatError(f"Line {position} can't be read.")
            return read(stream, part, encoding)

        self.format_script._read_part = broken
        self.addCleanup(self.format_script.__dict__.pop, "_read_part", None)


class TestStatementParts(PartsCase):
    def test_parts_are_read_by_jobs_of_their_own_and_then_it_is_the_statement_s_turn(self):
        record = self.receive_long()
        self.assertEqual((record.part_count, record.read_part_count), (3, 0))
        self.assertEqual(len(self.jobs(PART)), 3)
        self.assertFalse(self.jobs(record._name))
        self.read_parts(record)
        self.assertEqual((record.state, record.read_part_count), ("pending", 3))
        self.assertFalse(record.entry_ids)
        self.assertEqual(set(self.lines.mapped("state")), {"shipped"})
        self.assertEqual(len(self.jobs(record._name)), 1)

    def test_end_is_that_of_one_reading(self):
        record = self.receive_long()
        self.run_jobs()
        self.assertEqual(record.state, "done", record.latest_error_message)
        self.assertFalse(record.has_warnings, record.warnings)
        self.assertEqual(self.outcomes(record), ["matched"] * 5)
        self.assertEqual(record.entry_ids.sorted().mapped("entry_sequence"), [1, 2, 3, 4, 5])
        self.assertEqual(self.lines.mapped("state"), ["reversed", "reconciled", "reversed"])
        self.assertEqual((record.matched_count, record.reversed_count), (3, 2))
        self.assertEqual(record.total_ids.reconciled_count, 3)

    def test_nothing_of_the_reading_stays(self):
        record = self.receive_long()
        self.run_jobs()
        self.assertFalse(record.part_ids)
        self.assertEqual(self.lines_kept(), 0)

    def test_short_statement_has_no_parts(self):
        record, _known = self.receive(self.statement(self.entry("D", self.lines[0])))
        self.assertFalse(record.part_ids)
        self.assertEqual(len(self.jobs(record._name)), 1)

    def test_part_that_is_read_twice_counts_once(self):
        record = self.receive_long()
        record.part_ids[0]._read_lines()
        self.run_jobs()
        self.assertEqual(record.entry_count, 5)

    def test_statement_s_own_job_waits_for_the_parts(self):
        record = self.receive_long()
        self.assertIn("parts", record._job_step())
        self.assertEqual((record.state, record.attempts), ("pending", 0))

    def test_parts_are_read_while_an_earlier_statement_waits(self):
        later = self.receive_long(**self.following(statement_number="2"))
        earlier, _known = self.receive(self.statement(statement_number="1"))
        self.read_parts(later)
        self.assertEqual(later.read_part_count, 3)
        later._job_step()
        self.env.invalidate_all()
        self.assertEqual(later.state, "pending")
        self.run_jobs()
        self.assertEqual((earlier.state, later.state), ("done", "done"))

    def test_same_file_again_while_parts_are_read(self):
        record = self.receive_long()
        self.env.flush_all()
        record.part_ids[0]._job_step()
        self.env.invalidate_all()
        content = str(len(self.format_script.files) - 1).encode()
        again, known = record._receive(self.format, content, "again.sta")
        self.assertEqual((again, known), (record, record))
        self.assertEqual(record.part_count, 3)
        self.run_jobs()
        self.assertEqual(record.entry_count, 5)

    def test_lines_that_a_crash_has_emptied_are_read_again(self):
        record = self.receive_long()
        self.read_parts(record)
        self.env.cr.execute(
            "DELETE FROM g2p_bridge_part_line WHERE part_id = %s", [record.part_ids[1].id]
        )
        self.run_jobs()
        self.assertEqual((record.state, record.entry_count), ("done", 5))

    def test_first_part_that_can_not_be_read_refuses_the_statement(self):
        record = self.receive_long()
        self.break_part(3)
        self.break_part(2)
        self.run_jobs()
        self.assertEqual((record.state, record.latest_error_code), ("failed", "INVALID_FORMAT"))
        self.assertEqual(record.latest_error_message, "Line 2 can't be read.")
        self.assertFalse(record.entry_ids)
        self.assertEqual(set(self.lines.mapped("state")), {"shipped"})
        self.assertEqual(self.lines_kept(), 0)
        self.assertEqual(len(record.activity_ids), 1)

    def test_try_again_reads_every_part_again(self):
        record = self.receive_long()
        self.break_part(2)
        self.run_jobs()
        del self.format_script._read_part
        record.action_try_again()
        self.assertEqual((record.part_count, record.read_part_count), (3, 0))
        self.run_jobs()
        self.assertEqual((record.state, record.entry_count), ("done", 5))

    def test_unknown_account_is_told_as_ever(self):
        record = self.receive_long(account_number="NOBODY-S")
        self.run_jobs()
        self.assertEqual(
            (record.state, record.latest_error_code), ("failed", "INVALID_ACCOUNT_NUMBER")
        )

    def test_statement_that_goes_takes_its_lines_along(self):
        record = self.receive_long()
        self.read_parts(record)
        self.assertEqual(self.lines_kept(), 5)
        record.unlink()
        self.assertEqual(self.lines_kept(), 0)
        self.run_jobs()


class TestPartsThatStandStill(PartsCase, HealthCase):
    def test_forgotten_parts_are_read(self):
        record = self.receive_long()
        self.forget_jobs()
        with self.later(20):
            self.watch()
            self.run_jobs()
        self.assertEqual((record.state, record.entry_count), ("done", 5))

    def test_part_whose_worker_died_is_taken_again(self):
        record = self.receive_long()
        self.forget_jobs()
        record.part_ids[0].write({"state": "in_progress", "attempts": 1})
        with self.later(20):
            self.watch()
            self.run_jobs()
        self.assertEqual((record.state, record.entry_count), ("done", 5))

    def test_statement_counts_once_among_what_waits(self):
        self.receive_long()
        count, _since = self.health._waiting(self.env.company)["statement"]
        self.assertEqual(count, 1)

    def test_jobs_of_a_part_that_fail_again_and_again_are_told_on_the_statement(self):
        record = self.receive_long()
        part = record.part_ids[1]
        self.forget_jobs()
        for _time in range(3):
            part._step_enqueue()
            self.jobs_of(part, "pending").write({"state": "failed"})
        with self.later(20):
            self.watch()
            stalls = [stall for stall in self.health._stalls() if stall.kind == "failed_jobs"]
        self.assertEqual(
            [(stall.model, stall.res_id) for stall in stalls], [(record._name, record.id)]
        )
        self.assertTrue(self.to_dos(record))

    def test_long_reading_that_goes_on_is_not_slow(self):
        record = self.receive_long()
        with self.later(120):
            self.assertIn("slow_statement", self.kinds())
            record.part_ids[0]._job_step()
            self.env.invalidate_all()
            self.assertNotIn("slow_statement", self.kinds())


class TestStatementOfAnEntry(StatementCase):
    """What the database keeps without a foreign key."""

    def test_no_entry_without_a_statement(self):
        with self.assertRaises(ForeignKeyViolation), mute_logger("odoo.sql_db"):
            self.env.cr.execute(
                "INSERT INTO g2p_bridge_statement_entry (statement_id, entry_sequence)"
                " SELECT COALESCE(MAX(id), 0) + 1, 1 FROM g2p_bridge_statement"
            )

    def test_entries_go_with_their_statement_where_it_may_go(self):
        record = self.process(self.entry("D", self.shipped()[0]))
        entries = record.entry_ids
        self.env.cr.execute("SELECT set_config('g2p_bridge.archiving', 'test', TRUE)")
        self.env.cr.execute("DELETE FROM g2p_bridge_statement WHERE id = %s", [record.id])
        self.env.invalidate_all()
        self.assertFalse(entries.exists())
