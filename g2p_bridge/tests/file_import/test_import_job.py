# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What dies, comes twice or comes late: the import is done once and completely, or not at all."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ...exceptions import BridgeError
from ...models.file_import import import_check
from .import_case import RECORDS, ImportCase
from .import_files import csv_bytes, xlsx_bytes

KILLED = RuntimeError("killed")


class TestImportJob(ImportCase):
    def repeat(self, record):
        record._job_import(record.run)
        self.env.invalidate_all()

    def perform_failing(self, job, expected):
        """Carry out a job that raises; what was committed before stays."""
        raised = None
        with self.assertLogs("odoo.addons.g2p_bridge", "ERROR"):
            try:
                job.perform()
            except expected as error:
                raised = error
        self.assertTrue(raised, "the job did not fail")
        self.env.invalidate_all()

    def fail_after(self, portions, error=KILLED):
        """Let the service fail after so many portions of the import."""
        service = type(self.env["g2p.bridge.service"])
        create = service.create_disbursements
        calls = []

        def failing(model, rows):
            calls.append(rows)
            if len(calls) > portions:
                raise error
            return create(model, rows)

        return patch.object(service, "create_disbursements", failing)

    def test_failure_in_the_middle_imports_nothing_and_a_repetition_everything(self):
        self.patch(import_check, "PORTION", 1)
        record = self.new_import()
        job = self.start(record)
        with self.fail_after(2):
            self.perform_failing(job, RuntimeError)
        self.assertEqual(record.state, "failed")
        self.assertIn("nothing was imported", record.message)
        self.assertFalse(self.disbursements())
        self.repeat(record)
        self.assertEqual((record.state, record.new_count), ("done", 3))
        self.assertEqual(len(self.disbursements()), 3)

    def test_failed_import_is_started_again_by_the_button(self):
        record = self.new_import()
        job = self.start(record)
        with self.fail_after(0):
            self.perform_failing(job, RuntimeError)
        self.perform(record)
        self.assertEqual(record.state, "done")

    def test_death_after_the_import_was_committed_is_mended_without_duplicates(self):
        record = self.new_import(csv_bytes(*[("", *record[1:]) for record in RECORDS]))
        job = self.start(record)
        model = type(record)
        show = model._show

        def dying(twin, **vals):
            if vals.get("state") == "done":
                raise SystemExit
            return show(twin, **vals)

        with patch.object(model, "_show", dying):
            try:
                job.perform()
            except SystemExit:
                self.env.invalidate_all()
        self.assertEqual(record.state, "importing")
        self.assertEqual(len(self.disbursements()), 3)
        self.repeat(record)
        self.assertEqual((record.state, record.imported_count), ("done", 3))
        self.assertEqual(len(self.disbursements()), 3)

    def test_finished_job_that_comes_again_does_nothing(self):
        record = self.imported()
        shown = record.read(["state", "message", "finished_at", "row_count"])
        self.repeat(record)
        self.assertEqual(record.read(["state", "message", "finished_at", "row_count"]), shown)

    def test_job_of_an_earlier_start_does_nothing(self):
        record = self.new_import()
        self.start(record, "action_check")
        record.sudo().write({"state": "failed"})
        self.start(record)
        record._job_import(1)
        self.env.invalidate_all()
        self.assertEqual((record.state, record.row_count), ("checking", 0))

    def test_job_of_a_removed_import_does_nothing(self):
        record = self.new_import()
        record.unlink()
        record._job_import(1)

    def test_second_worker_waits_for_the_first(self):
        record = self.new_import()
        job = self.start(record)
        with patch.object(type(record), "_stay_alive", lambda _record: False):
            with self.assertRaises(RetryableJobError):
                job.perform()
        self.assertEqual(record.state, "checking")

    def test_totals_used_up_between_check_and_import_refuse_the_file(self):
        record = self.new_import()
        job = self.start(record)
        code = "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED"
        with self.fail_after(0, BridgeError(code, "Too many now. Send fewer.")):
            job.perform()
        self.env.invalidate_all()
        self.assertErrors(record, (0, "", code))
        self.assertEqual(record.error_ids.message, "Too many now. Send fewer.")

    def test_rows_refused_at_the_import_are_told_with_their_row(self):
        self.patch(import_check, "PORTION", 2)
        record = self.new_import()
        job = self.start(record)
        rows = [{"narrative": "Grant", "response_error_codes": ["INVALID_NARRATIVE"]}]
        refusal = BridgeError("INVALID_DISBURSEMENT_PAYLOAD", "1 of 1 rows is wrong.", rows)
        with self.fail_after(1, refusal):
            job.perform()
        self.env.invalidate_all()
        self.assertErrors(record, (4, "narrative", "INVALID_NARRATIVE"))
        self.assertEqual(record.imported_count, 0)

    def test_progress_is_written_while_the_import_is_open(self):
        self.patch(import_check, "PORTION", 1)
        record = self.new_import()
        job = self.start(record)
        shown = []
        model = type(record)
        write = model._write_shown

        def watched(twin, vals):
            write(twin, vals)
            shown.append(vals)

        with patch.object(model, "_write_shown", watched):
            job.perform()
        self.assertEqual([vals["row_count"] for vals in shown if "row_count" in vals], [1, 2, 3, 3])
        counts = [vals["imported_count"] for vals in shown if vals.get("imported_count")]
        self.assertEqual(counts, [1, 2, 3])
        self.assertEqual(
            [vals["state"] for vals in shown if "state" in vals],
            ["checking", "importing", "done"],
        )

    def test_officer_who_lost_the_role_imports_nothing(self):
        record = self.new_import()
        job = self.start(record)
        self.officer.group_ids -= self.env.ref("g2p_bridge_base.group_officer")
        self.perform_failing(job, AccessError)
        self.assertEqual(record.sudo().state, "failed")
        self.assertFalse(self.disbursements())

    def test_lost_job_is_seen_and_started_again(self):
        record = self.new_import()
        record.action_import()
        self.assertFalse(record.is_stalled)
        with self.assertRaises(UserError):
            record.action_import()
        self.env["queue.job"].search([("model_name", "=", record._name)]).write(
            {"state": "cancelled"}
        )
        record.invalidate_recordset()
        self.assertTrue(record.is_stalled)
        self.perform(record, "action_restart")
        self.assertEqual(record.state, "done")

    def test_restart_of_a_lost_check_only_checks(self):
        record = self.new_import()
        self.start(record, "action_check").db_record().unlink()
        record.invalidate_recordset()
        self.perform(record, "action_restart")
        self.assertEqual(record.state, "valid")
        self.assertFalse(self.disbursements())


class TestLargeImport(ImportCase):
    def large_envelope(self, count):
        return self.create_envelope(
            cycle_code_mnemonic="large",
            number_of_beneficiaries=count,
            number_of_disbursements=count,
            total_disbursement_amount=f"{count}.00",
        )

    def records(self, count):
        return [
            (f"M{number}", f"ID{number}", f"Person {number}", "1.00", "Grant")
            for number in range(count)
        ]

    def test_a_hundred_thousand_rows(self):
        envelope = self.large_envelope(100_000)
        record = self.imported(csv_bytes(*self.records(100_000)), envelope=envelope)
        self.assertEqual(record.state, "done", record.message)
        self.assertEqual(record.new_count, 100_000)
        self.assertEqual(record.amount_total, "100000.00")
        self.assertTrue(envelope._is_complete())

    def test_one_wrong_row_after_many_portions_imports_nothing(self):
        records = self.records(25_000)
        records[-1] = (*records[-1][:3], "1,00", "Grant")
        envelope = self.large_envelope(25_000)
        self.assertErrors(
            self.imported(csv_bytes(*records), envelope=envelope),
            (25_001, "disbursement_amount", "INVALID_DISBURSEMENT_AMOUNT"),
        )

    def test_large_workbook(self):
        records = [(*record[:3], 1, record[4]) for record in self.records(10_001)]
        record = self.imported(xlsx_bytes(*records), envelope=self.large_envelope(10_001))
        self.assertEqual((record.state, record.amount_total), ("done", "10001.00"))
