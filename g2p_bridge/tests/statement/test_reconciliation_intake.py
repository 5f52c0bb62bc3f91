# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from unittest.mock import patch

from odoo.tools import mute_logger

from ...lib.statement import StatementFormatError
from . import statement_common
from .statement_common import StatementCase


class TestKnownStatements(StatementCase):
    """A statement is processed once, however often it is handed in."""

    def setUp(self):
        super().setUp()
        self.line = self.shipped()[0]
        self.record = self.process(self.entry("D", self.line))

    def again(self, content=b"0"):
        return self.env["g2p.bridge.statement"]._receive(self.format, content, "again.sta")

    def test_same_file(self):
        before = self.snapshot()
        self.assertEqual(self.again(), (self.record, self.record))
        self.run_jobs()
        self.assertEqual(self.snapshot(), before)

    def test_same_content_in_another_file(self):
        before = self.snapshot()
        self.assertEqual(
            self.receive(self.statement(self.entry("D", self.line))), (self.record, self.record)
        )
        self.run_jobs()
        self.assertEqual(self.snapshot(), before)

    def test_same_content_joined_with_others(self):
        (first, second), known = self.receive(
            self.statement(**self.following()), self.statement(self.entry("D", self.line))
        )
        self.assertEqual((second, known), (self.record, self.record))
        self.run_jobs()
        self.assertEqual((first.state, self.outcomes(self.record)), ("done", ["matched"]))

    def test_same_content_twice_in_a_file(self):
        statements, known = self.receive(
            self.statement(self.entry("D", self.line)),
            self.statement(**self.following()),
            self.statement(**self.following()),
        )
        self.assertEqual((statements[0], known), (self.record, self.record))
        self.assertEqual(statements.mapped("statement_number"), ["1", "2"])

    def test_format_that_can_not_tell_the_same_content(self):
        statement = self.statement(statement_number="", statement_date=None)
        with patch.object(statement_common, "digest_of", lambda one: ""):
            first, _known = self.receive(statement, replace(statement))
            self.assertEqual(len(first), 2)
            content = str(len(self.format_script.files) - 1).encode()
            self.assertEqual(self.again(content), (first, first))

    def test_same_number_of_another_account_is_another_statement(self):
        self.make_program("PENSION")
        other, known = self.receive(self.statement(account_number="PENSION-ACCOUNT"))
        self.assertFalse(known)
        self.assertEqual(other.state, "pending")

    def test_statement_of_a_bank_without_numbers_are_told_apart_by_their_content(self):
        for number in ("", "0", "00000"):
            with self.subTest(number):
                first, _known = self.receive(
                    self.statement(self.entry("D", "X"), statement_number=number)
                )
                second, known = self.receive(
                    self.statement(self.entry("D", "Y"), statement_number=number)
                )
                self.assertFalse(known)
                self.assertNotEqual(first, second)
                self.assertEqual((first.state, second.state), ("pending", "pending"))

    def test_same_file_in_another_company_is_another_statement(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.env.user.company_ids |= company
        statements, known = (
            self.env["g2p.bridge.statement"]
            .with_company(company)
            .with_context(allowed_company_ids=company.ids)
            ._receive(self.format, b"0", "again.sta")
        )
        self.assertFalse(known)
        self.assertEqual(statements.company_id, company)

    def test_processing_it_again_changes_nothing(self):
        """But that somebody looks once more: a worker may have died before it let others know."""
        self.run_jobs()
        before = self.snapshot()
        self.record._job_step()
        self.run_jobs()
        after = self.snapshot()
        del before["queue_job"], after["queue_job"]
        self.assertEqual(after, before)


class TestOrder(StatementCase):
    """Statements of one account are processed in their order, whenever they come."""

    def setUp(self):
        super().setUp()
        self.line = self.shipped()[0]

    def test_later_number_that_came_first_waits(self):
        second, _known = self.receive(
            self.statement(self.entry("RD", self.line), **self.following())
        )
        first, _known = self.receive(self.statement(self.entry("D", self.line)))
        self.run_jobs()
        self.assertEqual(self.outcomes(first), ["matched"])
        self.assertEqual(self.outcomes(second), ["matched"])
        self.assertEqual(self.line.state, "reversed")

    def test_numbers_are_compared_as_numbers(self):
        second, _known = self.receive(
            self.statement(self.entry("RD", self.line), **self.following(number=10))
        )
        first, _known = self.receive(
            self.statement(self.entry("D", self.line), **self.following(number=9))
        )
        self.run_jobs()
        self.assertEqual(self.outcomes(first) + self.outcomes(second), ["matched", "matched"])

    def test_pages_of_one_number(self):
        second, _known = self.receive(
            self.statement(self.entry("RD", self.line), sequence_number="00002")
        )
        first, _known = self.receive(
            self.statement(self.entry("D", self.line), sequence_number="00001")
        )
        self.run_jobs()
        self.assertEqual(self.outcomes(first) + self.outcomes(second), ["matched", "matched"])

    def test_without_numbers_in_the_order_in_which_they_came(self):
        first, second = self.receive(
            self.statement(self.entry("D", self.line), statement_number=""),
            self.statement(self.entry("RD", self.line), statement_number=""),
        )[0]
        second._job_step()
        self.env.invalidate_all()
        self.assertEqual(second.state, "pending")
        self.run_jobs()
        self.assertEqual(self.outcomes(first) + self.outcomes(second), ["matched", "matched"])

    def test_another_account_does_not_wait(self):
        self.make_program("PENSION")
        self.receive(self.statement())
        other, _known = self.receive(
            self.statement(account_number="PENSION-ACCOUNT", **self.following())
        )
        other._job_step()
        self.env.invalidate_all()
        self.assertEqual(other.state, "done")

    def test_one_that_failed_for_good_holds_up_nobody(self):
        def broken():
            raise StatementFormatError("Line 7 can't be read.")
            yield  # pylint: disable=unreachable

        first, _known = self.receive(self.statement(entries=broken()))
        second, _known = self.receive(
            self.statement(self.entry("D", self.line), **self.following())
        )
        self.run_jobs()
        self.assertEqual((first.state, second.state), ("failed", "done"))


class TestWhoseStatement(StatementCase):
    """Which company and bank a statement belongs to, and what becomes of a stranger's."""

    def test_unknown_account_is_a_final_failure_that_somebody_sees(self):
        record = self.process(account_number="STRANGER")
        self.assertEqual(
            (record.state, record.latest_error_code), ("failed", "INVALID_ACCOUNT_NUMBER")
        )
        self.assertTrue(record.activity_ids)
        self.assertNotIn("STRANGER", record.activity_ids.summary)
        self.assertFalse(record.entry_ids)

    def test_try_again_once_the_account_is_known(self):
        record = self.process(account_number="STRANGER")
        self.make_program("PENSION", sponsor_bank_account_number="STRANGER")
        record.sudo().action_try_again()
        self.run_jobs()
        self.assertEqual(record.state, "done")

    def test_bank_proves_nothing_of_another_bank_s_account(self):
        line = self.shipped()[0]
        other = self.env["g2p.bridge.sponsor.bank"].create({"name": "Other", "code": "OTHER"})
        record, _known = self.receive(self.statement(self.entry("D", line)), sponsor_bank=other)
        self.run_jobs()
        self.assertEqual(record.latest_error_code, "INVALID_ACCOUNT_NUMBER")
        self.assertEqual(line.state, "shipped")

    def test_statement_of_an_archived_program(self):
        line = self.shipped()[0]
        self.program.active = False
        self.assertEqual(self.outcomes(self.process(self.entry("D", line))), ["matched"])

    def test_account_of_another_of_the_user_s_companies(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.env.user.company_ids |= company
        bank = self.env["g2p.bridge.sponsor.bank"].create(
            {"name": "Other", "code": "OTHER", "company_id": company.id}
        )
        self.make_program("PENSION", company_id=company.id, sponsor_bank_id=bank.id)
        model = self.env["g2p.bridge.statement"].with_context(
            allowed_company_ids=(self.env.company + company).ids
        )
        self.format_script.files.append([self.statement(account_number="PENSION-ACCOUNT")])
        record, _known = model._receive(self.format, b"0", "test.sta")
        self.assertEqual((record.company_id, record.sponsor_bank_id), (company, bank))


class TestUpload(StatementCase):
    """upload_mt940: what is taken, and what is refused before anything is kept."""

    def upload(self, content):
        return self.service.upload_mt940(content, "test.sta")

    def test_statements_in_the_order_of_the_file(self):
        self.format_script.files.append(
            [self.statement(**self.following()), self.statement(statement_number="1")]
        )
        statements = self.upload(b"0")
        self.assertEqual(statements.mapped("statement_number"), ["2", "1"])
        self.assertEqual(len(set(statements.mapped("statement_id"))), 2)
        self.assertEqual(self.upload(b"0"), statements)

    def test_refused_files(self):
        for content in (b"", None, "text", 5, b"no statement"):
            with self.subTest(content=content):
                self.assertRefused("STATEMENT_UPLOAD_ERROR", self.upload, content)

    def test_too_large(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.max_statement_megabytes", "1")
        refusal = self.assertRefused("STATEMENT_UPLOAD_ERROR", self.upload, b"0" * (2**20 + 1))
        self.assertIn("1 MB", str(refusal))

    def test_line_that_can_not_be_read_keeps_nothing_of_its_statement(self):
        line = self.shipped()[0]
        entry = self.entry("D", line, sequence=1)

        def entries():
            yield entry
            raise StatementFormatError("Line 7 can't be read.")

        record, _known = self.receive(self.statement(entries=entries()))
        self.run_jobs()
        self.assertEqual((record.state, record.latest_error_code), ("failed", "INVALID_FORMAT"))
        self.assertIn("Line 7", record.latest_error_message)
        self.assertFalse(record.entry_ids)
        self.assertEqual(line.state, "shipped")

    def test_unexpected_error_is_tried_again_and_keeps_nothing(self):
        line = self.shipped()[0]
        entry = self.entry("D", line, sequence=1)

        def entries():
            yield entry
            raise ZeroDivisionError

        record, _known = self.receive(self.statement(entries=entries()))
        with mute_logger("odoo.addons.g2p_bridge.models.step.step_mixin"):
            self.run_jobs()
        self.assertEqual((record.state, record.attempts), ("pending", 1))
        self.assertFalse(record.entry_ids)
        self.assertEqual(line.state, "shipped")
