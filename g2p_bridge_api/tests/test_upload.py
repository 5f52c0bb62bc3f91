from odoo.tests import tagged

from odoo.addons.g2p_bridge_mt940.tests.common import line, statement

from .common import ROOT, ApiCase


@tagged("-at_install", "post_install")
class TestUpload(ApiCase):
    """A bank hands in its statements."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        programs = cls.env["g2p.bridge.program"]
        cls.make_partner("BANK", programs, kind="bank", sponsor_bank_ids=cls.bank.ids)

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

    def test_same_file_again(self):
        first, second = (self.upload(statement(line())).json() for _time in range(2))
        self.assertEqual(first["statement_id"], second["statement_id"])

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
