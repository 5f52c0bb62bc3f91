# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

import mt940
from odoo.tests import tagged

from odoo.addons.queue_job.job import Job

from ..models import statement_file
from .common import BankCase


@tagged("post_install", "-at_install")
class TestStatement(BankCase):
    """Every entry on exactly one statement; balances follow each other."""

    def make(self):
        """:return: a finished statement of the account"""
        statement = self.env["g2p.bridge.example.bank.statement"]._request(self.account)
        statement._job_make()
        return statement

    def read(self, statement):
        """:return: the statement's file as the parser sees it"""
        return mt940.parse(statement.attachment_id.raw.decode())

    def test_the_file_tells_what_the_log_tells(self):
        self.account.reversal_rate = 50
        self.book(20)
        statement = self.make()
        entries = list(self.read(statement))
        self.assertEqual(len(entries), len(self.log()))
        for entry, logged in zip(entries, self.log(), strict=True):
            self.assertEqual(entry.data["status"], logged.mark)
            self.assertEqual(entry.data["customer_reference"], logged.customer_reference)
            self.assertEqual(entry.data["bank_reference"], logged.bank_reference)
            self.assertEqual(float(abs(entry.data["amount"].amount)), logged.amount)

    def test_returns_as_credits_and_batches_as_one(self):
        self.account.write({"reversal_rate": 50, "returns_as": "C", "has_whole_batches": True})
        batch = self.book(20)
        self.env["g2p.bridge.example.bank.deposit"].create(
            {"account_id": self.account.id, "amount": 5}
        ).action_deposit()
        statement = self.make()
        debit, *returns, deposit = [entry.data for entry in self.read(statement)]
        self.assertEqual(
            (debit["status"], float(debit["amount"].amount), debit["customer_reference"]),
            ("D", -200, "NONREF"),
        )
        self.assertEqual(
            debit["transaction_details"].split("\n"), [f"/PREF/{batch.reference}", "/NRTX/20"]
        )
        self.assertEqual(len(returns), batch.reversed_count)
        back = batch.payment_ids.filtered("reversal_reason").sorted("id")
        self.assertEqual(
            [entry["customer_reference"] for entry in returns],
            back.mapped("payment_reference_number"),
        )
        for entry in returns:
            self.assertEqual((entry["status"], entry["id"]), ("C", "NRTI"))
            self.assertEqual(entry["transaction_details"].split("\n")[0], "RETOURE")
        self.assertEqual((deposit["status"], deposit["id"]), ("C", "NTRF"))
        self.env.invalidate_all()
        self.assertEqual(statement.closing_balance, self.account.book_balance)
        self.assertEqual(statement.closing_balance, 1000 - 200 + 10 * len(returns) + 5)

    def test_balances_agree_with_the_account(self):
        self.book(20)
        self.block(30)
        data = self.read(self.make()).data
        self.env.invalidate_all()
        self.assertEqual(float(data["final_opening_balance"].amount.amount), 1000)
        self.assertEqual(
            float(data["final_closing_balance"].amount.amount), self.account.book_balance
        )
        self.assertEqual(
            float(data["available_balance"].amount.amount), self.account.available_balance
        )

    def test_each_statement_begins_where_the_last_one_ended(self):
        self.book(3, "batch-1")
        first = self.make()
        self.env["g2p.bridge.example.bank.deposit"].create(
            {"account_id": self.account.id, "amount": 5}
        ).action_deposit()
        second = self.make()
        third = self.make()
        self.assertEqual((first + second + third).mapped("number"), [1, 2, 3])
        self.assertEqual(second.opening_balance, first.closing_balance)
        self.assertEqual(second.closing_balance, second.opening_balance + 5)
        self.assertEqual((third.line_count, third.closing_balance), (0, second.closing_balance))
        self.assertFalse(list(self.read(third)))
        self.assertEqual(self.account.statement_counter, 3)

    def test_no_entry_is_on_two_statements_or_none(self):
        self.book(5)
        statements = self.make() + self.make()
        self.assertEqual(sum(statements.mapped("line_count")), len(self.log()))
        self.assertFalse(self.log(statement_id=False))

    def test_a_statement_made_again_is_the_same(self):
        self.book(5)
        statement = self.make()
        before = (statement.attachment_id, statement.line_count)
        statement._job_make()
        self.assertEqual((statement.attachment_id, statement.line_count), before)

    def test_what_has_no_room_goes_on_the_next_one(self):
        self.account.write({"statement_max_lines": 4, "reversal_rate": 0})
        self.book(10)
        self.make()
        while waiting := self.account.statement_ids.filtered(lambda s: s.state == "requested"):
            waiting._job_make()
        statements = self.account.statement_ids.sorted("number")
        self.assertEqual(statements.mapped("line_count"), [4, 4, 2])
        for before, after in zip(statements, statements[1:], strict=False):
            self.assertEqual(after.opening_balance, before.closing_balance)
        self.assertEqual(statements[-1].closing_balance, 900)

    def test_accounts_do_not_mix(self):
        self.make_account("PROG2")
        self.book(3)
        other = self.env["g2p.bridge.example.bank.account"].search(
            [("account_number", "=", "PROG2")]
        )
        statement = self.env["g2p.bridge.example.bank.statement"]._request(other)
        statement._job_make()
        self.assertEqual((statement.number, statement.line_count), (1, 0))

    def test_a_debit_balance_is_reported_as_such(self):
        self.account.opening_balance = -5
        text = self.make().attachment_id.raw.decode()
        self.assertRegex(text, r":60F:D\d{6}USD5,00")
        self.assertRegex(text, r":62F:D\d{6}USD5,00")

    def test_many_entries_come_through_in_order(self):
        self.account.reversal_rate = 0
        self.book(25)
        with patch.object(statement_file, "CHUNK", 10):
            statement = self.make()
        text = statement.attachment_id.raw.decode()
        references = [line.split("NTRF")[1][:15] for line in text.split("\r\n") if ":61:" in line]
        self.assertEqual(references, [f"D{n:014d}" for n in range(25)])

    def test_the_file_is_not_kept_a_second_time_for_searching(self):
        self.assertFalse(self.make().attachment_id.index_content)

    def test_a_forgotten_statement_is_found_by_the_heartbeat(self):
        statement = self.env["g2p.bridge.example.bank.statement"]._request(self.account)
        jobs = self.env["queue.job"].search([("model_name", "=", statement._name)])
        jobs.unlink()
        statement._cron_heartbeat()
        statement._cron_heartbeat()
        job = self.env["queue.job"].search([("model_name", "=", statement._name)])
        self.assertEqual(job.records, statement)

    def test_the_button_asks_for_a_statement(self):
        self.account.action_generate_statement()
        self.assertEqual(self.account.statement_ids.state, "requested")

    def test_a_statement_by_itself_when_everything_is_booked(self):
        self.account.statement_when_booked = True
        self.book(2, "batch-1")
        (job,) = self.env["queue.job"].search([("method_name", "=", "_job_statement_when_booked")])
        Job.load(self.env, job.uuid).perform()
        statement = self.account.statement_ids
        self.assertEqual(statement.state, "requested")
        statement._job_make()
        self.assertEqual(statement.line_count, len(self.log()))
        self.account._job_statement_when_booked()
        self.assertEqual(self.account.statement_ids, statement, "there was nothing new to tell")

    def test_what_is_booked_while_a_statement_is_made_is_told_by_another(self):
        self.account.statement_when_booked = True
        self.book(2, "batch-1")
        self.account._job_statement_when_booked()
        jobs = [("method_name", "=", "_job_statement_when_booked")]
        self.env["queue.job"].search(jobs).unlink()
        self.account.statement_ids._job_make()
        (job,) = self.env["queue.job"].search(jobs)
        # Booked before, by a transaction that the statement's own did not see.
        self.pay([self.payment(9, self.block(10))], "batch-2")._job_book()
        Job.load(self.env, job.uuid).perform()
        self.assertCountEqual(self.account.statement_ids.mapped("state"), ["made", "requested"])

    def test_no_statement_by_itself_while_more_is_to_be_booked(self):
        self.account.statement_when_booked = True
        self.book(2, "batch-1")
        reference = self.block(10)
        self.pay([self.payment(9, reference)], "batch-2")
        self.account._job_statement_when_booked()
        self.assertFalse(self.account.statement_ids)
