# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

from ..lib.text import BLOCK
from .common import Mt940Case, line, statement

INTERIM = """:20:INTRA
:25:1234567890
:28C:12/1
:34F:EUR0,
:13D:2601151200+0100
:61:2601150115D100,00NTRFREF//B
:86:TEXT
:90D:1EUR100,00
:90C:0EUR0,
-
"""


class TestScan(Mt940Case):
    def test_identity_of_a_statement(self):
        (found,) = self.scan(statement(line(), reference="REF 7", number="00012/003"))
        self.assertEqual(found.account_number, "1234567890")
        self.assertEqual(found.reference, "REF 7")
        self.assertEqual((found.statement_number, found.sequence_number), ("00012", "003"))

    def test_statement_number_without_sequence(self):
        (found,) = self.scan(statement(number="7"))
        self.assertEqual((found.statement_number, found.sequence_number), ("7", ""))

    def test_bank_that_does_not_number(self):
        for number in ("0", "00000/001", "/1", " /1"):
            (found,) = self.scan(statement(number=number))
            self.assertEqual(found.statement_number, number.partition("/")[0].strip())

    def test_balances_and_their_day(self):
        (found,) = self.scan(
            statement(line(), opening=":60F:D260101KWD12,345", closing=":62F:C260131KWD1,")
        )
        self.assertEqual(found.currency, "KWD")
        self.assertEqual(found.statement_date, date(2026, 1, 31))
        self.assertEqual(found.opening_balance, Decimal("-12.345"))
        self.assertEqual(found.closing_balance, Decimal(1))

    def test_balance_that_is_impossible_does_not_hide_the_others_of_the_file(self):
        broken = statement(line(), closing=":62F:C261131EUR1,00")
        first, second = self.scan(broken + statement(line()))
        self.assertEqual((first.statement_date, first.closing_balance), (None, None))
        self.assertEqual((first.currency, first.opening_balance), ("EUR", Decimal(1000)))
        self.assertEqual(second.statement_date, date(2026, 1, 31))
        self.refused(broken, "Line 8", "261131")

    def test_optional_fields_of_a_header(self):
        extra = ":21:RELATED\n:13D:2601150930+0100\n:34F:EURD0,\n:34F:EURC0,\n:NS:22text\n:60F:"
        found = self.read_all(statement(line(), account="7").replace(":60F:", extra))
        self.assertEqual((found[0].account_number, len(found[0].entries)), ("7", 1))

    def test_account_with_the_bank_code_on_its_second_line(self):
        text = statement(line()).replace(":25:1234567890", ":25P:1234567890\nBANKXX22")
        self.assertEqual(self.scan(text)[0].account_number, "1234567890")

    def test_several_statements_under_different_accounts_stay_apart(self):
        first, second = self.read_all(
            statement(line(customer="A"), account="1") + statement(line(customer="B"), account="2")
        )
        self.assertEqual((first.account_number, second.account_number), ("1", "2"))
        self.assertEqual([entry.customer_reference for entry in first.entries], ["A"])
        self.assertEqual([entry.customer_reference for entry in second.entries], ["B"])

    def test_several_statements_of_one_account_without_separators(self):
        text = "".join(statement(line(), number=f"{n}/1", tail="") for n in range(1, 4))
        self.assertEqual([found.statement_number for found in self.scan(text)], ["1", "2", "3"])

    def test_pages_with_intermediate_balances(self):
        first, second = self.read_all(
            statement(line(), number="5/1", closing=":62M:C260115EUR900,00", tail="-\n")
            + statement(line(), number="5/2", opening=":60M:C260115EUR900,00", tail="-\n")
        )
        self.assertEqual((first.sequence_number, second.sequence_number), ("1", "2"))
        self.assertEqual(first.closing_balance, second.opening_balance)

    def test_swift_envelope(self):
        text = "".join(
            "{1:F01BANKXX22AXXX0000000000}{2:O9401200260115BANKXX22AXXX}{4:\n"
            + statement(line(), number=f"{n}/1", tail="-}{5:{CHK:123456789ABC}}\n")
            for n in (1, 2)
        )
        found = self.read_all(text)
        self.assertEqual([len(one.entries) for one in found], [1, 1])

    def test_windows_line_ends_and_none_at_the_end(self):
        text = statement(line(narrative=("one", "", "three")), tail="").rstrip("\n")
        (found,) = self.read_all(text.replace("\n", "\r\n"))
        self.assertEqual(found.entries[0].narratives, ["one", "", "three"])
        self.assertEqual(found.entries[0].raw, line(narrative=("one", "", "three")))

    def test_header_lines_of_the_bank_between_statements(self):
        text = "BANKNL2A\n940\n" + statement(line()) + "BANKNL2A\n940\n" + statement(line())
        self.assertEqual(len(self.scan(text)), 2)

    def test_statement_without_entries(self):
        found = self.read_one()
        self.assertEqual(found.entries, [])
        self.assertEqual(str(found.opening_balance), "1000.00")

    def test_slices_cover_their_statement_only(self):
        one, two = statement(line(), account="1", tail=""), statement(line(), account="2", tail="")
        first, second = self.scan(one + two)
        self.assertEqual((first.start, first.end), (0, len(one)))
        self.assertEqual((second.start, second.end), (len(one), len(one + two)))


class TestRefusedFiles(Mt940Case):
    def test_empty(self):
        self.refused(b"", "empty")

    def test_only_blank_lines(self):
        self.refused(b"\n \n", "not an MT940 file")

    def test_other_text(self):
        self.refused("date;amount\n2026-01-15;100,00\n", "not an MT940 file", ":20:")

    def test_binary(self):
        self.refused(b"PK\x03\x04\x14\x00\x00", "Line 1", "not text")

    def test_nul_bytes_among_entries(self):
        text = statement(line(), line(narrative=("a\x00b",)))
        self.refused(text, "Line 9", "0x00", "not text")

    def test_utf_16(self):
        self.refused(statement(line()).encode("utf-16"), "UTF-16", "UTF-8")

    def test_lone_carriage_returns(self):
        self.refused(statement(line()).replace("\n", "\r"), "Line 1", "carriage return")

    def test_endless_line(self):
        self.refused(":20:" + "x" * 600_000, "Line 1", "longer than")

    def test_missing_reference(self):
        self.refused(statement(line(), reference=None), "Line 1", ":25:", ":20:")

    def test_missing_account(self):
        self.refused(statement(line(), account=None), "Line 3", ":25:")

    def test_empty_account(self):
        self.refused(statement(line(), account="  "), "Line 4", ":25:")

    def test_missing_number(self):
        self.refused(statement(line(), number=None), "Line 3", ":28C:")

    def test_number_that_is_none(self):
        self.refused(statement(line(), number="JAN"), "Line 4", ":28C:", "JAN")

    def test_missing_opening_balance(self):
        self.refused(statement(line(), opening=None), "Line 4", ":60F:", "STMT1")

    def test_header_alone(self):
        self.refused(":20:REF\n", "Line 1", ":25:")
        self.refused(":20:REF\n:25:1\n:28C:1/1\n", "Line 3", ":60F:")

    def test_header_without_end(self):
        self.refused(":20:REF\n:25:1\n:28C:1/1\n" + "text\n" * 500, ":60F:")

    def test_missing_closing_balance(self):
        self.refused(statement(line(), closing=None), "Line 1", ":62F:", "cut off")

    def test_file_cut_off_among_its_entries(self):
        self.refused("\n" + statement(line(), line())[:200], "Line 2", ":62F:")

    def test_cut_off_statement_does_not_swallow_the_next(self):
        text = statement(line(), account="1", closing=None, tail="") + statement(
            line(), account="2"
        )
        self.refused(text, "Line 8", "before the previous one has a closing balance")

    def test_cut_off_statement_with_separator(self):
        text = statement(line(), account="1", closing=None, tail="-\n") + statement(line())
        self.refused(text, "Line 9", "before the previous one has a closing balance")

    def test_cut_off_statement_at_every_place_of_a_block(self):
        """The file is searched in blocks; a header may lie across the border of two."""
        entry = line(narrative=None)
        many = [entry] * ((BLOCK - 250) // (len(entry) + 1))
        for length in range(0, 160, 3):
            text = statement(*many, line(narrative=["x" * length]), closing=None, tail="")
            self.assertTrue(BLOCK - 230 < len(text) < BLOCK + 60)
            self.refused(text + statement(line()), "before the previous one")

    def test_entries_after_the_closing_balance(self):
        self.refused(statement(line(), tail=line() + "\n"), "Line 9", "after the closing balance")

    def test_balance_with_a_decimal_point(self):
        self.refused(statement(opening=":60F:C260101EUR1000.00"), "Line 4", "decimal comma")
        self.refused(statement(closing=":62F:C260131EUR900.00"), "Line 5", "decimal comma")

    def test_balance_without_a_currency(self):
        self.refused(statement(closing=":62F:C260131900,00"), "Line 5", "a currency")

    def test_fields_after_the_end_of_a_statement(self):
        self.refused(statement(line()) + line() + "\n", "Line 11", "before :20:")

    def test_interim_report(self):
        for text in (
            INTERIM,
            INTERIM.replace(":34F:EUR0,\n", ""),
            INTERIM.replace(":13D:2601151200+0100\n", ""),
            ":20:A\n:25:1\n:28C:1\n:13:2601151200\n:90D:0EUR0,\n:90C:0EUR0,\n-\n",
        ):
            self.refused(text, "Line 1", "MT942", "MT940")

    def test_interim_report_among_statements(self):
        text = statement(line()) + INTERIM + statement(line())
        self.refused(text, "Line 11", "MT942", "which prove nothing")


class TestEncodings(Mt940Case):
    def test_utf_8(self):
        self.assertEqual(self.entry(narrative=("Ñandú ẞ 東京",)).narratives, ["Ñandú ẞ 東京"])

    def test_utf_8_with_byte_order_mark(self):
        text = statement(line(narrative=("é",))).encode("utf-8-sig")
        (found,) = self.read_all(text)
        self.assertEqual((found.reference_number, found.entries[0].narratives), ("STMT1", ["é"]))

    def test_windows_1252_where_it_is_no_utf_8(self):
        text = statement(line(narrative=("José €",))).encode("cp1252")
        self.assertEqual(self.read_all(text)[0].entries[0].narratives, ["José €"])

    def test_each_statement_has_its_encoding(self):
        """Where files were joined: what another statement is written in says nothing."""
        first = statement(line(narrative=("é",))).encode("utf-8")
        second = statement(line(narrative=("é",))).encode("cp1252")
        for text in (first + second, second + first):
            found = self.read_all(text)
            self.assertEqual([one.entries[0].narratives for one in found], [["é"], ["é"]])

    def test_one_encoding_for_the_whole_statement(self):
        """A character of UTF-8 is not read as such where another place shows Windows-1252."""
        text = statement(line(narrative=("UTF",)), line(narrative=("WINDOWS",))).encode()
        text = text.replace(b"UTF", b"\xc3\xa9").replace(b"WINDOWS", b"\xe9")
        (found,) = self.read_all(text)
        self.assertEqual([one.narratives for one in found.entries], [["Ã©"], ["é"]])
