# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Statements as real banks number them and write their accounts, from upload to proof.

``cases`` holds one file each, with marks in the place of IDs, account and currency.
"""

from pathlib import Path

from odoo.tests import tagged

from odoo.addons.g2p_bridge.tests.common import BridgeCase

CASES = Path(__file__).parent / "cases"


@tagged("-at_install", "post_install")
class TestStatementCases(BridgeCase):
    """Payments of 10.00 and 20.00 that were shipped, and one of 15.00 from another account."""

    def setUp(self):
        super().setUp()
        envelope = self.filled_envelope("10.00", "20.00")
        self.run_jobs()
        self.first, self.second = envelope.disbursement_ids.sorted("disbursement_amount")
        self.make_program("PENSION")
        other = self.filled_envelope("15.00", benefit_program_mnemonic="PENSION")
        self.run_jobs()
        self.other = other.disbursement_ids

    def content(self, *names):
        """Cases, joined, with the marks replaced."""
        content = b"".join((CASES / f"{name}.sta").read_bytes() for name in names)
        for mark, value in (
            ("A", self.first.disbursement_id),
            ("B", self.second.disbursement_id),
            ("O", self.other.disbursement_id),
            ("ACCOUNT", "CASH-ACCOUNT"),
            ("ACCOUNT2", "PENSION-ACCOUNT"),
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

    def test_number_that_is_always_one(self):
        self.assertProcessed(self.upload("number-always-1-day1"))
        second = self.upload("number-always-1-day2")
        self.assertProcessed(second)
        self.assertFalse(second.has_warnings, second.warnings)
        self.assertStates("reversed", "reconciled")

    def test_numbers_that_begin_again_each_month(self):
        self.assertProcessed(self.upload("number-monthly-1"))
        december = self.upload("number-monthly-2")
        self.assertProcessed(december)
        self.assertFalse(december.has_warnings, december.warnings)
        self.assertStates("reconciled", "shipped")

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

    def test_same_content_in_other_bytes(self):
        """Another file, other line ends, joined with others: the same statement."""
        first = self.upload("number-always-1-day1")
        content = self.content("number-always-1-day1")
        self.assertEqual(self.hand_in(content.replace(b"\n", b"\r\n")), first)
        joined = self.upload("number-always-1-day1", "number-always-1-day2")
        self.assertEqual(joined[0], first)
        self.assertProcessed(joined, 2)
        self.assertStates("reversed", "reconciled")

    def outcomes(self, record):
        entries = record.entry_ids.sorted("entry_sequence")
        return [entry.error_reason or entry.outcome for entry in entries]

    def test_a_return_that_stands_above_its_debit(self):
        record = self.upload("return-above-its-debit")
        self.assertEqual(self.outcomes(record), ["matched"] * 3)
        self.assertStates("reversed", "reconciled")

    def test_a_returned_transfer_is_a_new_credit(self):
        self.assertProcessed(self.upload("return-as-credit-1"))
        self.assertStates("reconciled", "reconciled")
        record = self.upload("return-as-credit-2")
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(record.entry_ids.transaction_type, "NRTI")
        self.assertStates("reversed", "reconciled")

    def test_statements_in_frames_of_old_systems(self):
        self.assertProcessed(self.upload("dos-pcc-frame"), 2)
        self.assertStates("reconciled", "reconciled")

    def test_narrative_in_another_field(self):
        record = self.upload("ns-after-61")
        self.assertEqual(self.outcomes(record), ["matched", "matched"])
        first = record.entry_ids.sorted("entry_sequence")[0]
        self.assertIn("PERSON, A", first.narratives)

    def test_field_86_before_each_line(self):
        record = self.upload("86-on-every-line")
        self.assertEqual(self.outcomes(record), ["matched", "matched"])
        self.assertStates("reversed", "shipped")
        self.assertEqual(self.first.reason_code, "ACCOUNT_CLOSED")

    def test_statements_that_were_joined(self):
        """Two statements of two accounts, never one; joined otherwise they are the same two."""
        statements = self.upload("joined-with-bom")
        self.assertProcessed(statements, 2)
        self.assertEqual(len(set(statements.mapped("account_number"))), 2)
        self.assertStates("reconciled", "shipped")
        self.assertEqual(self.other.state, "reconciled")
        self.assertEqual(self.upload("joined-header-indented"), statements)

    def test_an_id_in_the_supplementary_details(self):
        """A person is shown it; a connector that looks there proves the payment by itself."""
        content = self.content("id-in-supplementary-details")
        record = self.hand_in(content)
        self.assertEqual(self.outcomes(record), ["ID_IN_TEXT"])
        ((suggested, _why, refusal),) = record.entry_ids.sudo()._suggest()
        self.assertEqual((suggested, refusal), (self.first, None))
        self.patch(
            type(self.bank_script),
            "retrieve_disbursement_id",
            lambda bank, entry: entry.supplementary_details.strip(),
        )
        second = self.content("id-in-supplementary-details").replace(b":28C:1/1", b":28C:2/1")
        second = second.replace(self.first.disbursement_id.encode(), self.second_id())
        second = second.replace(b"D10,00", b"D20,00").replace(b"USD990,00", b"USD980,00")
        record = self.hand_in(second)
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertStates("shipped", "reconciled")

    def second_id(self):
        return self.second.disbursement_id.encode()
