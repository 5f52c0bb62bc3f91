# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people, or others in their name, may try with a file of disbursements."""

import csv
import io
import json
from base64 import b64encode
from contextlib import nullcontext

import openpyxl
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from ...lib.tables import csv_reader
from .import_case import RECORDS, ImportCase
from .import_files import HEADER, csv_bytes, xlsx_bytes

FORMULAS = ('=HYPERLINK("http://x")', "+1+1", "@SUM(A1)")


@tagged("post_install", "-at_install")
class TestHostileFiles(ImportCase):
    def assertLeavesNothing(self, record, code):
        self.assertEqual((record.state, record.error_ids.mapped("code")), ("invalid", [code]))
        self.assertFalse(self.disbursements())
        for error in record.error_ids:
            self.assertGreater(len(error.message), 20)
            self.assertNotIn("%(", error.message)

    def test_a_file_is_what_it_holds_and_not_what_it_is_called(self):
        self.assertEqual(self.checked(xlsx_bytes(*RECORDS), name="march.csv").row_count, 3)
        self.assertEqual(self.checked(csv_bytes(*RECORDS), name="march.xlsx").row_count, 3)
        for content in (b"\x7fELF" + bytes(90), b"%PDF-1.7\n%\xe2\xe3", b"\x89PNG\r\n\x1a\n\0"):
            record = self.checked(content, name="march.csv")
            self.assertIn(record.error_ids.code, ("NOT_TEXT", "NOT_UTF8"))

    def test_a_hostile_file_leaves_nothing_but_its_error(self):
        self.patch(csv_reader, "MAX_RECORD", 1000)
        record = self.imported(csv_bytes(*RECORDS) + b"x" * 2000)
        self.assertLeavesNothing(record, "RECORD_TOO_LONG")
        self.assertIn("1000 characters", record.error_ids.message)

    def test_what_is_no_base64_is_told_in_words(self):
        whole = b64encode(csv_bytes(*RECORDS)).decode()
        self.assertEqual(self.new_import().state, "draft")
        for file in (whole[:-3], whole + "!", "é", "data:text/csv;base64," + whole, 5, [whole]):
            with self.assertRaisesRegex(UserError, "did not arrive whole"):
                self.env["g2p.bridge.import"].with_user(self.officer).create(
                    {"envelope_id": self.envelope.id, "file": file}
                )

    def test_lines_of_base64_are_one_file(self):
        record = self.new_import()
        whole = b64encode(csv_bytes(*RECORDS)).decode()
        record.file = "\n".join(whole[place : place + 60] for place in range(0, len(whole), 60))
        self.assertEqual(self.perform(record, "action_check").row_count, 3)

    def test_a_name_is_no_path_and_no_header(self):
        for given, kept in (
            ("../../etc/cron.d/x.csv", "x.csv"),
            ("C:\\Users\\o\\march.xlsx", "march.xlsx"),
            ("march.csv\r\nSet-Cookie: a=b", "march.csvSet-Cookie: a=b"),
            ("a\0b\u202e.csv", "ab.csv"),
            ("../", "disbursements"),
            ("x" * 999, "x" * 255),
        ):
            self.assertEqual(self.new_import(name=given).file_name, kept)


@tagged("post_install", "-at_install")
class TestFormulas(ImportCase, HttpCase):
    """What others wrote into names and narratives runs in no spreadsheet of ours."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "g2p_bridge_base.group_officer,base.group_allow_export"
        new_test_user(cls.env, "exporter", groups)

    def setUp(self):
        super().setUp()
        self.imported(
            csv_bytes(
                *[
                    (f"M{number}", f"ID{number}", text, "20.25", f"{text};=1")
                    for number, text in enumerate(FORMULAS, 1)
                ]
            )
        )
        self.assertEqual(set(self.disbursements().mapped("beneficiary_name")), set(FORMULAS))

    def list_export(self, kind):
        """The list of disbursements as Odoo's own button exports it."""
        self.authenticate("exporter", "exporter")
        names = {
            "mis_reference_number": "char",
            "beneficiary_id": "char",
            "beneficiary_name": "char",
            "disbursement_amount": "float",
            "narrative": "char",
        }
        data = {
            "model": "g2p.bridge.disbursement",
            "fields": [
                {"name": name, "label": name, "type": kind, "store": True}
                for name, kind in names.items()
            ],
            "ids": self.disbursements().ids,
            "domain": [],
            "groupby": [],
            "import_compat": False,
        }
        reply = self.url_open(
            f"/web/export/{kind}",
            {"data": json.dumps(data), "csrf_token": Request.csrf_token(self)},
        )
        self.assertEqual(reply.status_code, 200, reply.text[:300])
        return reply.content

    def assertHarmless(self, texts):
        for text in texts:
            for part in text.replace("\t", ";").split(";"):
                self.assertNotIn(part.strip()[:1], tuple("=+-@"), text)

    def test_the_list_export_of_odoo_writes_no_formula(self):
        sheet = openpyxl.load_workbook(io.BytesIO(self.list_export("xlsx"))).active
        cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
        self.assertEqual({cell.data_type for cell in cells}, {"s", "n"})
        self.assertEqual({row[3].value for row in sheet.iter_rows(min_row=2)}, {20.25})
        self.assertHarmless(cell.value for cell in cells if cell.data_type == "s")
        rows = list(csv.reader(io.StringIO(self.list_export("csv").decode())))
        self.assertEqual({float(row[3]) for row in rows[1:]}, {20.25})
        self.assertHarmless(text for row in rows for text in row)

    def test_what_was_exported_is_imported_as_it_was(self):
        for kind in ("csv", "xlsx"):
            content = self.list_export(kind)
            envelope = self.create_envelope(cycle_code_mnemonic=f"AGAIN-{kind}")
            record = self.imported(content, envelope=envelope)
            self.assertEqual(record.state, "done", record.message)
            names = ["mis_reference_number", "beneficiary_name", "narrative"]
            wanted, found = (
                [[line[name] for name in names] for line in self.disbursements(one).sorted("id")]
                for one in (self.envelope, envelope)
            )
            self.assertEqual(sorted(found), sorted(wanted))

    def test_odoos_own_import_takes_back_what_its_export_added(self):
        bank = self.env["g2p.bridge.sponsor.bank"].create({"name": "=1+1", "code": "@1"})
        ((name, code),) = bank.export_data(["name", "code"])["datas"]
        self.assertEqual((name, code), ("'=1+1", "'@1"))
        result = self.env["g2p.bridge.sponsor.bank"].load(["name", "code"], [["'=2", "'@2"]])
        made = self.env["g2p.bridge.sponsor.bank"].browse(result["ids"])
        self.assertEqual((made.name, made.code), ("=2", "@2"))

    def test_the_list_of_errors_has_texts_only(self):
        record = self.checked(csv_bytes(("M1", "=1+1", "", "=9", "+2"), header=HEADER))
        self.authenticate("exporter", "exporter")
        reply = self.url_open(f"/g2p_bridge/import_errors/{record.id}")
        cells = openpyxl.load_workbook(io.BytesIO(reply.content)).active.iter_rows(min_row=2)
        self.assertNotIn("f", {cell.data_type for row in cells for cell in row})
