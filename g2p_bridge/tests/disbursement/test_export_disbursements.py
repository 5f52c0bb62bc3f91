# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The file of an envelope's disbursements, as each role gets it."""

import csv
import io
from contextlib import nullcontext
from unittest.mock import patch

import openpyxl
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ...models.envelope.screens import envelope_export
from ..access.access_common import GROUPS, AccessCase

ACCOUNT = "9988776655"
FULL = ("finance", "admin")


@tagged("post_install", "-at_install")
class TestExportDisbursements(AccessCase, HttpCase):
    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        self.envelope = self.create_envelope(
            number_of_beneficiaries=2,
            number_of_disbursements=2,
            total_disbursement_amount="123456789018.07",
        )
        address = {
            "beneficiary_account_type": "BANK_ACCOUNT",
            "beneficiary_account": ACCOUNT,
            "beneficiary_bank_code": "B1",
        }
        rows = self.rows(self.envelope, "123456789012.37", "5.70", **address)
        rows[1].update(beneficiary_name='=HYPERLINK("x")', narrative="+1; @2")
        self.service.create_disbursements(rows)
        self.run_jobs()

    def download(self, user, kind="csv", envelope=None):
        login = f"bridge_{user}"
        self.authenticate(login, login)
        envelope = envelope or self.envelope
        return self.url_open(f"/g2p_bridge/export_disbursements/{envelope.id}/{kind}")

    def csv_rows(self, user):
        reply = self.download(user)
        self.assertEqual(reply.status_code, 200, reply.text[:500])
        return list(csv.DictReader(io.StringIO(reply.content.decode("utf-8-sig"), newline="")))

    def test_csv_has_every_disbursement_with_its_exact_amount(self):
        rows = self.csv_rows("finance")
        lines = self.envelope.disbursement_ids
        self.assertEqual([row["Disbursement ID"] for row in rows], lines.mapped("disbursement_id"))
        self.assertEqual([row["Amount"] for row in rows], ["123456789012.37", "5.70"])
        self.assertEqual({row["Currency"] for row in rows}, {"USD"})
        self.assertEqual({row["Status"] for row in rows}, {"Shipped"})
        self.assertEqual({row["Bank Code"] for row in rows}, {"B1"})

    def test_workbook_has_the_same(self):
        reply = self.download("admin", "xlsx")
        header, *rows = openpyxl.load_workbook(io.BytesIO(reply.content)).active.iter_rows()
        names = [cell.value for cell in header]
        amount, name = names.index("Amount"), names.index("Beneficiary")
        self.assertEqual([row[amount].value for row in rows], [123456789012.37, 5.7])
        cell = rows[1][name]
        self.assertEqual((cell.value, cell.data_type), ('=HYPERLINK("x")', "s"))

    def test_formulas_are_defused(self):
        row = self.csv_rows("officer")[1]
        self.assertEqual(row["Beneficiary"], '\'=HYPERLINK("x")')
        self.assertEqual(row["Narrative"], "'+1;' @2")

    def test_accounts_are_masked_for_those_who_may_not_see_them(self):
        for user in GROUPS:
            with self.subTest(user):
                accounts = {row["Account Number"] for row in self.csv_rows(user)}
                self.assertEqual(accounts, {ACCOUNT if user in FULL else "••••6655"})

    def test_workbook_is_masked_too(self):
        content = self.download("auditor", "xlsx").content
        values = [
            cell.value for row in openpyxl.load_workbook(io.BytesIO(content)).active for cell in row
        ]
        self.assertNotIn(ACCOUNT, values)
        self.assertIn("••••6655", values)

    def test_file_is_named_after_what_is_in_it(self):
        name = self.download("officer").headers["Content-Disposition"]
        self.assertIn(f"disbursements_CASH_2026-11_{self.envelope.disbursement_envelope_id}_", name)
        self.assertIn(".csv", name)

    def test_statements_are_named(self):
        line = self.envelope.disbursement_ids[1]
        record = self.process(self.entry("D", line), self.entry("RD", line))
        row = self.csv_rows("auditor")[1]
        self.assertEqual(row["Status"], "Reversed")
        self.assertEqual(
            (row["Reason Code"], row["Reason"]), ("ACCOUNT_CLOSED", "The account is closed.")
        )
        statements = {row["Debit on Statement"], row["Return on Statement"]}
        self.assertEqual(statements, {record.statement_id})
        self.assertEqual((row["Debited On"], row["Came Back On"]), ("2026-11-20", "2026-11-20"))

    def test_history_says_who_exported_and_whether_accounts_are_in_full(self):
        for user, words in (("auditor", "masked"), ("finance", "full account numbers")):
            self.download(user, "xlsx")
            self.env.invalidate_all()
            message = self.envelope.message_ids[0]
            self.assertEqual(message.author_id, self.users[user].partner_id)
            self.assertIn("2 disbursements exported as XLSX.", message.body)
            self.assertIn(words, message.body)

    def test_a_stranger_gets_nothing(self):
        self.assertEqual(self.download("stranger").status_code, 403)
        self.env.invalidate_all()
        self.assertNotIn("exported", str(self.envelope.message_ids.mapped("body")))

    def test_another_company_s_people_get_nothing(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.users["finance"].write(
            {"company_ids": [(6, 0, company.ids)], "company_id": company.id}
        )
        self.assertEqual(self.download("finance").status_code, 403)

    def test_what_is_not_there_is_not_found(self):
        self.assertEqual(self.download("officer", "ods").status_code, 404)
        missing = self.env["g2p.bridge.envelope"].browse(999999999)
        self.assertEqual(self.download("officer", envelope=missing).status_code, 404)

    def test_rows_are_fetched_in_portions(self):
        with patch.object(envelope_export, "PORTION", 1):
            export = self.env["g2p.bridge.envelope.export"]
            number = export._write_to(self.envelope, "csv", io.BytesIO())
        self.assertEqual(number, 2)

    def test_buttons_lead_to_the_file_of_the_envelope_for_every_role(self):
        lines = self.envelope.disbursement_ids
        url = f"/g2p_bridge/export_disbursements/{self.envelope.id}/xlsx"
        shown = {"active_domain": [("envelope_id", "=", self.envelope.id)]}
        for user in GROUPS:
            for records, context in ((self.envelope, {}), (lines[0], {}), (lines.browse(), shown)):
                records = records.with_user(self.users[user]).with_context(**context)
                self.assertEqual(records.action_export_xlsx()["url"], url)
            action = self.env.ref("g2p_bridge.envelope_export_xlsx_action").with_user(
                self.users[user]
            )
            context = {"active_model": self.envelope._name, "active_ids": self.envelope.ids}
            result = action.with_context(**context, active_id=self.envelope.id).run()
            self.assertEqual(result["url"], url)

    def test_a_list_of_several_envelopes_has_no_file(self):
        self.make_program("OTHER")
        self.filled_envelope(benefit_program_mnemonic="OTHER")
        with self.assertRaises(UserError):
            self.env["g2p.bridge.disbursement"].action_export_csv()
