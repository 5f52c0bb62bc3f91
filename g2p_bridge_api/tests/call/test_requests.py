# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import gzip
import json
import socket
from unittest.mock import patch

from odoo.tests import tagged

from ...lib.messages.operations import OPERATIONS
from ..common import ROOT, ApiCase

JSON = {"Content-Type": "application/json"}
ENVELOPE = "create_disbursement_envelope"
#: Fields that are no text.
OTHER_TYPES = {
    "number_of_beneficiaries",
    "number_of_disbursements",
    "id_mapper_resolution_required",
    "response_error_codes",
    "response_error_details",
    "limit",
    "states",
    "include",
}


@tagged("-at_install", "post_install")
class TestRequests(ApiCase):
    """Whatever comes in, the answer is JSON that says what is wrong, and never HTML."""

    def assertErrors(self, answer, status, code, text):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(answer.headers["Content-Type"].partition(";")[0], "application/json")
        (error,) = answer.json()["errors"]
        self.assertEqual(error["code"], code)
        self.assertRegex(error["message"], text)
        self.assertNotIn("Traceback", answer.text)

    def test_ping(self):
        answer = self.url_open(f"{ROOT}/ping")
        self.assertEqual((answer.status_code, answer.json()), (200, "pong"))

    def test_unknown_address(self):
        for path in ("", "/", "/nothing", "/create_disbursements/more", "/docs/x.js"):
            for method in ("GET", "POST"):
                answer = self.url_open(ROOT + path, method=method, data=b"", headers=JSON)
                self.assertErrors(answer, 404, "G2P-REQ-404", "openapi.json")

    def test_wrong_method(self):
        for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
            answer = self.url_open(f"{ROOT}/{ENVELOPE}", method=method)
            self.assertErrors(answer, 405, "G2P-REQ-405", "by POST")
            self.assertEqual(answer.headers["Allow"], "POST")
        answer = self.url_open(f"{ROOT}/ping", method="POST", data=b"{}", headers=JSON)
        self.assertErrors(answer, 405, "G2P-REQ-405", "by GET")

    def test_wrong_content_type(self):
        for name in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
            answer = self.post(ENVELOPE, b"{}", headers={"Content-Type": name})
            self.assertErrors(answer, 415, "G2P-REQ-415", "application/json")
        answer = self.post("upload_mt940", {})
        self.assertErrors(answer, 415, "G2P-REQ-415", "multipart/form-data")

    def test_charset_in_the_content_type_is_fine(self):
        headers = {"Content-Type": "application/json; charset=utf-8"}
        body = self.request(ENVELOPE, self.envelope())
        self.assertEqual(self.post(ENVELOPE, body, headers=headers).status_code, 200)

    def test_compressed_body(self):
        for name in ("gzip", "deflate", "br"):
            answer = self.post(
                ENVELOPE, gzip.compress(b"{}"), headers={**JSON, "Content-Encoding": name}
            )
            self.assertErrors(answer, 415, "G2P-REQ-415", "without Content-Encoding")

    def test_body_without_a_length(self):
        answer = self.url_open(
            f"{ROOT}/{ENVELOPE}", data=iter([b"{}"]), method="POST", headers=JSON
        )
        self.assertErrors(answer, 411, "G2P-REQ-411", "Content-Length")

    def test_too_large_is_refused_before_the_body_is_read(self):
        """The answer is there although nothing of the body was ever sent."""
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.max_megabytes", 1)
        with (
            self.allow_requests(),
            socket.create_connection(("127.0.0.1", self.http_port()), timeout=20) as connection,
        ):
            cookies = "; ".join(f"{name}={value}" for name, value in self.opener.cookies.items())
            connection.sendall(
                f"POST {ROOT}/{ENVELOPE} HTTP/1.1\r\nHost: localhost\r\n"
                f"Cookie: {cookies}\r\n"
                "Content-Type: application/json\r\nContent-Length: 1048577\r\n\r\n".encode()
            )
            answer = connection.makefile("rb").read()
        self.assertRegex(answer, rb"^HTTP/1\.\d 413 ")
        self.assertIn(b"1048577 bytes, at most 1048576", answer)

    def test_limit_of_size_can_be_changed(self):
        parameters = self.env["ir.config_parameter"]
        body = b" " * (2**20 + 1)
        parameters.set_param("g2p_bridge_api.max_megabytes", 1)
        self.assertErrors(self.post(ENVELOPE, body), 413, "G2P-REQ-413", "at most 1048576")
        parameters.set_param("g2p_bridge_api.max_megabytes", 2)
        self.malformed(ENVELOPE, body, "not JSON")

    def test_limit_of_items(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.max_items", 2)
        envelope_id = self.new_envelope()
        reply = self.call("create_disbursements", self.rows(envelope_id))["header"]
        self.assertEqual(reply["status_reason_code"], "rjct.total_count.limit_exceeded")
        self.assertEqual(reply["status_reason_message"], "rjct.total_count.limit_exceeded")
        self.assertRegex(reply["meta"]["explanation"], "3 items, at most 2")
        self.done("create_disbursements", self.rows(envelope_id, 1, 1))

    def test_a_name_twice_is_refused_by_its_name(self):
        """Whoever checks a message and whoever carries it out might read another of the two."""
        envelope_id = self.new_envelope()
        rows = self.request("create_disbursements", self.rows(envelope_id))
        for written, doubled, name in (
            (b'"disbursement_amount": 10', b'"disbursement_amount": 1', "disbursement_amount"),
            (b'"message": [', b'"message": []', "message"),
            (b'"total_count": 3', b'"total_count": 3', "total_count"),
        ):
            body = json.dumps(rows).encode()
            self.assertIn(written, body)
            body = body.replace(written, doubled + b", " + written)
            self.malformed("create_disbursements", body, f"The name '{name}' stands twice")
        status = self.done("get_disbursement_envelope_status", envelope_id)
        self.assertEqual(status["number_of_disbursements_received"], 0)

    def test_no_message_at_all(self):
        for body, text in (
            (b"", "not JSON"),
            (b"{", "not JSON"),
            (b"\xff\xfe{}", "not UTF-8"),
            (b"[]", "JSON object"),
            (b"null", "JSON object"),
            (b'"text"', "JSON object"),
            (b"{}", "header: is missing"),
            (b'{"header": {}}', "message: is missing"),
            (b"[" * 100_000, "nested too deeply|not JSON"),
            (b'{"a": ' * 100_000, "nested too deeply|not JSON"),
            (b'{"header": NaN}', "not JSON"),
            (b'{"header": ' + b"9" * 5000 + b"}", "too long"),
        ):
            with self.subTest(body[:20]):
                self.malformed(ENVELOPE, body, text)

    def test_every_mistake_of_a_header_is_named(self):
        body = self.request(ENVELOPE, {}, message_id=5, total_count="many", is_msg_encrypted=0)
        del body["header"]["sender_id"]
        texts = {error["message"] for error in self.malformed(ENVELOPE, body, "header")}
        self.assertEqual(
            texts,
            {
                "Invalid Input. header.message_id: has to be a text",
                "Invalid Input. header.sender_id: is missing",
                "Invalid Input. header.total_count: has to be a whole number",
                "Invalid Input. header.is_msg_encrypted: has to be true or false",
            },
        )

    def test_wrong_types_in_a_message(self):
        envelope_id = self.new_envelope()
        rows = self.rows(envelope_id)
        rows[2]["beneficiary_id"] = 12345678901
        errors = self.malformed(
            "create_disbursements",
            self.request("create_disbursements", rows),
            r"message\[2\]\.beneficiary_id: has to be a text",
        )
        self.assertNotIn("12345678901", str(errors), "the value may be somebody's data")
        for message, text in (
            ({}, "message: has to be a list"),
            ([[]], r"message\[0\]: has to be an object"),
            ([{"disbursement_amount": [1]}], r"message\[0\]\.disbursement_amount: .* number"),
            ([{"disbursement_amount": True}], r"message\[0\]\.disbursement_amount: .* number"),
        ):
            body = self.request("create_disbursements", message)
            self.malformed("create_disbursements", body, text)

    def test_ten_thousand_mistakes_are_not_all_listed(self):
        body = self.request("create_disbursements", [{"beneficiary_id": 1}] * 10_000)
        errors = self.malformed("create_disbursements", body, r"message\[0\]")
        self.assertEqual(len(errors), 21)
        self.assertRegex(errors[-1]["message"], "more mistakes")

    def test_names_that_cannot_be_kept(self):
        for value in ("a\0b", "\ud800", "x" * 256):
            body = self.request(ENVELOPE, self.envelope(), message_id=value)
            self.malformed(ENVELOPE, body, "message_id: has to be a text of at most 255")

    def test_dialect_that_an_operation_lacks(self):
        self.malformed(
            "create_disbursement_envelopes", self.request(ENVELOPE, {}), "request_header"
        )
        self.malformed(ENVELOPE, self.request_2([]), "header and message")

    def test_odd_values_in_every_operation(self):
        """Values of the right type but without sense are refused by a code."""
        odd = ("", " ", "\0", "\ud800", "x" * 300, "'; DROP TABLE res_users; --", "\u202e")
        for name, operation in OPERATIONS.items():
            form = operation.forms.get("g2p_connect")
            if not form:
                continue
            for value in odd:
                fields = getattr(form.message, "__annotations__", None)
                item = dict.fromkeys(set(fields) - OTHER_TYPES, value) if fields else value
                reply = self.call(name, [item] if form.is_list else item)
                # A question about IDs that nobody has is answered, and all others are refused.
                asked = name == "get_disbursement_status"
                self.assertEqual(
                    reply["header"]["status"], "succ" if asked else "rjct", (name, value)
                )

    def test_fault_of_ours_says_nothing_of_itself(self):
        secret = "Somebody's account 12345678"
        service = type(self.env["g2p.bridge.service"])
        with (
            patch.object(service, "create_disbursement_envelope", side_effect=KeyError(secret)),
            self.assertLogs("odoo.addons.g2p_bridge_api.models.call.api_service", "ERROR") as log,
        ):
            answer = self.post(ENVELOPE, self.request(ENVELOPE, self.envelope()))
        self.assertErrors(answer, 500, "G2P-SRV-500", "in the log")
        self.assertIn("KeyError", log.output[0])
        self.assertIn("api_service.py", log.output[0])
        self.assertNotIn(secret, log.output[0] + answer.text)
