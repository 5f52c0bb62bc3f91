# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import socket

from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.tests.signing import private_key, sign
from odoo.addons.g2p_bridge_mt940.tests.common import line, make_program, statement

from ...lib.before_parsing import REWRITTEN_BYTES, STRANGERS_BYTES, claimed_sender
from ..common import ROOT
from .signed_common import SignedCase

ENVELOPE, CREATE = "create_disbursement_envelope", "create_disbursements"
UPLOAD = "upload_mt940"
JSON = "Content-Type: application/json"


@tagged("-at_install", "post_install")
class TestProofFirst(SignedCase):
    """What a stranger sends costs little: nothing large is read or parsed without proof."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger = private_key("RS256", 1)

    def assertErrors(self, answer, status, code, text):
        self.assertEqual(answer.status_code, status, answer.text)
        (error,) = answer.json()["errors"]
        self.assertEqual(error["code"], code)
        self.assertRegex(error["message"], text)

    def announce(self, operation, length, *headers):
        """:return: the answer to a request of which nothing but its headers is ever sent"""
        with (
            self.allow_requests(),
            socket.create_connection(("127.0.0.1", self.http_port()), timeout=20) as connection,
        ):
            cookies = "; ".join(f"{name}={value}" for name, value in self.opener.cookies.items())
            lines = [
                f"POST {ROOT}/{operation} HTTP/1.1",
                "Host: localhost",
                f"Cookie: {cookies}",
                f"Content-Length: {length}",
                *headers,
                "",
                "",
            ]
            connection.sendall("\r\n".join(lines).encode())
            return connection.makefile("rb").read()

    def padded(self, size, sender="PBMS"):
        """No JSON, though it begins like a message of this sender."""
        return f'{{"header": {{"sender_id": "{sender}"}} '.encode().ljust(size, b"x")

    def test_without_proof_nothing_large_is_read(self):
        for operation, kind in ((ENVELOPE, JSON), (UPLOAD, "Content-Type: multipart/form-data")):
            answer = self.announce(operation, STRANGERS_BYTES + 1, kind)
            self.assertRegex(answer, rb"^HTTP/1\.\d 413 ")
            self.assertIn(b"only with a signature", answer)

    def test_what_is_no_proof_does_not_open_the_door(self):
        for header in (
            "X-API-Key: 0123456789abcdef0123456789abcdef01234567",
            "Authorization: Bearer 0123456789abcdef0123",
            "Signature: eyJhbGciOiJub25lIn0..eA",
            "Signature: x..x",
        ):
            answer = self.announce(ENVELOPE, STRANGERS_BYTES + 1, JSON, header)
            self.assertRegex(answer, rb"^HTTP/1\.\d 413 ", header)

    def test_a_large_body_is_parsed_only_if_its_bytes_are_signed(self):
        """One that is no JSON tells whether anybody has tried to parse it."""
        for sender, key, status, code, words in (
            ("PBMS", None, 400, "G2P-REQ-102", "not JSON"),
            ("PBMS", self.stranger, 401, "rjct.signature.invalid", "exactly these bytes"),
            ("NOBODY", self.stranger, 401, "rjct.signature.invalid", "exactly these bytes"),
        ):
            body = self.padded(REWRITTEN_BYTES + 1, sender)
            answer = self.send(ENVELOPE, body, sign("RS256", body, key))
            with self.subTest(sender, status=status):
                self.assertErrors(answer, status, code, words)

    def test_small_as_text_and_large_as_objects(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.max_items", 10)
        body = b'{"header": {"sender_id": "PBMS"}, "message": [' + b"[]," * 2000 + b"[]]}"
        for key in (None, self.stranger):
            answer = self.send(ENVELOPE, body, sign("RS256", body, key))
            self.assertErrors(answer, 400, "G2P-REQ-102", "lists and objects")

    def big_request(self):
        """:return: (content, envelope ID) of a message that is too large for a stranger"""
        envelope_id = self.new_envelope(
            number_of_beneficiaries=400,
            number_of_disbursements=400,
            total_disbursement_amount=4000,
        )
        rows = self.rows(envelope_id, *[10] * 400)
        content = self.request(CREATE, rows, message_ts=self.now())
        self.assertGreater(len(json.dumps(content)), STRANGERS_BYTES)
        return content

    def test_large_messages_of_a_partner(self):
        """Over the exact bytes, over another way of writing them, and by an API key."""
        content = self.big_request()
        self.assertAnswer("", self.send(CREATE, *self.signed(content)))
        compact = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
        self.assertAnswer("", self.send(CREATE, *self.signed(content, compact)))
        self.partner.proof = "api_key"
        key = self.partner.action_new_api_key()["context"]["default_secret"]
        headers = {"Content-Type": "application/json", "X-API-Key": key}
        self.assertAnswer("", self.post(CREATE, content, headers=headers))

    def test_a_large_message_of_somebody_else(self):
        content = self.big_request()
        answer = self.send(CREATE, *self.signed(content, key=self.stranger))
        self.assertAnswer("rjct.signature.invalid", answer)
        other = self.make_partner("OTHER", self.program)
        self.add_key(other, self.stranger)
        # Signed by one, and said to be from another.
        answer = self.send(CREATE, *self.signed(content, key=self.stranger))
        self.assertAnswer("rjct.signature.invalid", answer)

    def test_the_text_of_a_message_names_its_sender(self):
        for body, sender in (
            (b'{"header": {"sender_id" : "PBMS"}}', "PBMS"),
            (b'{"request_header":{"sender_app_mnemonic":"P\xc3\xa4"}}', "Pä"),
            (b'{"narrative": "\\"sender_id\\": \\"EVIL\\"", "sender_id": "PBMS"}', "PBMS"),
            (b'{"sender_id": 5}', ""),
            (b'{"sender_id": "\xff"}', ""),
            (b"", ""),
        ):
            self.assertEqual(claimed_sender(body), sender)


@tagged("-at_install", "post_install")
class TestUploadProofFirst(SignedCase):
    """A statement file lies on disk until its sender is known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        make_program(cls.env, cls.bank)
        programs = cls.env["g2p.bridge.program"]
        cls.bank_partner = cls.make_partner(
            "BANK", programs, kind="bank", sponsor_bank_ids=cls.bank.ids
        )
        cls.keys = {name: private_key(name, 2) for name in ("RS256", "PS256", "ES256", "EdDSA")}
        cls.add_key(cls.bank_partner, cls.keys["RS256"])
        cls.add_key(cls.bank_partner, cls.keys["ES256"])
        cls.add_key(cls.bank_partner, cls.keys["EdDSA"])
        cls.keys["PS256"] = cls.keys["RS256"]

    def content(self, number):
        lines = [line() for _number in range(2000)]
        content = statement(*lines, number=f"{number}/1", closing=":62F:D260131EUR199000,00")
        content = content if isinstance(content, bytes) else content.encode()
        self.assertGreater(len(content), STRANGERS_BYTES)
        return content

    def upload(self, content, signature=None, sender="BANK"):
        return self.url_open(
            f"{ROOT}/{UPLOAD}",
            data={"sender_id": sender},
            files={"statement_file": ("bank.sta", content)},
            headers={"Signature": signature} if signature else {},
            method="POST",
        )

    def test_large_files_of_a_bank(self):
        for number, (algorithm, key) in enumerate(self.keys.items(), 1):
            content = self.content(number)
            answer = self.upload(content, sign(algorithm, content, key))
            with self.subTest(algorithm):
                self.assertAnswer("", answer)
        self.assertEqual(self.env["g2p.bridge.statement"].search_count([]), len(self.keys))

    def test_large_files_of_somebody_else(self):
        content = self.content(1)
        self.assertEqual(self.upload(content).status_code, 413)
        for sender in ("BANK", "NOBODY", "PBMS"):
            answer = self.upload(content, sign("RS256", content, private_key("RS256", 1)), sender)
            self.assertAnswer("rjct.signature.invalid", answer)
        changed = content.replace(b"STATEMENT", b"STATEMENX", 1) + b"\r\n"
        answer = self.upload(changed, sign("RS256", content, self.keys["RS256"]))
        self.assertAnswer("rjct.signature.invalid", answer)
        self.assertFalse(self.env["g2p.bridge.statement"].search([]))
