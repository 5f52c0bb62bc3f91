# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files made to fill the memory or to reach elsewhere: refused in words, and cheaply."""

import io
import random
import tracemalloc
import zipfile
from functools import lru_cache

from ...lib.tables import xlsx_guard
from .import_files import csv_bytes, repacked, xlsx_bytes
from .test_table_reader import RECORD, TabularCase

MEBIBYTE = 2**20
#: What the reading of a hostile file may take, whatever it would grow to.
BOUND = 48 * MEBIBYTE
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ENTITIES = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>"
OUTSIDE = "<!DOCTYPE x [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"


@lru_cache
def noise(count, start="<x a='", end="'/>"):
    """Elements that don't pack well, so that no ratio gives them away."""
    chance = random.Random(7)
    return "".join(f"{start}{chance.getrandbits(40):x}{end}" for _ in range(count))


class TestBombs(TabularCase):
    def assertBounded(self, content, *codes):
        """Assert that a file is refused with one of these codes, without taking much memory."""
        tracemalloc.start()
        try:
            faults = self.refused(content, *codes)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        self.assertLess(peak, BOUND, f"{peak // MEBIBYTE} MB were taken")
        return faults

    def sheet(self, before="", rows=""):
        data = f"<sheetData>{rows}</sheetData>"
        return f'<worksheet xmlns="{MAIN}">{before}{data}</worksheet>'

    def book(self, **parts):
        """A workbook with parts replaced."""
        return repacked(xlsx_bytes(RECORD), **parts)

    def added(self, **parts):
        """A workbook with parts added, named as those of :func:`repacked`."""
        content = io.BytesIO(xlsx_bytes(RECORD))
        with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as archive:
            for name, data in parts.items():
                archive.writestr("xl/" + name.replace("__", "."), data)
        return content.getvalue()

    # Workbooks

    def test_elements_that_nobody_asked_for(self):
        self.assertBounded(self.book(sheet1__xml=self.sheet(noise(300_000))), "XLSX_ODD")

    def test_elements_in_odd_places(self):
        self.patch(xlsx_guard, "MAX_ELEMENTS", 10_000)
        many = noise(10_001)
        for sheet in (
            self.sheet(rows=many),
            self.sheet(rows=f"<row>{many}</row>"),
            self.sheet(rows="<row/>" + many),
        ):
            self.assertBounded(self.book(sheet1__xml=sheet), "XLSX_ODD")

    def test_elements_within_elements(self):
        deep = noise(300_000, "<x a='", "'>")
        self.assertBounded(self.book(sheet1__xml=self.sheet(before=deep)), "XLSX_ODD")

    def test_a_text_without_an_end(self):
        self.patch(xlsx_guard, "MAX_BYTES", 2 * MEBIBYTE)
        text = noise(250_000, "", " ")
        cell = f'<row><c t="inlineStr"><is><t>{text}</t></is></c></row>'
        content = self.book(sheet1__xml=self.sheet(rows=cell))
        self.assertBounded(content, "XLSX_ODD")
        shared = f'<sst xmlns="{MAIN}"><si><t>{text}</t></si></sst>'
        self.assertBounded(self.added(sharedStrings__xml=shared), "XLSX_ODD")

    def test_styles_that_nobody_uses(self):
        styles = f'<styleSheet xmlns="{MAIN}">{noise(300_000)}</styleSheet>'
        self.assertBounded(self.book(styles__xml=styles), "XLSX_ODD")

    def test_a_bomb_in_a_part_of_another_name(self):
        self.assertBounded(self.added(image__png=f"<x>{noise(300_000)}</x>"), "XLSX_ODD")

    def test_entities_are_refused_in_every_part(self):
        for declaration in (ENTITIES, OUTSIDE):
            for part, xml in (
                ("sheet1__xml", self.sheet(rows="<row><c><v>&b;</v></c></row>")),
                ("styles__xml", f'<styleSheet xmlns="{MAIN}">&b;</styleSheet>'),
                ("workbook__xml", f'<workbook xmlns="{MAIN}">&b;</workbook>'),
            ):
                for encoding in ("utf-8", "utf-16"):
                    with self.subTest(part, declaration=declaration, encoding=encoding):
                        packed = (declaration + xml).encode(encoding)
                        self.assertBounded(self.book(**{part: packed}), "XLSX_ODD")

    def test_entities_are_refused_in_texts_that_cells_share(self):
        xml = f'<sst xmlns="{MAIN}"><si><t>&b;</t></si></sst>'
        self.assertBounded(self.added(sharedStrings__xml=ENTITIES + xml), "XLSX_ODD")

    def test_very_many_parts(self):
        content = io.BytesIO(xlsx_bytes(RECORD))
        with zipfile.ZipFile(content, "a") as archive:
            for number in range(2001):
                archive.writestr(f"xl/media/{number}", "")
        self.assertBounded(content.getvalue(), "XLSX_TOO_LARGE")

    def test_zeros_that_unpack_to_very_much(self):
        content = io.BytesIO(xlsx_bytes(RECORD))
        with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            with archive.open("xl/worksheets/sheet2.xml", "w") as part:
                for _ in range(64):
                    part.write(bytes(MEBIBYTE))
        self.assertBounded(content.getvalue(), "XLSX_TOO_LARGE")

    def test_a_workbook_in_a_workbook_is_not_unpacked(self):
        inner = self.book(sheet1__xml=self.sheet(before=noise(300_000)))
        content = io.BytesIO(xlsx_bytes(RECORD))
        with zipfile.ZipFile(content, "a") as archive:
            archive.writestr("xl/embeddings/inner.xlsx", inner)
        self.assertEqual(self.values(content.getvalue())[0][0], RECORD[0])

    def test_parts_named_like_paths_and_links_to_other_books_reach_nothing(self):
        content = io.BytesIO(xlsx_bytes(RECORD))
        link = (
            '<externalLink><externalBook xmlns:r="urn:r" r:id="file:///etc/passwd"/></externalLink>'
        )
        with zipfile.ZipFile(content, "a") as archive:
            for name in ("../../../etc/cron.d/x", "/etc/passwd", "xl/externalLinks/e1.xml"):
                archive.writestr(name, link)
        self.assertEqual(self.values(content.getvalue())[0][0], RECORD[0])

    def test_a_locked_part(self):
        content = bytearray(xlsx_bytes(RECORD))
        # The flag "encrypted" of each entry in the directory.
        place = content.find(b"PK\x01\x02")
        while place >= 0:
            content[place + 8] |= 1
            place = content.find(b"PK\x01\x02", place + 1)
        self.assertBounded(bytes(content), "NOT_XLSX")

    # CSV

    def test_a_line_without_an_end(self):
        line = noise(600_000, "", "")
        for encoding in ("utf-8", "utf-16"):
            (fault,) = self.assertBounded(line.encode(encoding), "RECORD_TOO_LONG")
            self.assertEqual(fault.row, 1)

    def test_a_record_without_an_end(self):
        head = csv_bytes(RECORD)
        for record in (b'M2,"' + b"x\n" * 2 * MEBIBYTE, b'"\n",' * MEBIBYTE, b"," * MEBIBYTE):
            (fault,) = self.assertBounded(head + record, "RECORD_TOO_LONG")
            self.assertEqual(fault.row, 3)

    def test_bytes_that_are_no_text(self):
        self.assertBounded(csv_bytes(RECORD) + bytes(100), "NOT_TEXT")
        far = csv_bytes(*[("M", "", "A" * 3000, "1", "Grant")] * 40) + b"M2,ID2,Zo\xeb,1,Grant\n"
        self.assertGreater(len(far), 64 * 1024)
        (fault,) = self.assertBounded(far, "NOT_UTF8")
        self.assertEqual(fault.row, 42)
        for encoding in ("utf-32", "utf-32-le", "utf-32-be"):
            self.assertBounded(csv_bytes(RECORD, encoding=encoding), "NOT_TEXT")

    # Formulas

    def test_what_an_export_added_is_taken_back(self):
        for added, given in (
            ("'=1+1", "=1+1"),
            ("'+254700", "+254700"),
            ("'@x", "@x"),
            ("''=x", "'=x"),
            ("O'Neil", "O'Neil"),
            ("'quoted'", "'quoted'"),
        ):
            record = ("M1", "ID1", added, "1", "Grant")
            for content in (csv_bytes(record), xlsx_bytes(record)):
                self.assertEqual(self.values(content)[0][2], given)
