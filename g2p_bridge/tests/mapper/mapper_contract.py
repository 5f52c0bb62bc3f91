# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What every ID mapper connector must do: a test mixin.

The test class of a connector inherits :class:`MapperContract` beside an Odoo test case and
says how to set its mapper up. The other side should be a real server, however small. For a
mapper that calls back, the class also says how the call-back is received.
"""

from contextlib import contextmanager

from odoo.addons.g2p_bridge_base.lib.errors import Rejected, Unavailable

from ...lib.financial_address import FinancialAddress
from ...lib.mapper_answer import LATER, NO_ANSWER, NOT_LINKED

#: A transaction as batches name theirs.
TRANSACTION = "0123456789abcdef0123456789abcdef"
#: What of an address says where the money goes.
PARTS = ("account_type", "account_number", "bank_code", "branch_code", "phone", "email")
BANK_ADDRESS = FinancialAddress(
    "BANK_ACCOUNT", account_number="5000100001", branch_code="BR0042", bank_code="EXAMPLE_BANK"
)
WALLET_ADDRESS = FinancialAddress(
    "MOBILE_WALLET", phone="+15550100002", mobile_wallet_provider="MWEX"
)

#: What is no call-back.
GARBAGE = (
    None,
    1,
    "x",
    [],
    {},
    {"header": 1, "message": 2},
    {"header": {}, "message": {"transaction_id": 5}},
    {"header": {"status": "succ"}, "message": {"transaction_id": TRANSACTION}},
    {
        "header": {"status": "succ"},
        "message": {"transaction_id": TRANSACTION, "resolve_response": {}},
    },
    {
        "header": {"status": "succ"},
        "message": {"transaction_id": TRANSACTION, "resolve_response": [None]},
    },
    {
        "header": {"status": ["succ"]},
        "message": {"transaction_id": TRANSACTION, "resolve_response": []},
    },
)


class MapperContract:
    """Implement the ``contract_`` methods; the tests come with the mixin."""

    #: The failures that the other side of this test class can play.
    contract_failures = ("down", "silent", "error", "nonsense")

    def contract_mapper(self):
        """:return: a `g2p.bridge.mapper` record whose other side answers"""
        raise NotImplementedError

    def contract_link(self, addresses):
        """Make the other side know {beneficiary_id: :class:`FinancialAddress`}, in its own way."""
        raise NotImplementedError

    @contextmanager
    def contract_failure(self, kind):
        """Let the other side fail while the context lasts.

        :param kind: ``down`` (nobody listens), ``silent`` (no answer within the time-out),
            ``error`` (it breaks), ``nonsense`` (the answer is no answer), ``refusal`` (it
            refuses the request as a whole)
        """
        raise NotImplementedError

    def contract_calls(self):
        """A context in which the connector may call the other side."""
        return _nothing()

    def contract_call_back(self):
        """Wait for what the mapper brings to its call-back address.

        :return: the body, decoded from JSON
        """
        raise NotImplementedError

    def _ask(self, *requests, transaction=TRANSACTION):
        """Ask, and wait for the call-back where the answers come that way."""
        connector = self.contract_mapper()._get_connector()
        with self.contract_calls():
            answers = connector.resolve(transaction, list(requests))
            if answers is not LATER:
                return answers
            body = self.contract_call_back()
        self.assertEqual(connector.call_back_transaction(body), transaction)
        return connector.read_call_back(body, list(requests))

    def assertAddress(self, answer, address):
        """The answer is the address that was linked, however the mapper writes it."""
        self.assertFalse(answer.reason_code, answer.reason_message)
        for name in PARTS:
            self.assertEqual(getattr(answer.address, name), getattr(address, name), name)

    def test_contract_each_request_gets_its_own_address(self):
        self.contract_link({"ID-1": BANK_ADDRESS, "ID-2": WALLET_ADDRESS})
        answers = self._ask(("ref-2", "ID-2"), ("ref-1", "ID-1"))
        self.assertAddress(answers["ref-1"], BANK_ADDRESS)
        self.assertAddress(answers["ref-2"], WALLET_ADDRESS)

    def test_contract_addresses_come_in_their_parts(self):
        self.contract_link({"ID-1": BANK_ADDRESS})
        answers = self._ask(("ref-1", "ID-1"))
        self.assertIsInstance(answers["ref-1"].address, FinancialAddress)
        self.assertEqual(answers["ref-1"].address.account_number, "5000100001")

    def test_contract_unknown_id_has_no_address_and_a_reason(self):
        self.contract_link({"ID-1": BANK_ADDRESS})
        answers = self._ask(("ref-1", "ID-1"), ("ref-x", "NOBODY"))
        self.assertAddress(answers["ref-1"], BANK_ADDRESS)
        self.assertIsNone(answers["ref-x"].address)
        self.assertEqual(answers["ref-x"].reason_code, NOT_LINKED)
        self.assertTrue(answers["ref-x"].answered)

    def test_contract_one_bad_id_does_not_harm_the_others(self):
        self.contract_link({"ID-1": BANK_ADDRESS})
        answers = self._ask(("ref-1", "ID-1"), ("ref-e", ""), ("ref-2", "ID-1"))
        self.assertAddress(answers["ref-1"], BANK_ADDRESS)
        self.assertAddress(answers["ref-2"], BANK_ADDRESS)
        self.assertIsNone(answers["ref-e"].address)
        self.assertTrue(answers["ref-e"].reason_code)
        self.assertNotEqual(answers["ref-e"].reason_code, NO_ANSWER)

    def test_contract_ids_are_taken_letter_by_letter(self):
        self.contract_link({"Ñ-Zoë-李": BANK_ADDRESS})
        answers = self._ask(("ref-1", "Ñ-Zoë-李"), ("ref-2", "ñ-zoë-李"))
        self.assertAddress(answers["ref-1"], BANK_ADDRESS)
        self.assertIsNone(answers["ref-2"].address)

    def test_contract_no_questions_no_answers(self):
        self.assertEqual(self._ask(), {})

    def test_contract_a_thousand_ids_in_one_call(self):
        accounts = [FinancialAddress("BANK_ACCOUNT", account_number=f"{n}") for n in range(1000)]
        self.contract_link({f"ID-{n}": account for n, account in enumerate(accounts)})
        answers = self._ask(*((f"ref-{n}", f"ID-{n}") for n in range(1000)))
        self.assertEqual(len(answers), 1000)
        for n in range(1000):
            self.assertAddress(answers[f"ref-{n}"], accounts[n])

    def test_contract_what_asking_again_may_cure_is_unavailable(self):
        for kind in self.contract_failures:
            with self.subTest(kind=kind), self.contract_failure(kind):
                with self.assertRaises(Unavailable) as caught:
                    self._ask(("ref-1", "ID-1"))
                self.assertTrue(caught.exception.code)

    def test_contract_what_was_not_asked_is_not_answered(self):
        self.contract_link({"ID-1": BANK_ADDRESS, "ID-2": WALLET_ADDRESS})
        self.assertEqual(set(self._ask(("ref-1", "ID-1"))), {"ref-1"})

    def test_contract_a_call_back_is_never_trusted(self):
        """Whatever arrives at the call-back address is read, or is a ValueError."""
        connector = self.contract_mapper()._get_connector()
        if not connector._calls_back:
            return
        for body in GARBAGE:
            with self.subTest(body=body), self.assertRaises(ValueError):
                connector.call_back_transaction(body)
                connector.read_call_back(body, [("ref-1", "ID-1")])

    def test_contract_a_refusal_of_the_whole_is_rejected(self):
        with self.contract_failure("refusal"), self.assertRaises(Rejected) as caught:
            self._ask(("ref-1", "ID-1"))
        self.assertTrue(caught.exception.code)


@contextmanager
def _nothing():
    yield
