# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from ...lib.money import AmountError, parse_amount, parse_amounts, parse_total

NOT_AMOUNTS = [
    True,
    None,
    [],
    {},
    b"1",
    "",
    " ",
    ".",
    "+",
    "abc",
    "1,5",
    "1_000",
    "1 000",
    " 1",
    "1\n",
    "1e3",
    "1E-2",
    "0x10",
    "NaN",
    "Infinity",
    "１２",
    "1.2.3",
    "--1",
    float("nan"),
    float("inf"),
    float("-inf"),
    Decimal("NaN"),
    Decimal("sNaN"),
    Decimal("Infinity"),
]


class TestMoney(BaseCase):
    def test_every_kind_of_number_is_read_exactly(self):
        for value in ("1234.5", "+1234.50", "1234.500", Decimal("1234.5"), 1234.5):
            with self.subTest(value=value):
                self.assertEqual(str(parse_amount(value, 2)), "1234.50")
        self.assertEqual(str(parse_amount(1234, 2)), "1234.00")
        self.assertEqual(str(parse_amount(Decimal("1E+3"), 0)), "1000")

    def test_the_result_has_the_decimals_of_the_currency(self):
        for decimals, expected in ((0, "7"), (2, "7.00"), (3, "7.000")):
            self.assertEqual(str(parse_amount("7.0", decimals)), expected)

    def test_what_is_not_a_number_is_refused(self):
        for value in NOT_AMOUNTS:
            with self.subTest(value=value), self.assertRaises(AmountError):
                parse_amount(value, 2)

    def test_more_decimals_than_the_currency_has_are_refused(self):
        for value in ("1.005", Decimal("0.001"), 0.1 + 0.2, 1e-7):
            with self.subTest(value=value), self.assertRaisesRegex(AmountError, "2 decimals"):
                parse_amount(value, 2)
        with self.assertRaisesRegex(AmountError, "the currency has none"):
            parse_amount("1.5", 0)

    def test_twelve_integer_digits_fit_and_thirteen_do_not(self):
        self.assertEqual(parse_amount("999999999999.99", 2), Decimal("999999999999.99"))
        for value in ("1000000000000", 10**12, 1e12, 10**5000, Decimal("1E+12"), "9" * 40):
            with self.subTest(), self.assertRaisesRegex(AmountError, "12 digits before the point"):
                parse_amount(value, 2)
        with self.assertRaises(AmountError):
            parse_amount("9" * 1_000_000, 2)

    def test_totals_have_fifteen_digits_in_all(self):
        self.assertEqual(parse_total("9999999999999.99", 2), Decimal("9999999999999.99"))
        self.assertEqual(parse_total("999999999999999", 0), Decimal(999999999999999))
        for value, decimals in (("10000000000000", 2), ("1000000000000", 3), (10**15, 0)):
            with self.subTest(value=value), self.assertRaisesRegex(AmountError, "too large"):
                parse_total(value, decimals)

    def test_the_sign_is_left_to_the_caller(self):
        self.assertEqual(parse_amount("-5", 2), -5)
        self.assertEqual(parse_amount("0", 2), 0)

    @given(st.decimals("-999999999999.999", "999999999999.999", places=3))
    def test_text_and_number_mean_the_same(self, number):
        expected = parse_amount(number, 3)
        self.assertEqual(expected, number)
        self.assertEqual(parse_amount(str(number), 3), expected)

    @given(st.integers(-(10**14), 10**14), st.integers(0, 3))
    def test_a_float_is_the_amount_that_it_shows(self, cents, decimals):
        number = Decimal(cents).scaleb(-decimals)
        if abs(number) < 10**12:
            self.assertEqual(parse_amount(float(number), decimals), number)

    @given(st.one_of(st.text(), st.floats(), st.integers(), st.decimals(), st.binary()))
    def test_whatever_comes_is_an_amount_or_an_amount_error(self, value):
        try:
            amount = parse_amount(value, 2)
        except AmountError as error:
            self.assertTrue(str(error))
        else:
            self.assertEqual(amount.as_tuple().exponent, -2)
            self.assertLess(abs(amount), 10**12)

    @given(
        st.one_of(
            st.lists(st.text("0123456789.", max_size=16)),
            st.lists(st.one_of(st.integers(), st.decimals(), st.booleans())),
            st.lists(st.one_of(st.from_regex(r"[+-]?[0-9]{1,13}(\.[0-9]{1,3})?"), st.floats())),
        ),
        st.integers(0, 3),
    )
    def test_many_at_once_are_what_each_of_them_is(self, values, decimals):
        try:
            expected = [parse_amount(value, decimals) for value in values]
        except AmountError:
            with self.assertRaises(AmountError):
                parse_amounts(values, decimals)
        else:
            amounts = parse_amounts(values, decimals)
            self.assertEqual([str(amount) for amount in amounts], [str(one) for one in expected])
