# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tests import tagged

from .test_statement_delivery import ReceivingCase


@tagged("post_install", "-at_install")
class TestFaultStatements(ReceivingCase):
    """Statements go astray exactly as they were told, and no entry is lost for good."""

    def setUp(self):
        super().setUp()
        self.receiver.answers = [(200, {"status": "success"})] * 5

    def make(self, number):
        """:return: a new statement of one further payment"""
        reference = self.block(10, f"block-{number}")
        self.pay([self.payment(number, reference)], f"batch-{number}")._job_book()
        statement = self.env["g2p.bridge.example.bank.statement"]._request(self.account)
        statement._job_make()
        return statement

    def numbers(self):
        """:return: list of (account, number) of the files that arrived, in this order"""
        files = [part.get_content() for _token, part in self.receiver.received]
        texts = [text if isinstance(text, str) else text.decode() for text in files]
        return [
            tuple(
                next(line[len(tag) :] for line in text.splitlines() if line.startswith(tag))
                for tag in (":25:", ":28C:")
            )
            for text in texts
        ]

    def test_a_lost_statement_comes_later(self):
        self.account.set_fault("statement_late", seconds=60)
        statement = self.make(50)
        statement._job_deliver()
        self.assertEqual(self.numbers(), [])
        self.assertEqual(statement.delivery_state, "pending")
        statement.next_attempt_at = fields.Datetime.subtract(fields.Datetime.now(), seconds=1)
        statement._job_deliver()
        self.assertEqual(self.numbers(), [("PROG1", "1/1")])
        self.assertEqual(statement.delivery_state, "delivered")

    def test_a_statement_comes_twice(self):
        self.account.set_fault("statement_twice")
        self.make(50)._job_deliver()
        self.assertEqual(self.numbers(), [("PROG1", "1/1")] * 2)

    def test_the_next_statement_comes_first(self):
        self.account.set_fault("statement_out_of_order")
        first = self.make(50)
        first._job_deliver()
        self.assertEqual((first.delivery_state, self.numbers()), ("held", []))
        self.make(51)._job_deliver()
        self.assertEqual(first.delivery_state, "pending")
        first._job_deliver()
        self.assertEqual(self.numbers(), [("PROG1", "2/1"), ("PROG1", "1/1")])

    def test_a_statement_is_left_out_until_somebody_sends_it(self):
        self.account.set_fault("statement_gap")
        first = self.make(50)
        self.env["g2p.bridge.example.bank.statement"]._cron_heartbeat()
        self.make(51)._job_deliver()
        self.assertEqual(first.delivery_state, "held")
        first.action_deliver_again()
        first._job_deliver()
        self.assertEqual(self.numbers(), [("PROG1", "2/1"), ("PROG1", "1/1")])

    def test_another_account_stands_on_it_and_then_the_right_one(self):
        self.account.set_fault("statement_other_account")
        statement = self.make(50)
        statement._job_deliver()
        self.assertEqual(self.numbers(), [("OTHER-ACCOUNT", "1/1"), ("PROG1", "1/1")])
        self.assertEqual(statement.delivery_state, "delivered")

    def test_a_client_that_refuses_gets_the_right_one_from_then_on(self):
        self.receiver.answers[:2] = [(500, b""), (500, b"")]
        self.account.set_fault("statement_other_account")
        statement = self.make(50)
        statement._job_deliver()
        self.assertEqual(statement.delivery_state, "failed")
        statement._job_deliver()
        self.assertEqual(self.numbers()[2:], [("PROG1", "1/1")])
