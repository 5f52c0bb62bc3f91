# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from uuid import uuid4

from odoo.tests import HttpCase, new_test_user, tagged

from .common import line, make_program, statement

URL = "/g2p_bridge_mt940/upload_mt940"


@tagged("-at_install", "post_install")
class TestUploadController(HttpCase):
    def setUp(self):
        super().setUp()
        self.token = uuid4().hex
        company = self.env["res.company"].create({"name": "Second Company"})
        self.bank = self.env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Bank of Statements",
                "code": "STATEMENTS",
                "company_id": company.id,
                "statement_token": self.token,
            }
        )
        make_program(self.env, self.bank)

    def post(self, content, name="bank.sta", **kw):
        kw.setdefault("headers", {"Authorization": f"Bearer {self.token}"})
        kw.setdefault("files", {"statement_file": (name, content)})
        return self.url_open(URL, method="POST", **kw)

    def assertFailed(self, answer, status, code, text):
        self.assertEqual(answer.status_code, status)
        body = answer.json()
        self.assertEqual((body["status"], body["error_code"]), ("failed", code))
        self.assertRegex(body["error_message"], text)
        self.assertFalse(body["statement_id"])

    def test_bank_hands_in_a_statement(self):
        answer = self.post(statement(line()))
        self.assertEqual(answer.status_code, 200)
        body = answer.json()
        self.assertEqual((body["status"], body["error_code"]), ("success", ""))
        found = self.env["g2p.bridge.statement"].search([])
        self.assertEqual(found.statement_id, body["statement_id"])
        self.assertEqual(found.sponsor_bank_id, self.bank)
        self.assertEqual(found.company_id, self.bank.company_id)
        self.assertEqual(found.file_name, "bank.sta")
        self.assertEqual((found.channel, found.awaits_confirmation), ("bank", False))

    def test_what_a_person_has_handed_in_becomes_the_bank_s_word(self):
        person = new_test_user(
            self.env,
            "uploader",
            "g2p_bridge_base.group_finance",
            company_id=self.bank.company_id.id,
            company_ids=[(6, 0, self.bank.company_id.ids)],
        )
        service = self.env["g2p.bridge.service"].with_user(person)
        found = service.with_company(self.bank.company_id).upload_mt940(statement(line()).encode())
        self.assertEqual((found.channel, found.awaits_confirmation), ("person", True))
        body = self.post(statement(line())).json()
        self.assertEqual(body["known_statement_ids"], [found.statement_id])
        found.invalidate_recordset()
        self.assertTrue(found.bank_brought_at)
        self.assertEqual((found.channel, found.awaits_confirmation), ("person", False))

    def test_the_same_file_again_answers_the_same(self):
        content = statement(line())
        first, second = self.post(content).json(), self.post(content).json()
        self.assertEqual(first["known_statement_ids"], [])
        self.assertEqual(second.pop("known_statement_ids"), [first["statement_id"]])
        self.assertEqual(second, {name: first[name] for name in second})
        self.assertEqual(first["warnings"], [])
        self.assertEqual(len(self.env["g2p.bridge.statement"].search([])), 1)

    def test_what_waits_for_a_person(self):
        """It is taken, and the bank is told."""
        self.post(statement(line()))
        correction = statement(line(), line(customer="OTHER"), closing=":62F:C260131EUR800,00")
        for content, code in (
            (correction, "CORRECTION"),
            (statement(account="STRANGER"), "INVALID_ACCOUNT_NUMBER"),
        ):
            for _time in range(2):
                body = self.post(content).json()
                self.assertEqual((body["status"], body["error_code"]), ("success", ""))
                (warning,) = body["warnings"]
                self.assertEqual(warning["statement_id"], body["statement_id"])
                self.assertEqual(warning["code"], code)
                self.assertTrue(warning["message"])

    def test_statement_of_another_bank_s_account(self):
        """What belongs to another bank is as if it did not exist, however it is written."""
        other = self.bank.copy({"code": "ANOTHER", "statement_token": False})
        make_program(self.env, other, "999000", benefit_program_mnemonic="OTHER")
        for account in ("999000", "000999000", "999000EUR", "12345678/999000"):
            body = self.post(statement(account=account, reference=account)).json()
            self.assertEqual([one["code"] for one in body["warnings"]], ["INVALID_ACCOUNT_NUMBER"])
            found = self.env["g2p.bridge.statement"].search(
                [("statement_id", "=", body["statement_id"])]
            )
            self.assertEqual((found.sponsor_bank_id, found.state), (self.bank, "failed"))

    def test_file_of_several_statements(self):
        body = self.post(statement(number="1/1") + statement(number="2/1")).json()
        self.assertEqual(body["statement_ids"][0], body["statement_id"])
        self.assertEqual(len(body["statement_ids"]), 2)

    def test_refused_files(self):
        for content, text in (
            (b"", "empty"),
            (b"date;amount\n", ":20:"),
            (b"\x00\xff" * 99, "Line 1"),
            (statement(line(), closing=None), ":62F:"),
        ):
            self.assertFailed(self.post(content), 200, "STATEMENT_UPLOAD_ERROR", text)

    def test_strangers(self):
        for value in (
            None,
            "",
            "Bearer",
            "Bearer ",
            "Bearer wrong",
            f"Basic {self.token}",
            self.token,
            "Bearer \u00fc\u00ff",
        ):
            headers = {} if value is None else {"Authorization": value.encode("latin-1")}
            answer = self.post(statement(), headers=headers)
            self.assertFailed(answer, 401, "UNAUTHORIZED", "token")
            self.assertEqual(answer.headers["WWW-Authenticate"], "Bearer")
        self.assertFalse(self.env["g2p.bridge.statement"].search([]))

    def test_bank_without_a_token_admits_nobody(self):
        self.bank.statement_token = False
        self.assertEqual(self.post(statement()).status_code, 401)

    def test_requests_without_a_file(self):
        for kw in (
            {"files": None},
            {"files": None, "data": {"statement_file": "text"}},
            {"files": {"file": ("a.sta", statement())}},
            {"files": None, "data": b"--x\r\nbroken", "content": "multipart/form-data; boundary=x"},
            {"files": None, "data": b"x", "content": "multipart/form-data"},
            {"files": None, "data": b"{", "content": "application/json"},
        ):
            headers = {"Authorization": f"Bearer {self.token}"}
            if content := kw.pop("content", None):
                headers["Content-Type"] = content
            answer = self.post(b"", headers=headers, **kw)
            self.assertFailed(answer, 400, "STATEMENT_UPLOAD_ERROR", "statement_file")

    def test_too_large(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.max_statement_megabytes", "1")
        for size in (2**20 + 1, 2**20 + 2**17):
            answer = self.post(b"x" * size)
            self.assertFailed(answer, 413, "STATEMENT_UPLOAD_ERROR", "1 MB")

    def test_other_methods(self):
        self.assertEqual(self.url_open(URL, method="GET").status_code, 405)

    def test_odd_file_names(self):
        for number, name in enumerate(
            ("a\x00b.sta", "", "x" * 999, "../../etc/passwd", "é\u202e"), 1
        ):
            answer = self.post(statement(number=f"{number}/1"), name=name or "n")
            self.assertEqual(answer.status_code, 200, answer.text)
        names = self.env["g2p.bridge.statement"].search([]).mapped("file_name")
        self.assertTrue(all(len(name) <= 255 for name in names))
        self.assertFalse([name for name in names if re.search(r"[\x00\u202e]", name)])
