# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.g2p_bridge_bank_connector.lib.entry import Entry
from odoo.addons.g2p_bridge_bank_connector.lib.values import BatchState
from odoo.addons.g2p_bridge_bank_connector.tests.contract import ConnectorContractMixin
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from ..models.bookkeeping import REVERSAL_REASONS
from .common import ROOT, BankHttpCase


@tagged("post_install", "-at_install")
class TestConnector(ConnectorContractMixin, BankHttpCase):
    """The contract, and what is particular to this connector, over real HTTP."""

    currency = "USD"
    other_currency = "EUR"
    account_number = "PROG1"
    funded_amount = Decimal(1000)
    rejects_single_payments = True
    reaching_the_bank = BankHttpCase.reaching_the_bank

    def setUp(self):
        super().setUp()
        self.bank = self.env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Example Bank",
                "code": "EXAMPLE",
                "connector": "example_bank",
                "environment": "test",
                "base_url": self.base_url() + ROOT,
            }
        )

    def times_taken(self, payment):
        return self.env["g2p.bridge.example.bank.payment"].search_count(
            [
                ("payment_reference_number", "=", payment.disbursement_id),
                ("status", "!=", "rejected"),
            ]
        )

    def losing_the_answer(self, operation):
        return self.fault("accept_then_cut", operation)

    def rejecting_single_payments(self):
        return self.fault("reject_payments", share=40)

    @contextmanager
    def fault(self, kind, operation="any", **values):
        self.account.set_fault(kind, operation, **values)
        yield

    def statement_line(self, payment, reason=""):
        self.account.reversal_rate = 100 if reason else 0
        self.account.seed = self.seed_for(payment.disbursement_id, reason)
        self.call("initiate_payment", "batch-1", [payment])
        self.env["g2p.bridge.example.bank.payment.batch"].search([], limit=1)._job_book()
        statement = self.env["g2p.bridge.example.bank.statement"]._request(self.account)
        statement._job_make()
        found = re.search(
            rf":61:\d{{10}}{'RD' if reason else 'D'}[\d,]+NTRF([^/\r]+)//(\S+)\r\n"
            r":86:(.*?)\r\n:6",
            statement.attachment_id.raw.decode(),
            re.DOTALL,
        )
        return Entry(
            1,
            date.today(),
            date.today(),
            "RD" if reason else "D",
            payment.payment_amount,
            customer_reference=found[1],
            bank_reference=found[2],
            narratives=found[3].split("\r\n"),
        )

    def seed_for(self, reference, reason):
        """:return: a seed with which the bank gives this reason to the reference"""
        if not reason:
            return 1
        for seed in range(1, 200):
            self.env.cr.execute(
                "SELECT (hashtextextended(%s, %s) & 9223372036854775807) %% 4",
                [reference, seed + 1],
            )
            if REVERSAL_REASONS[self.env.cr.fetchone()[0]] == reason:
                return seed
        raise AssertionError(f"no seed gives {reason}")

    def test_insufficient_funds_have_one_code(self):
        check = self.call("check_funds", "PROG1", "USD", Decimal(1001))
        self.assertEqual(check.error_code, "INSUFFICIENT_FUNDS")
        caught = self.assert_rejected("block_funds", "PROG1", "USD", Decimal(1001), "block-1")
        self.assertEqual(caught.code, "INSUFFICIENT_FUNDS")

    def test_an_unknown_account_has_its_code_everywhere(self):
        for operation, more in (("check_funds", ()), ("block_funds", ("block-1",))):
            with self.subTest(operation):
                caught = self.assert_rejected(operation, "NOPE", "USD", Decimal(1), *more)
                self.assertEqual(caught.code, "ACCOUNT_NOT_FOUND")

    def test_any_other_refusal_keeps_the_banks_words(self):
        caught = self.assert_rejected("check_funds", "PROG1", "USD", Decimal(-1))
        self.assertEqual(caught.code, "REJECTED_BY_BANK")
        self.assertIn("above zero", caught.message)

    def test_the_whole_payment_arrives(self):
        payment = self.make_payment(
            1,
            self.block(),
            payment_amount=Decimal("10.25"),
            beneficiary_name="Łucja Œuvrard-O'Neill",
            beneficiary_account_type="MOBILE_WALLET",
            beneficiary_mobile_wallet_provider="MWEX",
            beneficiary_phone_no="+15550100002",
            beneficiary_account="",
        )
        self.call("initiate_payment", "batch-1", [payment])
        stored = self.env["g2p.bridge.example.bank.payment"].search([], limit=1)
        self.assertEqual(stored.payment_reference_number, payment.disbursement_id)
        self.assertEqual(stored.payment_amount, 10.25)
        self.assertEqual(stored.beneficiary_name, "Łucja Œuvrard-O'Neill")
        self.assertEqual(stored.beneficiary_phone_no, "+15550100002")
        self.assertEqual(
            (stored.narrative_1, stored.narrative_2, stored.narrative_3, stored.narrative_4),
            ("Cash transfer", "PROGRAM", "CYCLE-1", "ID-1"),
        )
        self.assertEqual(stored.payment_date, payment.payment_date)

    def test_a_late_answer_is_unknown(self):
        self.bank.read_timeout = 1
        self.account.set_fault("accept_then_timeout", "initiate_payment", seconds=3)
        payment = self.make_payment(1, self.block())
        caught = self.assert_fails(OutcomeUnknown, "initiate_payment", "batch-1", [payment])
        self.assertEqual(caught.code, "TIMEOUT")
        self.bank.read_timeout = 60
        status = self.call("get_payment_status", "batch-1")
        self.assertIs(status.state, BatchState.ACCEPTED)
        self.assertEqual(self.times_taken(payment), 1)

    def test_error_500_after_acceptance_is_unknown(self):
        self.account.set_fault("accept_then_500", "initiate_payment")
        payment = self.make_payment(1, self.block())
        caught = self.assert_fails(OutcomeUnknown, "initiate_payment", "batch-1", [payment])
        self.assertEqual(caught.code, "HTTP_500")
        self.assertEqual(self.times_taken(payment), 1)

    def test_a_connection_closed_without_answer_is_unknown_and_took_nothing(self):
        block = self.block()
        payment = self.make_payment(1, block)
        self.account.set_fault("close", "initiate_payment")
        caught = self.assert_fails(OutcomeUnknown, "initiate_payment", "batch-1", [payment])
        self.assertEqual(caught.code, "NO_ANSWER")
        status = self.call("get_payment_status", "batch-1")
        self.assertIs(status.state, BatchState.NEVER_RECEIVED)

    def test_the_status_of_a_refused_batch_says_why(self):
        self.assert_rejected("initiate_payment", "batch-1", [self.make_payment(1, "no-block")])
        status = self.call("get_payment_status", "batch-1")
        self.assertEqual(status.error_code, "REJECTED_BY_BANK")
        self.assertIn("block", status.error_message)

    def test_a_wrong_token_is_rejected(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_example_bank.api_token", "s3cret")
        self.bank.credential = "wrong"
        for operation, args in (
            ("test_connection", ()),
            ("check_funds", ("PROG1", "USD", Decimal(1))),
        ):
            with self.subTest(operation):
                self.assert_rejected(operation, *args)
        self.bank.credential = "s3cret"
        self.assertTrue(self.call("check_funds", "PROG1", "USD", Decimal(1)).available)

    def test_an_answer_of_another_shape_proves_nothing(self):
        connector = self.bank._get_connector()
        for body in ("ping", [], {}, {"status": "maybe"}, {"detail": "Not Found"}):
            with self.subTest(body), self.assertRaises(OutcomeUnknown):
                connector._http_rejection(body)
