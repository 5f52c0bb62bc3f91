# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""CSV files, and what every kind of file has in common."""

import io

from hypothesis import given
from hypothesis import strategies as st
from odoo.tests.common import BaseCase

from ...lib.lost_digits import are_whole
from ...lib.tables.formula_text import defuse
from ...lib.tables.reader import read_rows
from ...lib.tables.rows import Layout, TabularError
from .import_files import HEADER, csv_bytes, xlsx_bytes

LAYOUT = Layout(
    HEADER[1:], HEADER[:1], frozenset(["disbursement_amount"]), frozenset(HEADER[:2]), max_rows=50
)
RECORD = ("M1", "ID1", "Asha", "10.50", "Grant")


class TabularCase(BaseCase):
    def read(self, content, layout=LAYOUT):
        return list(read_rows(io.BytesIO(content), layout))

    def values(self, content, layout=LAYOUT):
        """The values of each record in the order of HEADER."""
        rows = self.read(content, layout)
        self.assertFalse([fault for row in rows for fault in row.faults])
        return [tuple(map(row.values.get, HEADER)) for row in rows]

    def refused(self, content, *codes, layout=LAYOUT):
        with self.assertRaises(TabularError) as caught:
            self.read(content, layout)
        faults = caught.exception.faults
        self.assertEqual([fault.code for fault in faults], list(codes))
        return faults

    def fault(self, content, layout=LAYOUT):
        """The only fault in the records."""
        (fault,) = [fault for row in self.read(content, layout) for fault in row.faults]
        return fault


class TestCsv(TabularCase):
    def test_every_encoding_delimiter_and_line_end_reads_the_same(self):
        record = ("M1", "007", "Zoë Łuk", "10.50", "Aid; March,\t2026")
        for encoding in ("utf-8", "utf-8-sig", "utf-16"):
            for delimiter in ",;\t":
                for line_end in ("\n", "\r\n"):
                    with self.subTest(encoding, delimiter=delimiter, line_end=line_end):
                        content = csv_bytes(
                            record, encoding=encoding, delimiter=delimiter, line_end=line_end
                        )
                        self.assertEqual(self.values(content), [record])

    def test_utf16_of_either_byte_order_is_known_by_its_mark(self):
        text = csv_bytes(RECORD).decode()
        for encoding in ("utf-16-le", "utf-16-be"):
            with self.subTest(encoding):
                self.assertEqual(self.values(("\ufeff" + text).encode(encoding)), [RECORD])

    def test_quoted_fields_hold_delimiters_quotes_and_line_ends(self):
        record = ("M1", "ID1", 'Asha "A", jr', "10.50", "first\nsecond")
        rows = self.read(csv_bytes(record, RECORD))
        self.assertEqual(tuple(map(rows[0].values.get, HEADER)), record)
        self.assertEqual(rows[1].number, 3, "counted as a spreadsheet counts")

    def test_header_in_any_case_order_and_spacing(self):
        content = b" Narrative ,BENEFICIARY_ID,beneficiary_name , Disbursement_Amount\nG,1,A,2\n"
        self.assertEqual(self.values(content), [(None, "1", "A", "2", "G")])

    def test_values_keep_leading_zeros_and_lose_the_space_around(self):
        content = csv_bytes(("M1", " 00012 ", "Asha\u00a0", "010.50", "Grant"))
        self.assertEqual(self.values(content), [("M1", "00012", "Asha", "010.50", "Grant")])

    def test_amounts_stay_as_written(self):
        content = csv_bytes(("M1", "ID1", "Asha", "1,234.50", "Grant"))
        self.assertEqual(self.values(content)[0][3], "1,234.50")

    def test_empty_rows_are_left_out_but_counted(self):
        content = csv_bytes(RECORD, ["", " ", "", "", ""], RECORD, [], ["", "", "", "", ""], [])
        self.assertEqual([row.number for row in self.read(content)], [2, 4])

    def test_empty_rows_before_the_header(self):
        self.assertEqual(self.values(b"\n,,,,\n" + csv_bytes(RECORD)), [RECORD])

    def test_missing_fields_at_the_end_are_empty(self):
        content = csv_bytes(("M1", "ID1"))
        self.assertEqual(self.values(content), [("M1", "ID1", None, None, None)])

    def test_field_without_a_column_is_a_fault_of_its_row(self):
        fault = self.fault(csv_bytes(RECORD, (*RECORD, "more")))
        self.assertEqual((fault.code, fault.row, fault.value), ("VALUE_WITHOUT_COLUMN", 3, "more"))

    def test_empty_column_at_the_end_is_no_fault(self):
        content = csv_bytes((*RECORD, ""), header=(*HEADER, ""))
        self.assertEqual(self.values(content), [RECORD])

    def test_header_faults_are_told_all_at_once(self):
        content = csv_bytes(header=("beneficiary_id", "Beneficiary_ID", "amount", "narrative"))
        faults = self.refused(
            content, "UNKNOWN_COLUMN", "REPEATED_COLUMN", "MISSING_COLUMN", "MISSING_COLUMN"
        )
        self.assertEqual(faults[0].value, "amount")
        self.assertEqual(
            [fault.column for fault in faults[1:]],
            ["beneficiary_id", "beneficiary_name", "disbursement_amount"],
        )

    def test_too_many_columns(self):
        self.refused(csv_bytes(header=[f"c{number}" for number in range(70)]), "TOO_MANY_COLUMNS")

    def test_control_character_is_a_fault(self):
        fault = self.fault(csv_bytes(("M1", "ID1", "As\x07ha", "1", "Grant")))
        self.assertEqual((fault.code, fault.column), ("INVALID_CHARACTER", "beneficiary_name"))
        self.assertEqual(fault.value, "As\ufffdha")

    def test_ids_that_a_spreadsheet_has_changed_are_faults(self):
        for value, code in (
            ("1.23457E+17", "NUMBER_TOO_LONG"),
            ("1,23457E+17", "NUMBER_TOO_LONG"),
            ("'+1.2E+05", "NUMBER_TOO_LONG"),
            ("123456789012.0", "NUMBER_WITH_DECIMALS"),
            ("#N/A", "ERROR_CELL"),
            ("#####", "ERROR_CELL"),
        ):
            with self.subTest(value):
                fault = self.fault(csv_bytes(("M1", value, "Asha", "1", "Grant"), delimiter=";"))
                self.assertEqual((fault.code, fault.column), (code, "beneficiary_id"))
                self.assertEqual(fault.value, value)

    def test_other_texts_and_amounts_may_look_so(self):
        record = ("12E5", "007.0", "#1 Asha", "1.5E+3", "1.2E+05 #N/A")
        self.assertEqual(self.values(csv_bytes(record)), [record])
        self.assertEqual(self.values(xlsx_bytes(record)), [record])

    def test_long_value_is_shown_shortened(self):
        fault = self.fault(csv_bytes(("M1", "ID1", "A" * 500 + "\x01", "1", "Grant")))
        self.assertEqual(len(fault.value), 100)


class TestBadCsv(TabularCase):
    def test_latin1_names_the_line(self):
        content = csv_bytes(RECORD, ("M2", "ID2", "Zoë", "1", "Grant"), encoding="latin-1")
        (fault,) = self.refused(content, "NOT_UTF8")
        self.assertEqual((fault.row, fault.value), (3, "0xEB"))

    def test_latin1_far_down_names_the_line(self):
        layout = Layout(LAYOUT.required, LAYOUT.optional)
        content = csv_bytes(*[RECORD] * 40_000) + "M2,ID2,Zoë,1,Grant\n".encode("latin-1")
        (fault,) = self.refused(content, "NOT_UTF8", layout=layout)
        self.assertEqual(fault.row, 40_002)

    def test_cut_utf16_names_the_line(self):
        content = csv_bytes(RECORD, encoding="utf-16")[:-1]
        (fault,) = self.refused(content, "NOT_UTF8")
        self.assertEqual(fault.row, 2)

    def test_utf16_without_mark_is_not_text(self):
        self.refused(csv_bytes(RECORD, encoding="utf-16-le"), "NOT_TEXT")

    def test_quote_without_end_names_the_row_where_it_begins(self):
        content = csv_bytes(RECORD) + b'M2,ID2,"Asha,1,Grant\n' + b"M3,ID3,Bo,1,Grant\n" * 9
        (fault,) = self.refused(content, "BROKEN_CSV")
        self.assertEqual(fault.row, 3)
        self.assertTrue(fault.details["reason"])

    def test_old_excel_and_locked_files_are_recognised(self):
        self.refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "OLD_OR_LOCKED_EXCEL")

    def test_nothing_to_read(self):
        for content in (b"", b"\xef\xbb\xbf", b"\n \n", b"\xff\xfe"):
            with self.subTest(content):
                self.refused(content, "EMPTY_FILE")
        self.refused(csv_bytes(), "NO_ROWS")

    def test_row_limit_counts_only_rows_with_values(self):
        self.assertEqual(len(self.read(csv_bytes(*[RECORD] * 50, [], []))), 50)
        (fault,) = self.refused(csv_bytes(*[RECORD] * 51), "TOO_MANY_ROWS")
        self.assertEqual((fault.row, fault.details["limit"]), (52, 50))

    def test_the_stream_stays_open(self):
        for content in (csv_bytes(RECORD), csv_bytes(("é",), encoding="latin-1")):
            stream = io.BytesIO(content)
            try:
                list(read_rows(stream, LAYOUT))
            except TabularError:
                pass
            self.assertFalse(stream.closed)

    @given(st.binary(max_size=300))
    def test_any_bytes_are_read_or_refused(self, content):
        for start in (b"", csv_bytes(), b"\xff\xfe", b"PK\x03\x04"):
            try:
                self.read(start + content)
            except TabularError as error:
                self.assertTrue(error.faults)

    @given(
        st.lists(
            st.lists(
                st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(
                    lambda text: text.strip()
                ),
                min_size=5,
                max_size=5,
            ),
            min_size=1,
            max_size=5,
        ).filter(
            lambda records: are_whole([value.strip() for record in records for value in record])
        )
    )
    def test_what_was_written_is_read(self, records):
        """But for what a spreadsheet itself has spoilt, which is refused."""
        written = [[defuse(value.strip()) for value in record] for record in records]
        self.assertEqual(
            self.values(csv_bytes(*written)),
            [tuple(value.strip() for value in record) for record in records],
        )
