# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.g2p_bridge_mt940.tests.common import line, make_program, statement

from ..common import ROOT, ApiCase


@tagged("-at_install", "post_install")
class TestUpload(ApiCase):
    """A bank hands in its statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["g2p.bridge.program"]
        cls.make_partner("BANK", programs, kind="bank", sponsor_bank_ids=cls.bank.ids)
        make_program(cls.env, cls.bank)

    def upload(self, content, name="bank.sta", **fields):
        data = {"sender_id": "BANK", **fields}
        files = {"statement_file": (name, content)} if content is not None else {"x": ("x", b"x")}
        return self.url_open(f"{ROOT}/upload_mt940", data=data, files=files, method="POST")

    def test_statement_is_taken(self):
        answer = self.upload(statement(line()), message_id="S-1")
        reply = answer.json()
        self.assertEqual((answer.status_code, reply["header"]["status"]), (200, "succ"))
        self.assertEqual(reply["header"]["message_id"], "S-1")
        found = self.env["g2p.bridge.statement"].search([])
        self.assertEqual(reply["statement_id"], found.statement_id)
        self.assertEqual(reply["message"], found.statement_id)
        self.assertIsNone(reply["response_error_code"])
        self.assertEqual((found.sponsor_bank_id, found.file_name), (self.bank, "bank.sta"))
        self.assertEqual(found.company_id, self.company)
        self.assertEqual((found.channel, found.awaits_confirmation), ("bank", False))

    def test_same_file_again(self):
        first, second = (self.upload(statement(line())).json() for _time in range(2))
        self.assertEqual(first["statement_id"], second["statement_id"])
        self.assertEqual(first["known_statement_ids"], [])
        self.assertEqual(second["known_statement_ids"], [first["statement_id"]])
        self.assertEqual((first["warnings"], second["warnings"]), ([], []))
        self.assertFalse(first["header"]["status_reason_message"])

    def test_what_waits_for_a_person(self):
        """It is taken; the header says why it waits, and the message is the ID all the same."""
        self.upload(statement(line()))
        correction = statement(line(), line(customer="OTHER"), closing=":62F:C260131EUR800,00")
        for content, code in (
            (correction, "CORRECTION"),
            (statement(account="STRANGER"), "INVALID_ACCOUNT_NUMBER"),
        ):
            reply = self.upload(content).json()
            self.assertEqual(reply["header"]["status"], "succ")
            self.assertEqual(reply["header"]["status_reason_message"], code)
            (warning,) = reply["warnings"]
            self.assertEqual(reply["header"]["meta"], {"explanation": warning["message"]})
            self.assertEqual(reply["message"], warning["statement_id"])
            self.assertEqual(warning["code"], code)
            self.assertIsNone(reply["response_error_code"])

    def test_bank_is_found_by_any_spelling_of_its_account(self):
        second = self.bank.copy({"code": "SECOND", "name": "Second"})
        make_program(self.env, second, "DE89370400440532013000", benefit_program_mnemonic="SECOND")
        partner = self.env["g2p.bridge.partner"].search([("code", "=", "BANK")])
        partner.sponsor_bank_ids += second
        for number, account in enumerate(("37040044/532013000", "0532013000EUR"), 1):
            self.upload(statement(account=account, number=f"{number}/1"))
            found = self.env["g2p.bridge.statement"].search([], limit=1)
            self.assertEqual((found.sponsor_bank_id, found.state), (second, "pending"))
        both = statement(number="7/1") + statement(account="0532013000", number="8/1")
        self.assertIn("several banks", self.upload(both).json()["header"]["meta"]["explanation"])

    def test_file_of_several_statements(self):
        reply = self.upload(statement(number="1/1") + statement(number="2/1")).json()
        self.assertEqual(reply["statement_ids"][0], reply["statement_id"])
        self.assertEqual(len(reply["statement_ids"]), 2)

    def test_refused_files(self):
        for content in (b"date;amount\n", b"\x00\xff" * 99, statement(line(), closing=None), b""):
            answer = self.upload(content)
            reply = answer.json()
            self.assertEqual((answer.status_code, reply["header"]["status"]), (200, "rjct"))
            self.assertEqual(reply["header"]["status_reason_message"], "STATEMENT_UPLOAD_ERROR")
            self.assertEqual(reply["message"], "STATEMENT_UPLOAD_ERROR")
            self.assertEqual(reply["response_error_code"], "STATEMENT_UPLOAD_ERROR")
            self.assertTrue(reply["header"]["meta"]["explanation"])
        self.assertFalse(self.env["g2p.bridge.statement"].search([]))

    def test_no_file(self):
        answer = self.upload(None)
        self.assertEqual(answer.status_code, 400)
        self.assertRegex(answer.json()["errors"][0]["message"], "statement_file: is missing")

    def test_names_that_cannot_be_kept(self):
        for fields in ({"sender_id": "B\0"}, {"message_id": "x" * 256}):
            self.assertEqual(self.upload(statement(line()), **fields).status_code, 400)

    def test_broken_multipart(self):
        for body in (b"", b"--x\r\n", b"--x\r\nContent-Disposition: form-data\r\n\r\n"):
            answer = self.url_open(
                f"{ROOT}/upload_mt940",
                data=body,
                method="POST",
                headers={"Content-Type": "multipart/form-data; boundary=x"},
            )
            self.assertEqual(answer.status_code, 400, answer.text)
            self.assertEqual(answer.json()["errors"][0]["code"], "G2P-REQ-102")

    def test_too_large(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.max_statement_megabytes", 1)
        answer = self.upload(b"x" * (2**20 + 2**16 + 1))
        self.assertEqual(answer.status_code, 413)
        self.assertEqual(answer.json()["errors"][0]["code"], "G2P-REQ-413")
        reply = self.upload(b"x" * (2**20 + 1)).json()
        self.assertEqual(reply["message"], "STATEMENT_UPLOAD_ERROR")

    def test_call_is_recorded_with_the_files_digest(self):
        content = statement(line())
        self.upload(content)
        (record,) = self.records(operation="upload_mt940")
        statement_record = self.env["g2p.bridge.statement"].search([])
        self.assertEqual(record.body_digest, statement_record.file_id.sha256)

    def test_stranger(self):
        answer = self.upload(statement(line()), sender_id="X")
        self.assertEqual(answer.json()["header"]["status_reason_message"], "rjct.jwt.invalid")
