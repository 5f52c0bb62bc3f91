"""Statements as real banks number them and write their accounts, from upload to proof.

``cases`` holds one file each, with marks in the place of IDs, account and currency.
"""

from pathlib import Path

from odoo.tests import tagged

from odoo.addons.g2p_bridge.tests.common import BridgeCase

from .common import needs_identity

CASES = Path(__file__).parent / "cases"


@tagged("-at_install", "post_install")
class TestStatementCases(BridgeCase):
    """Payments of 10.00 and 20.00 that were shipped."""

    def setUp(self):
        super().setUp()
        envelope = self.filled_envelope("10.00", "20.00")
        self.run_jobs()
        self.first, self.second = envelope.disbursement_ids.sorted("disbursement_amount")

    def content(self, *names):
        """Cases, joined, with the marks replaced."""
        content = b"".join((CASES / f"{name}.sta").read_bytes() for name in names)
        for mark, value in (
            ("A", self.first.disbursement_id),
            ("B", self.second.disbursement_id),
            ("ACCOUNT", "CASH-ACCOUNT"),
            ("CUR", "USD"),
        ):
            content = content.replace(f"@{mark}@".encode(), value.encode())
        return content

    def upload(self, *names):
        """Hand cases in, as one file, and run the jobs."""
        return self.hand_in(self.content(*names))

    def hand_in(self, content):
        """:return: the statements of a file, in its order"""
        statements = self.service.upload_mt940(content, "bank.sta")
        self.run_jobs()
        return statements

    def assertProcessed(self, records, count=1):
        self.assertEqual(records.mapped("state"), ["done"] * count)

    def assertStates(self, *states):
        self.assertEqual([self.first.state, self.second.state], list(states))

    def test_number_zero_twice_in_one_file(self):
        self.assertProcessed(self.upload("number-zero-one-file"), 2)
        self.assertStates("reconciled", "reconciled")

    def test_number_zero_on_two_days(self):
        self.assertProcessed(self.upload("number-zero-day1"))
        self.assertProcessed(self.upload("number-zero-day2"))
        self.assertStates("reconciled", "reconciled")

    @needs_identity
    def test_number_that_is_always_one(self):
        self.assertProcessed(self.upload("number-always-1-day1"))
        second = self.upload("number-always-1-day2")
        self.assertProcessed(second)
        self.assertFalse(second.has_warnings, second.warnings)
        self.assertStates("reversed", "reconciled")

    @needs_identity
    def test_numbers_that_begin_again_each_month(self):
        self.assertProcessed(self.upload("number-monthly-1"))
        december = self.upload("number-monthly-2")
        self.assertProcessed(december)
        self.assertFalse(december.has_warnings, december.warnings)
        self.assertStates("reconciled", "shipped")

    @needs_identity
    def test_corrected_statement(self):
        first = self.upload("corrected-1")
        self.assertProcessed(first)
        second = self.upload("corrected-2")
        self.assertEqual((second.state, second.latest_error_code), ("failed", "CORRECTION"))
        self.assertEqual(second.correction_of_id, first)
        self.assertTrue(second.activity_ids)
        self.assertStates("reconciled", "shipped")

    def test_currency_behind_the_account(self):
        record = self.upload("account-with-currency")
        self.assertProcessed(record)
        self.assertEqual(record.account_as_written, "CASH-ACCOUNTUSD")
        self.assertStates("reconciled", "shipped")

    def test_two_currencies_with_numbers_of_their_own(self):
        for name in ("two-currencies-own-numbers-1", "two-currencies-own-numbers-2"):
            record = self.upload(name)
            self.assertProcessed(record)
            self.assertFalse(record.has_warnings, record.warnings)

    def test_forty_statements_in_one_file(self):
        records = self.upload("forty-statements-one-file")
        self.assertProcessed(records, 40)
        jobs = self.env["queue.job"].search([("model_name", "=", records._name)])
        self.assertEqual(len(jobs), 40)
        self.assertEqual(len(records.file_id), 1)

    @needs_identity
    def test_same_content_in_other_bytes(self):
        """Another file, other line ends, joined with others: the same statement."""
        first = self.upload("number-always-1-day1")
        content = self.content("number-always-1-day1")
        self.assertEqual(self.hand_in(content.replace(b"\n", b"\r\n")), first)
        joined = self.upload("number-always-1-day1", "number-always-1-day2")
        self.assertEqual(joined[0], first)
        self.assertProcessed(joined, 2)
        self.assertStates("reversed", "reconciled")
