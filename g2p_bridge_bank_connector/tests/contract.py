# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The contract of a bank connector, as tests that every connector must pass.

A connector's addon mixes :class:`ConnectorContractMixin` into one test class, tells it in
the hooks how to reach its bank (or a stand-in for it), and inherits every test.
"""

import socket
from contextlib import contextmanager, nullcontext
from datetime import date
from decimal import Decimal
from unittest.mock import patch

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected, Unavailable

from ..lib.entry import Entry
from ..lib.values import (
    Acknowledgement,
    BatchState,
    Capabilities,
    FundsBlock,
    FundsCheck,
    Payment,
    PaymentStatus,
)


class ConnectorContractMixin:
    """What the bridge relies on, whatever the bank.

    ``setUp`` of the test class provides, freshly for each test:

    * ``self.bank`` – sponsor bank record with its connector and address
    * ``self.account_number``, ``self.currency`` – an account and its ISO currency code
    * ``self.other_currency`` – a code that is not the account's
    * ``self.funded_amount`` – Decimal that is available on it, at least 1000

    and implements :meth:`times_taken`, :meth:`statement_line`, :meth:`losing_the_answer`
    and, if ``rejects_single_payments``, :meth:`rejecting_single_payments`.
    """

    other_currency = "XTS"
    #: Whether the bank ever takes a batch without each of its payments.
    rejects_single_payments = False

    # Hooks

    def reaching_the_bank(self):
        """:return: context manager around each call of the connector"""
        return nullcontext()

    def times_taken(self, payment):
        """:return: how many times the bank holds this payment, asked at the bank itself"""
        raise NotImplementedError

    def statement_line(self, payment, reason=""):
        """Let the bank book ``payment`` and show it on a statement.

        :param reason: why it came back; "" for the debit itself
        :return: :class:`Entry`, as the statement format of the bank hands it over
        """
        raise NotImplementedError

    def losing_the_answer(self, operation):
        """:return: context manager in which the bank does what it is asked, and the
        answer to ``operation`` does not arrive"""
        raise NotImplementedError

    def rejecting_single_payments(self):
        """:return: context manager in which the bank takes a batch, but not each payment of
        it"""
        raise NotImplementedError

    @contextmanager
    def bank_down(self):
        """The bank cannot be reached: by default, nothing listens at its address."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        former = {"base_url": self.bank.base_url, "credential": self.bank.sudo().credential}
        self.bank.base_url = f"http://127.0.0.1:{port}"
        try:
            yield
        finally:
            # Another server gets no credential, so it has to be given again.
            self.bank.sudo().write(former)

    def make_payment(self, n, block_reference="", **changes):
        """:return: the n-th payment, of 10 + n units, from the account"""
        payment = Payment(
            disbursement_id=f"{n:015d}",
            remitting_account=self.account_number,
            remitting_account_currency=self.currency,
            payment_amount=Decimal(10 + n),
            funds_blocked_reference_number=block_reference,
            payment_date=date.today(),
            beneficiary_id=f"ID-{n}",
            beneficiary_name=f"Beneficiary {n}",
            beneficiary_account=f"100{n}",
            beneficiary_account_currency=self.currency,
            beneficiary_account_type="BANK_ACCOUNT",
            beneficiary_bank_code="OTHERBANK",
            beneficiary_branch_code="001",
            disbursement_narrative="Cash transfer",
            benefit_program_mnemonic="PROGRAM",
            cycle_code_mnemonic="CYCLE-1",
        )
        return payment._replace(**changes)

    # Helpers

    def call(self, operation, *args):
        """Call the connector as the bridge does."""
        with self.reaching_the_bank():
            return getattr(self.bank._get_connector(), operation)(*args)

    def block(self, amount=Decimal(100), reference="block-1"):
        """:return: the bank's name of a new hold"""
        args = (self.account_number, self.currency, amount, reference)
        return self.call("block_funds", *args).block_reference

    def assert_available(self, amount):
        """Assert that exactly ``amount`` can still be blocked."""
        exact = self.call("check_funds", self.account_number, self.currency, amount)
        self.assertTrue(exact.available, exact)
        more = self.call(
            "check_funds", self.account_number, self.currency, amount + Decimal("0.01")
        )
        self.assertFalse(more.available, "more than that is available")

    def assert_fails(self, error, operation, *args):
        """Assert that a call fails in this way.

        Odoo's own ``assertRaises`` would roll back what the bank did in the meantime,
        where the bank is a stand-in in the same database.

        :return: the exception
        """
        try:
            answer = self.call(operation, *args)
        except error as caught:
            return caught
        raise AssertionError(f"{operation} answered {answer} instead of {error.__name__}")

    def assert_rejected(self, operation, *args):
        """Assert that the bank says no, with a code and in words.

        :return: the exception
        """
        caught = self.assert_fails(Rejected, operation, *args)
        self.assertTrue(caught.code)
        self.assertTrue(caught.message)
        return caught

    def skip_without(self, capability):
        if not getattr(self.bank._get_connector().capabilities(), capability):
            self.skipTest(f"the bank has no {capability}")

    # Capabilities

    def test_capabilities_tell_the_truth(self):
        given = self.bank._get_connector().capabilities()
        self.assertIsInstance(given, Capabilities)
        for capability, operation, args in (
            ("release_funds", "release_funds", (self.block(), "release-1")),
            ("payment_status", "get_payment_status", ("batch-unheard-of",)),
        ):
            with self.subTest(capability):
                if getattr(given, capability):
                    self.call(operation, *args)
                else:
                    self.assert_fails(NotImplementedError, operation, *args)

    def test_connection_answers_in_words(self):
        self.assertTrue(self.call("test_connection"))

    # Checking funds

    def test_funds_are_available_up_to_the_last_cent(self):
        self.assert_available(self.funded_amount)

    def test_a_negative_check_says_why(self):
        check = self.call("check_funds", self.account_number, self.currency, self.funded_amount + 1)
        self.assertIsInstance(check, FundsCheck)
        self.assertFalse(check.available)
        self.assertTrue(check.error_code)

    def test_checking_an_unknown_account_is_rejected(self):
        self.assert_rejected("check_funds", "NO-SUCH-ACCOUNT", self.currency, Decimal(1))

    def test_checking_in_another_currency_is_rejected(self):
        self.assert_rejected("check_funds", self.account_number, self.other_currency, Decimal(1))

    # Blocking funds

    def test_blocked_funds_are_no_longer_available(self):
        block = self.call(
            "block_funds", self.account_number, self.currency, Decimal("400.25"), "block-1"
        )
        self.assertIsInstance(block, FundsBlock)
        self.assertTrue(block.block_reference)
        self.assert_available(self.funded_amount - Decimal("400.25"))

    def test_blocking_more_than_there_is_holds_nothing(self):
        too_much = self.funded_amount + Decimal("0.01")
        self.assert_rejected("block_funds", self.account_number, self.currency, too_much, "block-1")
        self.assert_available(self.funded_amount)

    def test_two_references_make_two_blocks(self):
        first, second = self.block(reference="block-1"), self.block(reference="block-2")
        self.assertNotEqual(first, second)
        self.assert_available(self.funded_amount - 200)

    def test_the_same_block_reference_holds_once(self):
        self.skip_without("idempotent_block")
        self.assertEqual(self.block(), self.block())
        self.assert_available(self.funded_amount - 100)

    def test_a_block_reference_with_another_amount_is_rejected(self):
        self.skip_without("idempotent_block")
        self.block(Decimal(100))
        self.assert_rejected(
            "block_funds", self.account_number, self.currency, Decimal(101), "block-1"
        )
        self.assert_available(self.funded_amount - 100)

    # Releasing funds

    def test_release_gives_back_what_payments_did_not_use(self):
        self.skip_without("release_funds")
        block = self.block(Decimal(100))
        self.call("initiate_payment", "batch-1", [self.make_payment(1, block)])
        released = self.call("release_funds", block, "release-1")
        self.assertIsInstance(released, Decimal)
        self.assertEqual(released, Decimal(89))
        self.assert_available(self.funded_amount - 11)

    def test_release_with_the_same_reference_is_the_same_release(self):
        self.skip_without("release_funds")
        block = self.block(Decimal(100))
        first = self.call("release_funds", block, "release-1")
        self.assertEqual(self.call("release_funds", block, "release-1"), first)
        self.assert_available(self.funded_amount)

    def test_a_released_block_pays_nothing(self):
        self.skip_without("release_funds")
        block = self.block(Decimal(100))
        self.call("release_funds", block, "release-1")
        payment = self.make_payment(1, block)
        self.assert_rejected("initiate_payment", "batch-1", [payment])
        self.assertEqual(self.times_taken(payment), 0)

    # Paying

    def test_a_batch_is_acknowledged_and_each_payment_taken_once(self):
        block = self.block()
        payments = [self.make_payment(n, block) for n in range(1, 4)]
        answer = self.call("initiate_payment", "batch-1", payments)
        self.assertIsInstance(answer, Acknowledgement)
        self.assertFalse(answer.rejected)
        self.assertEqual([self.times_taken(payment) for payment in payments], [1, 1, 1])

    def test_the_same_batch_again_answers_the_same_and_pays_once(self):
        block = self.block()
        payments = [self.make_payment(n, block) for n in range(1, 4)]
        first = self.call("initiate_payment", "batch-1", payments)
        self.assertEqual(self.call("initiate_payment", "batch-1", payments), first)
        self.assertEqual([self.times_taken(payment) for payment in payments], [1, 1, 1])

    def test_a_batch_reference_with_other_payments_is_rejected(self):
        block = self.block()
        self.call("initiate_payment", "batch-1", [self.make_payment(1, block)])
        other = self.make_payment(2, block)
        self.assert_rejected("initiate_payment", "batch-1", [other])
        self.assertEqual(self.times_taken(other), 0)

    def test_a_payment_in_another_batch_is_never_taken_twice(self):
        block = self.block()
        payment = self.make_payment(1, block)
        self.call("initiate_payment", "batch-1", [payment])
        try:
            answer = self.call("initiate_payment", "batch-2", [payment])
        except Rejected:
            answer = None
        self.assertTrue(answer is None or payment.disbursement_id in answer.rejected)
        self.assertEqual(self.times_taken(payment), 1)

    def test_more_than_the_block_holds_is_rejected_as_a_whole(self):
        block = self.block(Decimal(30))
        # 11 + 12 + 13: each is covered, the sum is not.
        payments = [self.make_payment(n, block) for n in range(1, 4)]
        self.assert_rejected("initiate_payment", "batch-1", payments)
        self.assertEqual([self.times_taken(payment) for payment in payments], [0, 0, 0])

    def test_an_unknown_block_pays_nothing(self):
        payment = self.make_payment(1, "no-such-block")
        self.assert_rejected("initiate_payment", "batch-1", [payment])
        self.assertEqual(self.times_taken(payment), 0)

    def test_single_rejected_payments_are_named_with_a_code(self):
        if not self.rejects_single_payments:
            self.skipTest("this bank takes a batch or refuses it")
        block = self.block()
        payments = [self.make_payment(n, block) for n in range(1, 6)]
        with self.rejecting_single_payments():
            rejected = self.call("initiate_payment", "batch-1", payments).rejected
        self.assertTrue(rejected)
        self.assertTrue(all(rejected.values()))
        for payment in payments:
            expected = 0 if payment.disbursement_id in rejected else 1
            self.assertEqual(self.times_taken(payment), expected)
        again = self.call("initiate_payment", "batch-1", payments)
        self.assertEqual(again.rejected, rejected)

    # Asking

    def test_status_of_a_batch(self):
        self.skip_without("payment_status")
        block = self.block()
        self.call("initiate_payment", "batch-1", [self.make_payment(1, block)])
        self.assert_rejected("initiate_payment", "batch-2", [self.make_payment(2, "no-block")])
        for reference, expected in (
            ("batch-1", (BatchState.ACCEPTED,)),
            # A bank need not remember what it refused: either answer says "not taken".
            ("batch-2", (BatchState.REJECTED, BatchState.NEVER_RECEIVED)),
            ("batch-3", (BatchState.NEVER_RECEIVED,)),
        ):
            status = self.call("get_payment_status", reference)
            self.assertIsInstance(status, PaymentStatus)
            self.assertIn(status.state, expected)

    # When things go wrong

    def test_a_bank_that_cannot_be_reached_is_unavailable(self):
        payment = self.make_payment(1, "block")
        for operation, args in (
            ("test_connection", ()),
            ("check_funds", (self.account_number, self.currency, Decimal(1))),
            ("block_funds", (self.account_number, self.currency, Decimal(1), "block-1")),
            ("initiate_payment", ("batch-1", [payment])),
        ):
            with self.subTest(operation), self.bank_down():
                self.assert_fails(Unavailable, operation, *args)

    def test_a_bank_on_this_machine_gets_nothing_where_that_is_not_allowed(self):
        connector = self.bank._get_connector()
        if not hasattr(connector, "_http_networks") or "127.0.0.1" not in self.bank.base_url:
            self.skipTest("it is not spoken to over HTTP on this machine")
        payment = self.make_payment(1, self.block())
        with patch.object(type(connector), "_http_networks", lambda model: ()):
            error = self.assert_fails(Unavailable, "initiate_payment", "batch-1", [payment])
        self.assertEqual(error.code, "FORBIDDEN_ADDRESS")
        self.assertEqual(self.times_taken(payment), 0)

    def test_a_lost_answer_to_a_payment_is_unknown_and_settled_by_reference(self):
        block = self.block()
        payments = [self.make_payment(n, block) for n in range(1, 4)]
        with self.losing_the_answer("initiate_payment"):
            self.assert_fails(OutcomeUnknown, "initiate_payment", "batch-1", payments)
        if self.bank._get_connector().capabilities().payment_status:
            status = self.call("get_payment_status", "batch-1")
            self.assertIs(status.state, BatchState.ACCEPTED)
        self.call("initiate_payment", "batch-1", payments)
        self.assertEqual([self.times_taken(payment) for payment in payments], [1, 1, 1])

    def test_a_lost_answer_to_a_block_is_settled_by_calling_again(self):
        self.skip_without("idempotent_block")
        args = (self.account_number, self.currency, Decimal(100), "block-1")
        with self.losing_the_answer("block_funds"):
            self.assert_fails(OutcomeUnknown, "block_funds", *args)
        self.call("block_funds", *args)
        self.assert_available(self.funded_amount - 100)

    # Reading statements

    def test_a_debit_on_the_statement_leads_back_to_the_disbursement(self):
        payment = self.make_payment(1, self.block())
        entry = self.statement_line(payment)
        connector = self.bank._get_connector()
        self.assertEqual(connector.retrieve_disbursement_id(entry), payment.disbursement_id)
        self.assertEqual(connector.retrieve_beneficiary_name(entry), payment.beneficiary_name)

    def test_a_reversal_on_the_statement_says_which_and_why(self):
        payment = self.make_payment(1, self.block())
        reason = "ACCOUNT_CLOSED"
        entry = self.statement_line(payment, reason)
        connector = self.bank._get_connector()
        self.assertEqual(connector.retrieve_disbursement_id(entry), payment.disbursement_id)
        self.assertEqual(connector.retrieve_reversal_reason(entry), reason)

    def test_a_line_without_text_is_read_as_empty(self):
        connector = self.bank._get_connector()
        entry = Entry(1, date.today(), None, "RD", Decimal(1))
        self.assertEqual(connector.retrieve_disbursement_id(entry), "")
        self.assertEqual(connector.retrieve_batch_reference(entry), "")
        self.assertEqual(connector.retrieve_beneficiary_name(entry), "")
        self.assertEqual(connector.retrieve_reversal_reason(entry), "")
