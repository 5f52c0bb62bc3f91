# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The files that an import gives: its template, and its errors."""

import io
from base64 import b64encode

import openpyxl
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.queue_job.job import Job

from ...lib.tables.reader import read_rows
from ...services.wire import ADDRESS
from .import_files import HEADER, xlsx_bytes
from .test_table_reader import LAYOUT

GROUP = "g2p_bridge_base.group_"


@tagged("post_install", "-at_install")
class TestImportDownload(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name in ("officer", "auditor"):
            new_test_user(cls.env, f"import_{name}", GROUP + name)
        new_test_user(cls.env, "import_stranger", "base.group_user")

    def download(self, path, login="import_officer"):
        self.authenticate(login, login)
        return self.url_open(f"/g2p_bridge/{path}")

    def import_with_errors(self):
        bank = self.env["g2p.bridge.sponsor.bank"].create({"name": "Bank", "code": "BANK"})
        self.env["g2p.bridge.program"].create(
            {
                "benefit_program_mnemonic": "CASH",
                "benefit_program_name": "Cash",
                "sponsor_bank_id": bank.id,
                "sponsor_bank_account_number": "1234567890",
            }
        )
        reply = self.env["g2p.bridge.service"].create_disbursement_envelope(
            {
                "benefit_program_mnemonic": "CASH",
                "disbursement_frequency": "Monthly",
                "cycle_code_mnemonic": "2026-11",
                "number_of_beneficiaries": 1,
                "number_of_disbursements": 1,
                "total_disbursement_amount": "10.00",
                "disbursement_currency_code": self.env.company.currency_id.name,
                "disbursement_schedule_date": self.env.company._g2p_bridge_today().isoformat(),
            }
        )
        domain = [("disbursement_envelope_id", "=", reply["disbursement_envelope_id"])]
        record = self.env["g2p.bridge.import"].create(
            {
                "envelope_id": self.env["g2p.bridge.envelope"].search(domain).id,
                "file": b64encode(xlsx_bytes(("M1", "=A1", "", 10, "Grant"))),
                "file_name": "märz.xlsx",
            }
        )
        record.action_check()
        self.env.flush_all()
        job = self.env["queue.job"].search([("identity_key", "=", record._job_key())])
        Job.load(self.env, job.uuid).perform()
        self.env.invalidate_all()
        return record

    def test_templates_have_the_header_that_an_import_reads(self):
        for kind in ("csv", "xlsx"):
            for addresses, names in (("0", HEADER), ("1", (*HEADER, *ADDRESS))):
                with self.subTest(kind, addresses=addresses):
                    reply = self.download(f"import_template/{kind}?addresses={addresses}")
                    self.assertEqual(reply.status_code, 200)
                    self.assertIn(f"disbursements.{kind}", reply.headers["Content-Disposition"])
                    if kind == "csv":
                        text = reply.content.decode("utf-8-sig")
                        self.assertEqual(text, ",".join(names) + "\r\n")
                    else:
                        sheet = openpyxl.load_workbook(io.BytesIO(reply.content)).active
                        self.assertEqual([cell.value for cell in sheet[1]], list(names))

    def test_workbook_keeps_what_is_typed_and_is_read_back(self):
        content = self.download("import_template/xlsx").content
        book = openpyxl.load_workbook(io.BytesIO(content))
        self.assertEqual(book.active.column_dimensions["B"].number_format, "@")
        book.active.append(["M1", "00123", "Asha", 10.5, "Grant"])
        file = io.BytesIO()
        book.save(file)
        (row,) = read_rows(file, LAYOUT)
        self.assertEqual(row.values["beneficiary_id"], "00123")

    def test_errors_are_downloaded_as_texts(self):
        record = self.import_with_errors()
        reply = self.download(record.action_download_errors()["url"].removeprefix("/g2p_bridge/"))
        self.assertEqual(reply.status_code, 200)
        self.assertIn("errors.xlsx", reply.headers["Content-Disposition"])
        header, *errors = openpyxl.load_workbook(io.BytesIO(reply.content)).active.iter_rows()
        self.assertEqual(len(header), 5)
        found = [(row.value, column.value, code.value) for row, column, _v, _m, code in errors]
        self.assertEqual(
            found,
            [
                (2, "beneficiary_id", "FORMULA_CELL"),
                (2, "beneficiary_name", "INVALID_BENEFICIARY_NAME"),
            ],
        )
        value = errors[0][2]
        self.assertEqual((value.value, value.data_type), ("=A1", "s"))

    def test_who_may_download(self):
        record = self.import_with_errors()
        for path in ("import_template/csv", f"import_errors/{record.id}"):
            with self.subTest(path):
                self.assertEqual(self.download(path, "import_auditor").status_code, 200)
                self.assertEqual(self.download(path, "import_stranger").status_code, 403)

    def test_what_is_not_there_is_not_found(self):
        self.assertEqual(self.download("import_template/ods").status_code, 404)
        self.assertEqual(self.download("import_errors/999999999").status_code, 404)
