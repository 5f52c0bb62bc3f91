# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..lib import message
from ..lib.refusal import MalformedRequest, Refused

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda items: st.lists(items, max_size=3) | st.dictionaries(st.text(max_size=3), items),
    max_leaves=5,
)
CHECK = {"account_number": "A", "account_currency": "USD", "total_funds_needed": 1}


@tagged("post_install", "-at_install")
class TestMessage(BaseCase):
    """Reading of requests: exact amounts, and one text for every fault."""

    def read_amount(self, text):
        body = '{"account_number": "A", "account_currency": "USD", "total_funds_needed": %s}'
        return message.read("check_funds", (body % text).encode())["total_funds_needed"]

    def assert_malformed(self, operation, body, *texts):
        with self.assertRaises(MalformedRequest) as caught:
            message.read(operation, body if isinstance(body, bytes) else json.dumps(body))
        self.assertEqual(list(caught.exception.messages), list(texts))

    def test_amounts_are_read_exactly(self):
        for text in ("0.1", "300.50", '"300.50"', "123456789012.34", "1e2", "7"):
            with self.subTest(text):
                self.assertEqual(self.read_amount(text), Decimal(text.strip('"')))

    def test_what_is_no_amount_is_malformed(self):
        for text in ("true", "null", "[]", '"abc"', '"1_0"', '"NaN"', '"٣"', '""'):
            with self.subTest(text), self.assertRaises(MalformedRequest):
                self.read_amount(text)

    def test_what_is_no_json_is_malformed(self):
        deep = b"[" * 100000
        for body in (b"", b"{", b"\xff\xfe", b"NaN", b'{"a": 1e99999999999999999999}', deep):
            with self.subTest(body[:20]), self.assertRaises(MalformedRequest):
                message.read("check_funds", body)

    def test_every_fault_is_named(self):
        self.assert_malformed("check_funds", {"account_number": 5}, *self.three_faults())

    def three_faults(self):
        return ("Input should be a valid string", "Field required", "Field required")

    def test_text_that_cannot_be_kept_is_malformed(self):
        for text in ("a\x00b", "\ud800"):
            with self.subTest(repr(text)):
                body = {**CHECK, "account_number": text}
                self.assert_malformed("check_funds", body, "Input should be a valid string")

    def test_a_list_is_a_list(self):
        self.assert_malformed("initiate_payment", {}, "Input should be a valid list")
        self.assert_malformed(
            "initiate_payment",
            [5],
            "Input should be a valid dictionary or object to extract fields from",
        )

    def test_optional_text_may_be_null_or_missing(self):
        row = dict.fromkeys(message.PAYMENT, "x") | {"payment_amount": 1, "narrative_1": None}
        [read] = message.read("initiate_payment", json.dumps([row]).encode())
        self.assertEqual((read["narrative_1"], read["narrative_2"]), ("", ""))

    def test_exact_amount_refuses_what_cannot_be_moved(self):
        for value, decimals, word in (
            ("0", 2, "above zero"),
            ("-5", 2, "above zero"),
            ("0.001", 2, "2 decimals"),
            ("1.5", 0, "0 decimals"),
            ("1E-400", 2, "2 decimals"),
            ("1E+400", 2, "too large"),
            ("10000000000000", 2, "too large"),
        ):
            with self.subTest(value), self.assertRaises(Refused) as caught:
                message.exact_amount("amount", Decimal(value), decimals)
            self.assertIn(word, str(caught.exception))

    def test_exact_amount_has_the_decimals_of_the_currency(self):
        for value, decimals, text in (("7", 2, "7.00"), ("1.500", 3, "1.500"), ("1E3", 0, "1000")):
            self.assertEqual(str(message.exact_amount("amount", Decimal(value), decimals)), text)
        exact = message.exact_amount("amount", Decimal("9999999999999.99"), 2)
        self.assertEqual(exact, Decimal("9999999999999.99"))

    def test_references_fit_a_statement(self):
        for reference in ("D1", "ABCDEFGHIJ012345", "a/b", "A-1.x", "_A-1_z"):
            message.check_reference(reference)
        for reference in ("", "A" * 17, "/a", "a/", "a//b", "a b", "ä", "A=1", "a\n"):
            with self.subTest(reference), self.assertRaises(Refused):
                message.check_reference(reference)

    @given(st.sampled_from(sorted(message.SHAPES)), st.binary(max_size=50) | JSON)
    def test_no_input_breaks_the_reader(self, operation, content):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        try:
            message.read(operation, body)
        except MalformedRequest as error:
            self.assertTrue(error.messages)

    @given(st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from([0, 2, 3]))
    def test_exact_amount_never_changes_an_amount(self, value, decimals):
        try:
            self.assertEqual(message.exact_amount("amount", value, decimals), value)
        except Refused:
            pass
