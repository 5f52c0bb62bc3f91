# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
from datetime import date
from decimal import Decimal

import mt940 as parser
from hypothesis import given
from hypothesis import strategies as st
from odoo.tests import BaseCase, tagged

from ..lib import mt940

DAY = date(2026, 11, 22)


def make(entries, opening="1000.00", currency="USD", decimals=2, **values):
    """:return: text of a statement with these entries"""
    opening = Decimal(opening)
    closing = opening + sum(
        entry.amount if entry.mark in ("C", "RD") else -entry.amount for entry in entries
    )
    head = mt940.Statement(
        **{
            "reference": "ABCDEF0123456789",
            "account_number": "PROG1",
            "number": 7,
            "sequence": 1,
            "currency": currency,
            "decimals": decimals,
            "opening_date": DAY,
            "opening_balance": opening,
            "closing_date": DAY,
            "closing_balance": closing,
            "available_balance": closing - 10,
            **values,
        }
    )
    out = io.StringIO()
    assert mt940.write(out, head, entries) == len(entries)
    return out.getvalue()


def entry(mark="D", amount="10.50", narratives=("one", "two"), **values):
    return mt940.Entry(
        **{
            "value_date": DAY,
            "entry_date": DAY,
            "mark": mark,
            "amount": Decimal(amount),
            "customer_reference": "D00000000000001",
            "bank_reference": "EB0000000001",
            "narratives": list(narratives),
            **values,
        }
    )


@tagged("post_install", "-at_install")
class TestMt940(BaseCase):
    """The writer, read back by the parser that the bridge uses."""

    def test_the_parser_reads_what_was_written(self):
        [first, second] = list(parser.parse(make([entry(), entry("RD", "0.01")])))
        self.assertEqual(first.data["status"], "D")
        self.assertEqual(first.data["amount"].amount, Decimal("-10.50"))
        self.assertEqual(first.data["customer_reference"], "D00000000000001")
        self.assertEqual(first.data["bank_reference"], "EB0000000001")
        self.assertEqual(first.data["date"], DAY)
        self.assertEqual(first.data["transaction_details"], "one\ntwo")
        self.assertEqual(second.data["status"], "RD")
        self.assertEqual(abs(second.data["amount"].amount), Decimal("0.01"))

    def test_balances_are_opening_plus_entries(self):
        data = parser.parse(make([entry(), entry("RD", "0.50"), entry("C", "3")])).data
        self.assertEqual(data["final_opening_balance"].amount.amount, Decimal("1000.00"))
        self.assertEqual(data["final_closing_balance"].amount.amount, Decimal("993.00"))
        self.assertEqual(data["available_balance"].amount.amount, Decimal("983.00"))
        self.assertEqual((data["statement_number"], data["sequence_number"]), ("7", "1"))
        self.assertEqual(data["account_identification"], "PROG1")

    def test_a_debit_balance_is_marked(self):
        text = make([entry(amount="30")], opening="10.00")
        self.assertIn(":62F:D261122USD20,00\r\n", text)

    def test_decimals_follow_the_currency(self):
        for decimals, written in ((0, "NTRF"), (2, "00NTRF"), (3, "000NTRF")):
            with self.subTest(decimals):
                text = make([entry(amount="1234567")], opening="2000000", decimals=decimals)
                self.assertIn(f"D1234567,{written}", text)
                [line] = list(parser.parse(text))
                self.assertEqual(line.data["amount"].amount, Decimal(-1234567))

    def test_no_line_can_be_taken_for_a_field_or_the_end(self):
        text = make([entry(narratives=(":20:EVIL", "-", "-}", ":62F:C1", " :x"))])
        fields = [line for line in text.split("\r\n") if line.startswith((":", "-"))]
        self.assertEqual(
            [field.split(":")[1] for field in fields if field != "-"],
            ["20", "25", "28C", "60F", "61", "86", "62F", "64"],
        )
        self.assertEqual(fields.count("-"), 1)

    def test_other_letters_lose_their_marks(self):
        self.assertEqual(mt940.swift_line("Łucja Müller-Ñandú"), "Lucja Muller-Nandu")
        self.assertEqual(mt940.swift_line("Straße œuvre"), "Strasse oeuvre")
        self.assertEqual(mt940.swift_line("ብርሃን {x}\t1"), "???? (x) 1")
        self.assertEqual(mt940.swift_line("ACCOUNT_CLOSED"), "ACCOUNT_CLOSED")

    def test_positions_are_kept_where_a_line_is_empty(self):
        text = make([entry(narratives=("", "two", "", "four", "", ""))])
        self.assertIn(":86:\r\ntwo\r\n\r\nfour\r\n:62F:", text)

    def test_an_entry_without_text_and_reference(self):
        text = make([entry("C", narratives=(), customer_reference="", bank_reference="")])
        self.assertIn("C10,50NTRFNONREF\r\n:62F:", text)

    def test_the_lines_lead_back_to_what_they_were_made_of(self):
        values = {name: name.upper() for name in (*mt940.PAYMENT_LINES, "reversal_reason")}
        lines = [values[name] for name in mt940.REVERSAL_LINES]
        self.assertEqual(mt940.beneficiary_name(lines), "BENEFICIARY_NAME")
        self.assertEqual(mt940.reversal_reason(lines), "REVERSAL_REASON")
        self.assertEqual(len(mt940.PAYMENT_LINES), mt940.LINE_COUNT)
        self.assertEqual(len(mt940.REVERSAL_LINES), mt940.LINE_COUNT)

    def test_a_batch_leads_back_to_its_reference(self):
        lines = mt940.batch_lines("B" * 32, 12).split("\n")
        self.assertEqual(lines, ["/PREF/" + "B" * 32, "/NRTX/12"])
        self.assertEqual(mt940.batch_reference(lines), "B" * 32)
        for narratives in ([], ["Cash transfer"], ["Cash", "/PREF/B"]):
            self.assertEqual(mt940.batch_reference(narratives), "")

    @given(st.lists(st.text(max_size=100), max_size=8))
    def test_any_text_gives_a_sound_field(self, narratives):
        text = mt940.entry_text(entry(narratives=narratives), 2)
        lines = text.removesuffix("\r\n").split("\r\n")
        self.assertTrue(text.isascii())
        self.assertLessEqual(len(lines), 1 + mt940.LINE_COUNT)
        for line in lines[1:]:
            content = line.removeprefix(":86:")
            self.assertLessEqual(len(content), mt940.LINE_LENGTH)
            self.assertFalse(content.startswith((":", "-")), content)

    @given(st.decimals("0.01", "999999999999.99", places=2))
    def test_any_amount_survives(self, amount):
        [line] = list(parser.parse(make([entry(amount=amount)], opening="0.00")))
        self.assertEqual(line.data["amount"].amount, -amount)
