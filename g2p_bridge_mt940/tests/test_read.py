# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from decimal import Decimal

import mt940

from ..lib import read, scan
from .common import Mt940Case, line, statement, stream


class TestRead(Mt940Case):
    def test_statement(self):
        found = self.read_one(
            line(), opening=":60F:D260101KWD12,345", closing=":62F:C260131KWD1,", number="3/2"
        )
        self.assertEqual(found.account_number, "1234567890")
        self.assertEqual(found.reference_number, "STMT1")
        self.assertEqual((found.statement_number, found.sequence_number), ("3", "2"))
        self.assertEqual(found.currency, "KWD")
        self.assertEqual(found.statement_date, date(2026, 1, 31))
        self.assertEqual(found.opening_balance, Decimal("-12.345"))
        self.assertEqual(found.closing_balance, Decimal("1"))

    def test_entry(self):
        text = line(narrative=("Cash", "PROGRAM"), supplement="further details")
        entry = self.read_one(text).entries[0]
        self.assertEqual(entry.sequence, 1)
        self.assertEqual(entry.value_date, date(2026, 1, 15))
        self.assertEqual(entry.entry_date, date(2026, 1, 15))
        self.assertEqual(entry.mark, "D")
        self.assertEqual(entry.amount, Decimal("100.00"))
        self.assertEqual(entry.customer_reference, "000000000000001")
        self.assertEqual(entry.bank_reference, "B000001")
        self.assertEqual(entry.narratives, ["Cash", "PROGRAM"])
        self.assertEqual(entry.raw, text)

    def test_dates_are_plain_dates(self):
        entry = self.entry()
        self.assertIs(type(entry.value_date), date)
        self.assertIs(type(entry.entry_date), date)
        self.assertIs(type(self.read_one().statement_date), date)

    def test_sequences_count_from_one(self):
        found = self.read_one(*[line()] * 7)
        self.assertEqual([entry.sequence for entry in found.entries], list(range(1, 8)))

    def test_entry_without_narrative_differs_from_an_empty_one(self):
        bare, empty, full = self.read_one(
            line(narrative=None), line(narrative=("",)), line(narrative=("a",))
        ).entries
        self.assertEqual((bare.narratives, empty.narratives), ([], [""]))
        self.assertEqual(full.narratives, ["a"])

    def test_marks(self):
        entries = self.read_one(*[line(mark=mark) for mark in ("C", "D", "RC", "RD")]).entries
        self.assertEqual([entry.mark for entry in entries], ["C", "D", "RC", "RD"])
        self.assertEqual(
            [entry.signed_amount for entry in entries],
            [Decimal(100), Decimal(-100), Decimal(-100), Decimal(100)],
        )

    def test_funds_code_is_no_part_of_the_mark(self):
        marks = ("CR", "DR", "DD", "CD", "RCR", "RDR", "RDD")
        entries = self.read_one(*[line(mark=mark) for mark in marks]).entries
        self.assertEqual([entry.mark for entry in entries], ["C", "D", "D", "C", "RC", "RD", "RD"])
        self.assertEqual({entry.amount for entry in entries}, {Decimal("100")})

    def test_forms_of_amounts(self):
        for text, amount in (
            ("1234,", "1234"),
            (",50", "0.50"),
            ("0,", "0"),
            ("0,005", "0.005"),
            ("000123,40", "123.40"),
        ):
            self.assertEqual(str(self.entry(amount=text).amount), amount)

    def test_entry_without_entry_date(self):
        blank, none = self.read_one(line(entry="    "), line(entry="")).entries
        self.assertEqual((blank.entry_date, none.entry_date), (None, None))

    def test_february_of_thirty_days(self):
        entries = self.read_one(*[line(value=day) for day in ("260230", "280230", "280229")])
        self.assertEqual(
            [entry.value_date for entry in entries.entries],
            [date(2026, 2, 28), date(2028, 2, 29), date(2028, 2, 29)],
        )

    def test_other_fields_before_the_first_entry(self):
        found = self.read_one(":NS:01text\n:86:of the statement", line())
        self.assertEqual([entry.narratives[0] for entry in found.entries], ["Cash transfer"])

    def test_narrative_of_the_statement_is_not_of_its_last_entry(self):
        tail = ":64:C260131EUR900,00\n:86:of the statement\n-\n"
        found = self.read_one(line(narrative=("mine",)), tail=tail)
        self.assertEqual(found.entries[0].narratives, ["mine"])

    def test_tag_before_every_line_of_a_narrative(self):
        found = self.entry(narrative=("PERSON, A", ":86:ACCOUNT_CLOSED", ":86:", ":86:x"))
        self.assertEqual(found.narratives, ["PERSON, A", "ACCOUNT_CLOSED", "", "x"])
        self.assertIn("\n:86:ACCOUNT_CLOSED\n", found.raw)

    def test_narrative_in_a_field_of_the_bank_s_own(self):
        text = line(narrative=None, supplement="details") + "\n:NS:01Grant\n17PERSON, A"
        first, second = self.read_one(text, line()).entries
        self.assertEqual(first.narratives, ["01Grant", "17PERSON, A"])
        self.assertEqual(first.supplementary_details, "details")
        self.assertEqual(second.narratives, ["Cash transfer", "PROGRAM"])

    def test_both_narratives_are_kept(self):
        before = line(narrative=None) + "\n:NS:01Grant\n17PERSON, A\n:86:TEXT"
        behind = line(narrative=("TEXT",)) + "\n:NS:01Grant\n17PERSON, A"
        first, second = self.read_one(before, behind).entries
        self.assertEqual(first.narratives, ["01Grant", "17PERSON, A", "TEXT"])
        self.assertEqual(second.narratives, ["TEXT", "01Grant", "17PERSON, A"])

    def test_line_like_an_entry_in_a_narrative_of_the_bank_s_own(self):
        text = line(narrative=None) + "\n:NS:see\n:61:below"
        self.assertEqual(self.read_one(text).entries[0].narratives, ["see", ":61:below"])

    def test_balance_in_two_currencies(self):
        self.refused(statement(closing=":62F:C260131USD1,00"), "Line 5", "USD", "EUR")

    def test_stream_may_be_used_while_entries_are_read(self):
        file = stream(statement(*[line(customer=str(n)) for n in range(5000)]))
        (where,) = scan(file)
        seen = []
        for entry in read(file, where).entries:
            file.seek(0)
            seen.append(entry.customer_reference)
        self.assertEqual(seen, [str(n) for n in range(5000)])


class TestPieces(Mt940Case):
    """A file is read in blocks and given to the package in pieces: nobody can tell."""

    def test_entries_across_block_borders(self):
        entries = [
            line(customer=str(n), narrative=("é" * (n % 61), "", ":61:no entry", str(n)))
            for n in range(9000)
        ]
        found = self.read_one(*entries).entries
        self.assertEqual([entry.raw for entry in found], entries)
        self.assertEqual([entry.narratives[3] for entry in found], [str(n) for n in range(9000)])

    def test_line_number_of_an_entry_far_into_the_file(self):
        entries = [line() for _n in range(6000)]
        text = statement(*entries, line(amount="1.00"), *entries)
        self.refused(text, f"Line {4 + 3 * 6000 + 1}:", "decimal comma")

    def test_entry_without_end(self):
        for text in ("x" * 60, ":61:x"):
            self.refused(statement(line(narrative=[text] * 40_000)), "Line", "more than 65536")


class TestPackageTraps(Mt940Case):
    """What the mt-940 package gets wrong, and that it does not reach us."""

    def test_package_is_as_described(self):
        """If one of these fails, the package has changed: read the traps again."""
        bare = mt940.parse(statement(line(narrative=("a", "", "c"))))
        self.assertEqual(bare[0].data["transaction_details"], "a\nc")
        bare = mt940.parse(statement(line(customer="A" * 17)))
        self.assertIsNone(bare[0].data["bank_reference"])
        bare = mt940.parse(statement(line(amount="1234567890123,45")))
        self.assertNotEqual(abs(bare[0].data["amount"].amount), Decimal("1234567890123.45"))
        bare = mt940.parse(statement(account="1") + statement(account="2"))
        self.assertEqual(bare.data["account_identification"], "2")

    def test_empty_narrative_lines_keep_their_place(self):
        entry = self.entry(narrative=("", "b", "", "", "e", ""))
        self.assertEqual(entry.narratives, ["", "b", "", "", "e", ""])

    def test_narrative_text_is_kept_as_it_is(self):
        narrative = (
            "a\u2028b\x85c\xa0",
            "103?00PAYMENT?20SVWZ+x",
            "  leading",
            "trailing  ",
            "-",
            "x" * 900,
            "-}",
        )
        self.assertEqual(self.entry(narrative=narrative).narratives, list(narrative))

    def test_long_customer_reference_keeps_the_bank_reference(self):
        entry = self.entry(customer="A" * 34, bank="B" * 40)
        self.assertEqual((entry.customer_reference, entry.bank_reference), ("A" * 34, "B" * 40))

    def test_references_that_are_missing(self):
        entries = self.read_one(
            line(customer="", bank=None), line(customer="A", bank=None), line(customer="", bank="B")
        ).entries
        self.assertEqual(
            [(entry.customer_reference, entry.bank_reference) for entry in entries],
            [("", ""), ("A", ""), ("", "B")],
        )

    def test_references_with_slashes(self):
        entry = self.entry(customer="A/1", bank="/B//C")
        self.assertEqual((entry.customer_reference, entry.bank_reference), ("A/1", "/B//C"))

    def test_amounts_of_fifteen_digits(self):
        for text, amount in (
            ("1234567890123,45", "1234567890123.45"),
            ("123456789012,345", "123456789012.345"),
            ("123456789012345,", "123456789012345"),
        ):
            entry = self.entry(amount=text)
            self.assertEqual(str(entry.amount), amount)
            self.assertEqual(entry.bank_reference, "B000001")

    def test_balances_of_fifteen_digits(self):
        found = self.read_one(opening=":60F:D260101EUR1234567890123,45")
        self.assertEqual(found.opening_balance, Decimal("-1234567890123.45"))

    def test_amounts_that_cannot_be_exact(self):
        self.refused(statement(line(amount="12345678901234,56")), "Line 5", "15 significant")
        text = statement(opening=":60F:D260101EUR12345678901234,56")
        self.refused(text, "Line 4", "15 significant")

    def test_narrative_that_begins_like_a_field(self):
        narrative = (
            ":20:REF",
            ":25:999",
            ":61:see letter",
            ":61:123456 is the letter",
            ":61:",
            ":62F:soon",
            ":60F:C260101EUR1,00",
            ":28C:1/1",
            "{1:F01",
            "-",
        )
        found = self.read_one(line(narrative=narrative), line())
        self.assertEqual(found.account_number, "1234567890")
        self.assertEqual(len(found.entries), 2)
        self.assertEqual(found.entries[0].narratives, list(narrative))

    def test_narrative_that_holds_a_closing_balance(self):
        narrative = (":62F:C260131EUR1,00", "and more")
        for entries in ([line(narrative=narrative), line()], [line(narrative=narrative)]):
            found = self.read_one(*entries)
            self.assertEqual(found.entries[0].narratives, list(narrative))
            self.assertEqual(found.closing_balance, Decimal(900))

    def test_narrative_of_the_statement_may_hold_what_looks_like_fields(self):
        tail = ":86:of the statement\n:20:REF\n:61:see letter\n:62F:soon\n:20:REF\n"
        found = self.read_all(statement(line(), tail=tail) + statement(line()))
        self.assertEqual(len(found), 2)

    def test_entry_date_in_the_next_year(self):
        entry = self.entry(value="261231", entry="0101")
        self.assertEqual(entry.entry_date, date(2027, 1, 1))

    def test_entry_date_in_the_year_before(self):
        entry = self.entry(value="270101", entry="1231")
        self.assertEqual(entry.entry_date, date(2026, 12, 31))

    def test_entry_date_long_after_the_value_date(self):
        """The package takes these two to be 309 days apart, backwards."""
        entry = self.entry(value="261115", entry="0110")
        self.assertEqual(entry.entry_date, date(2027, 1, 10))

    def test_leap_day_of_the_next_year_is_not_guessed(self):
        text = statement(line(value="271230", entry="0229"))
        self.refused(text, "Line 5", "mt-940 package")

    def test_entry_without_a_type_does_not_take_over_the_next(self):
        for customer in ("1", "00", "REF"):
            text = statement(line(), line(kind="", customer=customer), line())
            self.refused(text, "Line 8", "transaction type")

    def test_entry_with_neither_type_nor_customer_reference(self):
        found = self.entry(kind="", customer="", amount="220000,00", bank="19239782213")
        self.assertEqual(found.amount, Decimal("220000.00"))
        self.assertEqual((found.transaction_type, found.bank_reference), ("", "19239782213"))
        self.assertEqual(self.entry(kind="", customer="", bank=None).amount, Decimal(100))

    def test_amount_before_nothing_is_not_guessed(self):
        """Digits of a reference look like decimals where there is no type between them."""
        for amount in ("100,", "100,0", "100,001", ",5"):
            text = statement(line(amount=amount, kind="", customer=""))
            self.refused(text, "Line 5", "transaction type")

    def test_blank_behind_the_amount(self):
        found = self.entry(amount="12,35 ", kind="NRTI", customer="KREF+")
        self.assertEqual((found.amount, found.transaction_type), (Decimal("12.35"), "NRTI"))
        self.assertEqual((found.customer_reference, found.bank_reference), ("KREF+", "B000001"))


class TestRefusedEntries(Mt940Case):
    """An entry that is not understood names its line; it is never skipped nor guessed."""

    def test_amounts(self):
        for amount in ("100.00", "100", "1,234,56", "1 000,00", ",", "-5,00", "٣,00"):
            self.refused(statement(line(), line(amount=amount)), "Line 8", ":61:")

    def test_marks(self):
        for mark in ("", "X", "d", "rd", "EC", "R", "DRR"):
            self.refused(statement(line(), line(mark=mark)), "Line 8", ":61:")

    def test_days(self):
        for day in ("261301", "260132", "260231", "260431", "260000"):
            self.refused(statement(line(), line(value=day)), "Line 8", day)

    def test_entry_days(self):
        for day in ("1301", "0132", "0231", "0000"):
            self.refused(statement(line(), line(entry=day)), "Line 8", day)

    def test_day_of_a_balance(self):
        self.refused(statement(closing=":62F:C261331EUR1,00"), "Line 5", "261331")

    def test_broken_entry_is_not_taken_for_text(self):
        self.refused(statement(line(), line(value="26 1 15")), "Line 8")
        self.refused(statement(line(narrative=None), ":61:see letter"), "Line 6", "date")

    def test_field_without_a_place(self):
        text = statement(line(narrative=None, supplement="details\n:25:1"), line())
        self.refused(text, "Line 7", ":25:")

    def test_text_without_a_field(self):
        self.refused(statement("some text", line()), "Line 5", "no field")
