# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settled envelopes go to the archive and come back, each row as it was, whatever dies."""

from unittest.mock import patch

from odoo.addons.queue_job.exception import RetryableJobError

from ...models.archive import archive_run
from .archive_common import ARCHIVED, LIVE, RUN, ArchiveCase

FIGURES = (
    "state",
    "number_of_disbursements_received",
    "total_disbursement_amount_received",
    "number_of_disbursements_shipped",
    "amount_shipped",
    "number_of_disbursements_reconciled",
    "amount_reconciled",
    "number_of_disbursements_reversed",
    "amount_reversed",
    "statement_count",
)


class TestWayAndBack(ArchiveCase):
    def test_rows_are_the_same_there_and_back(self):
        envelope = self.settled()
        before = self.rows_in(LIVE, envelope)
        self.assertEqual(len(before), 7)
        run = self.archive(envelope)
        self.assertEqual((run.state, envelope.archive_state), ("done", "archived"))
        self.assertEqual(self.rows_in(ARCHIVED, envelope), before)
        self.assertWhere(envelope, 0, 7)
        run = self.bring_back(envelope)
        self.assertEqual((run.state, envelope.archive_state), ("done", False))
        self.assertEqual(self.rows_in(LIVE, envelope), before)
        self.assertWhere(envelope, 7, 0)

    def test_figures_stay(self):
        envelope = self.settled()
        statement = envelope.statement_total_ids.statement_id
        before = (
            envelope.read(FIGURES),
            self.env["g2p.bridge.envelope.figures"]._of(envelope),
            statement.read(["matched_count"]),
        )
        self.archive(envelope)
        after = (
            envelope.read(FIGURES),
            self.env["g2p.bridge.envelope.figures"]._of(envelope),
            statement.read(["matched_count"]),
        )
        self.assertEqual(after, before)

    def test_other_envelopes_and_lines_that_are_not_ours_stay(self):
        one = self.settled()
        other = self.settled(number=2, cycle_code_mnemonic="OTHER")
        before = self.rows_in(LIVE, other)
        statement = one.statement_total_ids.statement_id
        self.archive(one)
        self.assertEqual(self.rows_in(LIVE, other), before)
        self.assertEqual(statement.entry_ids.mapped("outcome"), ["not_ours"])
        self.assertEqual(statement.archived_entry_count, 4)

    def test_counts_totals_and_digests_are_on_record(self):
        envelope = self.settled()
        out = self.archive(envelope)
        back = self.bring_back(envelope)
        self.assertEqual((out.line_count, out.line_total), (3, "60.75"))
        self.assertEqual((out.entry_count, out.entry_total), (4, "70.75"))
        self.assertEqual(out._kept_sums(), back._kept_sums())
        trail = self.env["g2p.bridge.audit"].search(
            [("model", "=", envelope._name), ("res_id", "=", envelope.id)]
        )
        for action, reason, run in (("archive", "Old", out), ("bring_back", "Asked for", back)):
            told = trail.filtered(lambda record, action=action: record.action == action)
            self.assertEqual(set(told.mapped("reason")), {reason})
            self.assertIn(run.line_digest, " ".join(filter(None, told.mapped("new_value"))))
        self.assertTrue(self.env["g2p.bridge.audit"]._verify().fine)

    def test_a_cancelled_envelope(self):
        envelope = self.later_filled()
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}, "Not needed"
        )
        self.run_jobs()
        before = self.rows_in(LIVE, envelope)
        self.archive(envelope)
        self.assertEqual(self.rows_in(ARCHIVED, envelope), before)
        self.bring_back(envelope)
        self.assertEqual(self.rows_in(LIVE, envelope), before)

    def test_columns_of_other_addons_go_along(self):
        envelope = self.settled()
        self.sql("ALTER TABLE g2p_bridge_disbursement ADD COLUMN x_tag varchar")
        self.sql("UPDATE g2p_bridge_disbursement SET x_tag = 'A' || id")
        before = self.rows_in(LIVE, envelope)
        self.archive(envelope)
        self.assertEqual(self.rows_in(ARCHIVED, envelope), before)
        self.bring_back(envelope)
        self.assertEqual(self.rows_in(LIVE, envelope), before)


class TestWhatDies(ArchiveCase):
    """Pieces of one bank batch each, and workers that die between them or meet."""

    def setUp(self):
        super().setUp()
        self.patch(archive_run, "PIECE", 1)
        self.program.write({"own_policies": True, "bank_batch_size": 1})

    def dying_after(self, pieces):
        """Let the worker die in the middle of a piece, when its rows are moved already."""
        model = type(self.env[RUN])
        move, moves = model._move, []

        def dying(run, batches):
            moved = move(run, batches)
            moves.append(batches)
            if len(moves) > pieces:
                raise SystemExit
            return moved

        return patch.object(model, "_move", dying)

    def die(self, run, pieces):
        died = False
        with self.dying_after(pieces):
            try:
                run._job_move()
            except SystemExit:  # what was committed before stays, as it does in real life
                died = True
        self.assertTrue(died)
        self.env.invalidate_all()

    def test_a_worker_that_dies_in_a_piece_loses_and_doubles_nothing(self):
        envelope = self.settled()
        before = self.rows_in(LIVE, envelope)
        run = self.archive(envelope, jobs=False)
        self.die(run, 1)
        self.assertEqual((run.state, run.moved_count), ("running", 1))
        both = self.rows_in(LIVE, envelope) + self.rows_in(ARCHIVED, envelope)
        self.assertEqual(sorted(both), sorted(before))
        run._job_move()
        self.env.invalidate_all()
        self.assertEqual(self.rows_in(ARCHIVED, envelope), before)
        self.assertEqual((run.state, run.moved_count), ("done", 3))

    def test_the_same_on_the_way_back(self):
        envelope = self.settled()
        before = self.rows_in(LIVE, envelope)
        self.archive(envelope)
        run = self.bring_back(envelope, jobs=False)
        self.die(run, 1)
        self.assertEqual(run.moved_count, 1)
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.rows_in(LIVE, envelope), before)

    def test_figures_are_right_in_the_middle(self):
        envelope = self.settled()
        ids = envelope.disbursement_ids.mapped("disbursement_id")
        before = (
            self.env["g2p.bridge.envelope.figures"]._of(envelope),
            self.service.get_disbursement_status(ids),
        )
        self.die(self.archive(envelope, jobs=False), 1)
        after = (
            self.env["g2p.bridge.envelope.figures"]._of(envelope),
            self.service.get_disbursement_status(ids),
        )
        self.assertEqual(after, before)

    def test_half_archived_comes_back(self):
        envelope = self.settled()
        before = self.rows_in(LIVE, envelope)
        run = self.archive(envelope, jobs=False)
        self.die(run, 1)
        self.bring_back(envelope)
        self.assertEqual(run.state, "stopped")
        self.assertEqual(self.rows_in(LIVE, envelope), before)
        self.assertFalse(envelope.archive_state)
        run._job_move()
        self.assertWhere(envelope, 7, 0)

    def test_what_was_archived_earlier_is_not_what_comes_back(self):
        """It came back, changed, was asked to the archive again, and that was stopped at once."""
        envelope = self.settled()
        self.archive(envelope)
        self.bring_back(envelope)
        self.process(self.entry("RD", envelope.disbursement_ids[1]), **self.following(2, 2))
        before = self.rows_in(LIVE, envelope)
        self.archive(envelope, jobs=False)
        run = self.bring_back(envelope)
        self.assertEqual(run.state, "done")
        self.assertEqual(self.rows_in(LIVE, envelope), before)

    def test_a_second_worker_waits_for_the_first(self):
        run = self.archive(self.settled(), jobs=False)
        with (
            patch.object(type(run), "_stay_alive", lambda _run: False),
            self.assertRaises(RetryableJobError),
        ):
            run._job_move()
        self.assertEqual(run.state, "pending")

    def test_a_job_that_comes_again_does_nothing(self):
        envelope = self.settled()
        run = self.archive(envelope)
        shown = run.read()
        run._job_move()
        self.env.invalidate_all()
        self.assertEqual(run.read(), shown)

    def test_a_lost_job_is_found(self):
        envelope = self.settled()
        self.archive(envelope, jobs=False)
        self.env["queue.job"].search([("model_name", "=", RUN)]).unlink()
        self.env[RUN]._cron_archive()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(envelope.archive_state, "archived")

    def test_rows_that_were_tampered_with_do_not_pass(self):
        envelope = self.settled()
        self.archive(envelope)
        self.sql("ALTER TABLE g2p_bridge_disbursement_archive DISABLE TRIGGER USER")
        self.sql(
            "UPDATE g2p_bridge_disbursement_archive SET account_number = 'THIEF'"
            " WHERE envelope_id = %s",
            envelope.id,
        )
        self.sql("ALTER TABLE g2p_bridge_disbursement_archive ENABLE TRIGGER USER")
        run = self.bring_back(envelope)
        self.assertEqual((run.state, envelope.archive_state), ("failed", "returning"))
        self.assertWhere(envelope, 0, 7)
        self.assertTrue(envelope.activity_ids)
        run.action_try_again()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(run.state, "failed")
        run._accept("The auditor knows")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(run.state, "done")
        self.assertWhere(envelope, 7, 0)
