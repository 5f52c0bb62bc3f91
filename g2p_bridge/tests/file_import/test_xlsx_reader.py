# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""XLSX workbooks: what a cell holds is not always what a person sees."""

import io
import zipfile
from datetime import date, datetime, time
from decimal import Decimal
from unittest.mock import patch

import openpyxl

from ...lib.tables import xlsx_reader
from .import_files import HEADER, csv_bytes, repacked, saved, xlsx_bytes
from .test_table_reader import RECORD, TabularCase


class TestXlsx(TabularCase):
    def test_a_workbook_reads_as_the_same_csv(self):
        record = ("M1", "007", 'Zoë "Ł"', "10.50", "first\nsecond")
        self.assertEqual(self.values(xlsx_bytes(record)), self.values(csv_bytes(record)))

    def test_amounts_are_exact_decimals_without_binary_noise(self):
        for number, wanted in (
            (0.1, "0.1"),
            (0.1 + 0.2, "0.3"),
            (33.3 * 3, "99.9"),
            (1234.5, "1234.5"),
            (12.0, "12"),
            (7, "7"),
            (999999999999.99, "999999999999.99"),
            (100000000000.01, "100000000000.01"),
            (1e11, "100000000000"),
            (10.005, "10.005"),
            (-3.2, "-3.2"),
        ):
            with self.subTest(number):
                ((*_others, amount, _n),) = self.values(xlsx_bytes(("M", "I", "A", number, "G")))
                self.assertIsInstance(amount, Decimal)
                self.assertEqual(str(amount), wanted)

    def test_amount_as_text_stays_as_written(self):
        self.assertEqual(
            self.values(xlsx_bytes(("M", "I", "A", "1,234.50", "G")))[0][3], "1,234.50"
        )

    def test_numbers_in_text_columns_are_their_digits(self):
        for number, wanted in ((12345.0, "12345"), (12345, "12345"), (999999999999999, "9" * 15)):
            with self.subTest(number):
                self.assertEqual(self.values(xlsx_bytes(("M", number, "A", 1, 2026)))[0][1], wanted)

    def test_leading_zeros_are_kept_of_texts_and_of_formats_that_show_them(self):
        content = xlsx_bytes(
            ("M1", "00123", "A", 1, "G"), ("M2", 123, "A", 1, "G"), formats={"B3": "00000"}
        )
        self.assertEqual([record[1] for record in self.values(content)], ["00123", "00123"])

    def test_cells_that_hold_something_else_are_faults(self):
        for value, code in (
            ("=1+1", "FORMULA_CELL"),
            (date(2026, 1, 31), "DATE_CELL"),
            (datetime(2026, 1, 31, 9), "DATE_CELL"),
            (time(9, 30), "DATE_CELL"),
            (True, "BOOLEAN_CELL"),
            ("#N/A", "ERROR_CELL"),
            ("#DIV/0!", "ERROR_CELL"),
            (12345.5, "NUMBER_WITH_DECIMALS"),
            (1234567890123456, "NUMBER_TOO_LONG"),
            (1.5e300, "NUMBER_TOO_LONG"),
        ):
            with self.subTest(value):
                fault = self.fault(xlsx_bytes(RECORD, ("M1", value, "A", 1, "G")))
                self.assertEqual((fault.code, fault.row, fault.column), (code, 3, HEADER[1]))
                self.assertTrue(fault.value)

    def test_texts_that_a_spreadsheet_has_made_of_an_id_before_are_faults(self):
        for value, code in (
            ("1.23457E+17", "NUMBER_TOO_LONG"),
            ("123456789012.0", "NUMBER_WITH_DECIMALS"),
            ("#####", "ERROR_CELL"),
        ):
            with self.subTest(value):
                fault = self.fault(xlsx_bytes(RECORD, ("M1", value, "A", 1, "G")))
                self.assertEqual((fault.code, fault.row, fault.column), (code, 3, HEADER[1]))
                self.assertEqual(fault.value, value)

    def test_formula_and_date_in_the_amount_are_faults(self):
        for value, code in (("=SUM(A1:A2)", "FORMULA_CELL"), (date(2026, 1, 31), "DATE_CELL")):
            self.assertEqual(self.fault(xlsx_bytes(("M", "I", "A", value, "G"))).code, code)

    def test_formula_over_several_cells_is_a_fault(self):
        book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(RECORD)))
        book.active["D2"] = openpyxl.worksheet.formula.ArrayFormula("D2:D2", "=SUM(1,2)")
        fault = self.fault(saved(book))
        self.assertEqual((fault.code, fault.value), ("FORMULA_CELL", "=SUM(1,2)"))

    def test_text_that_looks_like_a_formula_is_text(self):
        book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(RECORD)))
        book.active["E2"].value = "=grant"
        book.active["E2"].data_type = "s"
        self.assertEqual(self.values(saved(book))[0][4], "=grant")

    def test_the_first_visible_sheet_is_read(self):
        book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(RECORD, sheets=["Notes"])))
        hidden = book.create_sheet("Hidden", 0)
        hidden.sheet_state = "hidden"
        self.assertEqual(self.values(saved(book)), [RECORD])

    def test_empty_and_formatted_rows_are_left_out(self):
        book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(RECORD)))
        book.active["A9"] = "M9"
        book.active["B200"].number_format = "00000"
        rows = self.read(saved(book))
        self.assertEqual([row.number for row in rows], [2, 9])

    def test_a_sheet_that_lies_about_its_size_is_read_to_its_end(self):
        content = xlsx_bytes(RECORD, RECORD)
        sheet = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
        lying = sheet.replace(b'<dimension ref="A1:E3"', b'<dimension ref="A1:A1"')
        self.assertNotEqual(lying, sheet)
        self.assertEqual(len(self.values(repacked(content, sheet1__xml=lying))), 2)

    def test_header_faults_are_those_of_csv(self):
        faults = self.refused(
            xlsx_bytes(header=("beneficiary_id", "beneficiary_name", 5, "narrative")),
            "UNKNOWN_COLUMN",
            "MISSING_COLUMN",
        )
        self.assertEqual(faults[0].value, "5")

    def test_no_rows(self):
        self.refused(xlsx_bytes(), "NO_ROWS")


class TestBadXlsx(TabularCase):
    def sheet(self, xml):
        """A workbook whose sheet has these rows."""
        start = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        text = f'{start}<dimension ref="A1"/><sheetData>{xml}</sheetData></worksheet>'
        return repacked(xlsx_bytes(RECORD), sheet1__xml=text)

    def header(self):
        cells = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEADER)
        return f'<row r="1">{cells}</row>'

    def test_zip_that_is_no_workbook(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("word.txt", "hello")
        self.refused(file.getvalue(), "NOT_XLSX")

    def test_cut_workbook(self):
        content = xlsx_bytes(RECORD)
        self.refused(content[: len(content) // 2], "NOT_XLSX")

    def test_workbook_whose_sheet_breaks_off(self):
        (fault,) = self.refused(self.sheet(self.header() + '<row r="2"><c t='), "DAMAGED_XLSX")
        self.assertTrue(fault.row)

    def test_zip_bomb_is_refused_before_it_is_unpacked(self):
        content = self.sheet(" " * (64 * 2**20))
        self.assertLess(len(content), 2**20)
        with patch.object(xlsx_reader.openpyxl, "load_workbook") as opened:
            (fault,) = self.refused(content, "XLSX_TOO_LARGE")
        self.assertFalse(opened.called)
        self.assertGreaterEqual(fault.details["megabytes"], 64)

    def test_total_of_all_parts_is_limited(self):
        with patch.object(xlsx_reader, "MAX_UNPACKED", 1000):
            self.refused(xlsx_bytes(RECORD), "XLSX_TOO_LARGE")

    def test_parts_held_in_memory_are_limited(self):
        with patch.object(xlsx_reader, "MAX_HELD", 1000):
            self.refused(xlsx_bytes(RECORD), "XLSX_TOO_LARGE")

    def test_entities_that_multiply_are_refused(self):
        entities = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(
            f'<!ENTITY a{n + 1} "{f"&a{n};" * 10}">' for n in range(9)
        )
        xml = (
            f"<!DOCTYPE x [{entities}]><worksheet "
            'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            f'{self.header()}<row r="2"><c t="inlineStr"><is><t>&a9;</t></is></c></row>'
            "</sheetData></worksheet>"
        )
        with self.assertRaisesRegex(Exception, "XLSX"):
            self.read(repacked(xlsx_bytes(RECORD), sheet1__xml=xml))

    def test_row_number_beyond_every_sheet_ends_the_reading(self):
        content = self.sheet(self.header() + '<row r="99999999999"><c><v>1</v></c></row>')
        with patch.object(xlsx_reader, "MAX_SHEET_ROWS", 1000):
            (fault,) = self.refused(content, "TOO_MANY_ROWS")
        self.assertEqual(fault.details["limit"], 1000)

    def test_cells_without_addresses_are_read_in_their_order(self):
        cells = "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in RECORD)
        self.assertEqual(self.values(self.sheet(f"{self.header()}<row>{cells}</row>")), [RECORD])
