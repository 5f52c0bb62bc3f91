# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
from datetime import date, datetime
from decimal import Decimal
from unittest import TestCase

import openpyxl
from hypothesis import given
from hypothesis import strategies as st

from ...lib.tables.columns import Column
from ...lib.tables.csv_writer import write_csv
from ...lib.tables.formula_text import defuse, restore
from ...lib.tables.xlsx_writer import write_xlsx

COLUMNS = [
    Column("Name"),
    Column("Amount", "amount"),
    Column("Paid", "date"),
    Column("Received", "moment"),
]
ROWS = (
    ["Person & <Sons>", Decimal("123456789012.37"), date(2026, 11, 20), datetime(2026, 11, 1, 13)],
    ["=1+1", Decimal("0.10"), None, None],
)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", "a;=1", "a\n@b")


class TestExportTable(TestCase):
    """Files that spreadsheets read as they are meant, and never as formulas."""

    def workbook(self, rows=ROWS, **options):
        stream = io.BytesIO()
        self.number = write_xlsx(stream, "Lines & more", COLUMNS, rows, **options)
        return openpyxl.load_workbook(stream)

    def test_what_may_be_a_formula_is_defused(self):
        for text in FORMULAS:
            with self.subTest(text):
                safe = defuse(text)
                self.assertNotEqual(safe, text)
                self.assertEqual(safe.replace("'", ""), text)
                for cell in safe.replace("\n", ";").split(";"):
                    self.assertNotIn(cell.strip()[:1], ("=", "+", "-", "@"))

    def test_plain_texts_stay(self):
        for text in ("", "Person 1", "a-b", "x=y", "O'Neil", "Grant; second half", "é = e"):
            self.assertEqual(defuse(text), text)

    @given(st.text(st.sampled_from("=+-@'; \t\r\nax1＝")))
    def test_what_is_defused_is_taken_back_exactly(self, text):
        self.assertEqual(restore(defuse(text)), text)
        self.assertEqual(restore(restore(defuse(defuse(text)))), text)

    def test_csv_keeps_every_digit(self):
        stream = io.BytesIO()
        self.assertEqual(write_csv(stream, COLUMNS, iter(ROWS)), 2)
        text = stream.getvalue().decode("utf-8-sig")
        header, first, second = csv.reader(io.StringIO(text))
        self.assertEqual(header, ["Name", "Amount", "Paid", "Received"])
        expected = ["Person & <Sons>", "123456789012.37", "2026-11-20", "2026-11-01 13:00:00"]
        self.assertEqual(first, expected)
        self.assertEqual(second, ["'=1+1", "0.10", "", ""])

    def test_workbook_keeps_every_digit(self):
        sheet = self.workbook().active
        self.assertEqual(sheet["A2"].value, "Person & <Sons>")
        self.assertEqual(sheet["B2"].value, 123456789012.37)
        self.assertEqual(sheet["B2"].number_format, "#,##0.00")
        self.assertEqual(sheet["C2"].value, datetime(2026, 11, 20))
        self.assertEqual(sheet["D2"].value, datetime(2026, 11, 1, 13))
        self.assertEqual(sheet.freeze_panes, "A2")

    def test_texts_of_a_workbook_are_texts(self):
        rows = [[text, None, None, None] for text in FORMULAS]
        sheet = self.workbook(rows).active
        for line, text in enumerate(FORMULAS, 2):
            cell = sheet.cell(line, 1)
            self.assertEqual(
                (cell.data_type, cell.quotePrefix, cell.number_format), ("s", True, "@")
            )
            self.assertEqual(cell.value.strip(), text.replace("\r", "_x000D_").strip())

    def test_rows_that_do_not_fit_go_to_further_sheets(self):
        rows = ([f"Person {number}", None, None, None] for number in range(5))
        book = self.workbook(rows, sheet_rows=3)
        self.assertEqual(self.number, 5)
        self.assertEqual(book.sheetnames, ["Lines & more", "Lines & more 2", "Lines & more 3"])
        names = [cell.value for sheet in book for cell in sheet["A"][1:]]
        self.assertEqual(names, [f"Person {number}" for number in range(5)])
        self.assertEqual({sheet["A1"].value for sheet in book}, {"Name"})

    def test_nothing_to_export_is_a_table_with_its_header(self):
        book = self.workbook([])
        self.assertEqual((len(book.worksheets), book.active["B1"].value), (1, "Amount"))

    def test_currency_without_decimals(self):
        cell = self.workbook(decimals=0).active["B2"]
        self.assertEqual(cell.number_format, "#,##0")
