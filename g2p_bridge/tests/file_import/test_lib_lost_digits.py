# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a spreadsheet has made of an ID or an account, and what is legal although it looks so."""

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import TransactionCase
from odoo.tests.common import BaseCase
from odoo.tools import SQL

from ...lib.lost_digits import KINDS, MARKED, PATTERN, are_whole, lost_digits

LOST = {
    "NUMBER_TOO_LONG": (
        *("1.23457E+17", "1,23457E+17", "1.2E+05", "1E+11", "1e+17", "12E+5", "+4.917E+11"),
        *("1.0E17", "1.23456789012E11", "1.2345678901234568e+21", "1.E+17", ".5E+12"),
        *("1.2E-05", "-1,2E+05", "1٫23E+17", "١٫٢٣E+١٧", " 1.23457E+17 "),
    ),
    "NUMBER_WITH_DECIMALS": (
        *("123456789012.0", "123456789012,0", "123456789012.00", "42.0", "0.0", "-7.0", "١٢٫٠"),
    ),
    "ERROR_CELL": (
        *("#", "#####", "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"),
        *("#NV", "#BEZUG!", "#WERT!", "#¡REF!", "#¿NOMBRE?", "#NOM?", "#Н/Д", "#SPILL!"),
        *("Err:502", "#N/D", "#YOK"),
    ),
}
LEGAL = (
    *("123456789012345678", "00042", "12E5", "12e5", "1E10", "12E-5", "0E0", "E+17", "1.5E", "E5"),
    *("1.2.0", "12.5", "007.0", "00042.00", "12.000", "1.000.0", "12,50", "1.1E2024", "1E+1234"),
    *("DE89370400440532013000", "2099-01/1", "a.b", "P-1", "+4915112345678", "+49 151.123"),
    *("#12", "#A-1", "# 1", "N/A", "12#", "Err", "Error:502", "Nº.0", "1.23457E+17/1", "x1.2E+05"),
    *("ID 1.2E+05", "1.2E+05\n1", "3f2504e0-4f89-11d3", "0x1.8p3", "", " "),
)
# What looks so nearly that any difference between two readers shows.
NEAR = st.text(st.sampled_from("0123459.,٫eE+-# N/A!?rR:٣ \n"), max_size=9)


class TestLostDigits(BaseCase):
    def test_what_spreadsheets_and_other_programs_write(self):
        for code, texts in LOST.items():
            for text in texts:
                with self.subTest(text):
                    self.assertEqual(lost_digits(text), code)
        self.assertEqual(set(LOST), set(KINDS))

    def test_what_may_be_an_id(self):
        for text in LEGAL:
            with self.subTest(text):
                self.assertIsNone(lost_digits(text))

    @given(st.integers(10**11, 10**18), st.sampled_from((".", ",")), st.integers(0, 6))
    def test_whatever_a_number_is_shortened_to(self, number, point, decimals):
        shown = f"{number:.{decimals}E}".replace(".", point)
        for text in (shown, shown.lower(), f"+{shown}"):
            self.assertEqual(lost_digits(text), "NUMBER_TOO_LONG", text)
        self.assertIn(lost_digits(repr(float(number))), LOST)
        self.assertIsNone(lost_digits(str(number)))

    @given(st.text(st.sampled_from("0123456789ABCDEFabcdef"), min_size=1))
    def test_hexadecimal_ids_are_legal(self, text):
        self.assertIsNone(lost_digits(text))

    @given(st.lists(st.one_of(NEAR, st.sampled_from((*LOST["ERROR_CELL"], *LEGAL))), max_size=5))
    def test_a_look_at_all_is_a_look_at_each(self, texts):
        self.assertEqual(are_whole(texts), not any(map(lost_digits, texts)))


class TestLostDigitsInSql(TransactionCase):
    """PostgreSQL reads the pattern as Python does."""

    def found(self, texts):
        """Those of these texts that PostgreSQL finds."""
        rows = self.env.execute_query(
            SQL(
                "SELECT t, t ~ %s FROM unnest(%s::text[]) AS u (t) WHERE t ~ %s",
                MARKED,
                texts,
                PATTERN,
            )
        )
        self.assertTrue(all(is_marked for _text, is_marked in rows))
        return {text for text, _is_marked in rows}

    def test_known_texts(self):
        lost = [text.strip() for texts in LOST.values() for text in texts]
        self.assertEqual(self.found([*lost, *LEGAL]), set(lost))

    @given(st.lists(NEAR.map(str.strip), min_size=1, max_size=50))
    def test_texts_that_look_nearly_so(self, texts):
        self.assertEqual(self.found(texts), set(filter(lost_digits, texts)))
