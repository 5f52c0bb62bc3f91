# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from pathlib import Path

from jsonschema_rs import Draft202012Validator
from odoo.tests import tagged

from odoo.addons.g2p_bridge.tests.statement.statement_common import StatementCase
from odoo.addons.g2p_bridge_mt940.tests.common import line, make_program, statement

from ...lib import replies
from ...lib.call import G2P_CONNECT
from ...lib.messages.operations import OPERATIONS
from ...lib.messages.reading import Head
from ..common import ROOT, ApiCase

RELEASES = {
    path.stem.rpartition("-")[2]: json.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "openapi").glob("*.json"))
}
PAGE = Path(__file__).parents[3] / "docs" / "integrators.md"
#: Reasons of lines that the documents of OpenG2P's bridge have no code for.
OWN_REASONS = ("INVALID_DISBURSEMENT", "AMOUNT_MISMATCH", "CURRENCY_MISMATCH")
OWN_REASONS += ("REISSUED", "REOPENED", "UNCONFIRMED")


def is_promised(release, name, answer, status="200"):
    """Whether an answer is one that the document of a release promises for an operation.

    Times have no zone there either, whatever the documents call them.
    """
    raw = RELEASES[release]
    schema = raw["paths"][f"/{name}"]["post"]["responses"][status]["content"]["application/json"]
    schema = {**schema["schema"], "components": raw["components"]}
    return Draft202012Validator(schema).is_valid(answer)


@tagged("-at_install", "post_install")
class TestAnswers(ApiCase):
    """What comes over HTTP is what the documents of OpenG2P's bridge promise its clients."""

    def answers(self):
        """(operation, answer): each operation, done, refused, and to whom nobody knows."""
        envelope_id, ids = self.filled_envelope(total_disbursement_amount=60.75)
        amended = self.envelope(disbursement_envelope_id=envelope_id)
        row = {"disbursement_id": ids[0]}
        for name, message in (
            ("create_disbursement_envelope", self.envelope()),
            ("create_disbursement_envelope", {}),
            ("create_disbursements", self.rows(envelope_id)),
            ("create_disbursements", self.rows(envelope_id, -1)),
            ("create_disbursements", self.rows(envelope_id, 1, beneficiary_id="1.2E+17")),
            ("create_disbursements", []),
            ("amend_disbursement_envelope", amended),
            ("amend_disbursement_envelope", {}),
            ("get_disbursement_status", [*ids, "False"]),
            ("get_disbursement_status", []),
            ("get_disbursement_envelope_status", "E0"),
            ("cancel_disbursements", [row]),
            ("cancel_disbursements", [row]),
            ("get_disbursement_envelope_status", self.whole_envelope()),
            ("cancel_disbursement_envelope", {"disbursement_envelope_id": envelope_id}),
            ("cancel_disbursement_envelope", {"disbursement_envelope_id": envelope_id}),
            ("create_benefit_program_configuration", {"benefit_program_mnemonic": "NEW"}),
        ):
            yield name, self.call(name, message)
            yield name, self.call(name, message, sender_id="NOBODY")
            yield name, self.call(name, message, version="9")

    def whole_envelope(self):
        envelope_id = self.new_envelope(cycle_code_mnemonic="WHOLE", total_disbursement_amount=60)
        self.done("create_disbursements", self.rows(envelope_id, 10, 20, 30))
        return envelope_id

    def test_answers_are_those_of_the_documents(self):
        seen = set()
        for name, answer in self.answers():
            for release in RELEASES:
                if f"/{name}" in RELEASES[release]["paths"]:
                    self.assertTrue(is_promised(release, name, answer), (release, name, answer))
                    seen.add(name)
        asked = {name for release in RELEASES.values() for name in release["paths"]}
        self.assertEqual(asked - {f"/{name}" for name in seen}, {"/upload_mt940", "/ping"})

    def test_what_is_no_message_is_answered_as_in_the_documents(self):
        for name in OPERATIONS:
            answer = self.post(name, b"{}") if name != "upload_mt940" else self.upload("")
            self.assertEqual(answer.status_code, 400, name)
            for release, raw in RELEASES.items():
                errors = {"$ref": "#/components/schemas/ErrorListResponse"}
                schema = {**errors, "components": raw["components"]}
                self.assertTrue(Draft202012Validator(schema).is_valid(answer.json()), release)

    def test_answers_to_statements(self):
        self.make_partner(
            "BANK", self.program.browse(), kind="bank", sponsor_bank_ids=self.bank.ids
        )
        make_program(self.env, self.bank)
        for content in (statement(line()), statement(account="STRANGER"), "no statement"):
            for fields in ({"sender_id": "BANK"}, {"sender_id": "NOBODY"}):
                answer = self.upload(content, **fields).json()
                for release in RELEASES:
                    self.assertTrue(is_promised(release, "upload_mt940", answer), answer)

    def upload(self, content, **fields):
        files = {"statement_file": ("bank.sta", content)} if content else {"x": ("x", b"x")}
        return self.url_open(f"{ROOT}/upload_mt940", data=fields, files=files, method="POST")

    def test_no_code_for_those_who_do_not_know_it(self):
        """1.0 had no signatures, and its clients would break at a code that it does not have."""
        content = self.request("get_disbursement_status", ["D1"], sender_id="NOBODY")
        later = {name: content[name] for name in ("header", "message")}
        misspelt = {**later, "siganature": "string"}
        for body, reason in ((content, None), (misspelt, None), (later, "rjct.jwt.invalid")):
            header = self.post("get_disbursement_status", body).json()["header"]
            self.assertEqual(header["status_reason_code"], reason)
            self.assertEqual(header["status_reason_message"], "rjct.jwt.invalid")
        self.assertFalse(is_promised("1.0.2", "get_disbursement_status", {"header": header}))
        reply = self.call_2("get_disbursement_status", ["D1"], sender_app_mnemonic="NOBODY")
        self.assertEqual(reply["response_header"]["response_error_code"], "rjct.jwt.invalid")

    def test_an_amount_that_is_no_whole_number_is_not_cut(self):
        """The documents want whole numbers there; a wrong amount would be worse."""
        self.filled_envelope()
        envelope = self.env["g2p.bridge.envelope"].search([("program_id", "=", self.program.id)])
        name = "get_disbursement_envelope_status"
        answer = self.call(name, envelope.disbursement_envelope_id)
        member = "total_disbursement_amount_received"
        self.assertEqual(answer["message"][member], 60.75)
        for release in RELEASES:
            self.assertFalse(is_promised(release, name, answer))
            whole = {**answer, "message": {**answer["message"], member: 60}}
            self.assertTrue(is_promised(release, name, whole))
        self.assertIn(f"`{member}`", differences())


@tagged("-at_install", "post_install")
class TestProof(StatementCase):
    """So are the answers of what a bank's statements say."""

    def answer(self, lines):
        head = Head(G2P_CONNECT, "PBMS", "M1", "", "get_disbursement_status")
        reply = self.service.get_disbursement_status([*lines.mapped("disbursement_id"), "NONE"])
        return json.loads(bytes(replies.succeeded(head, reply).body))

    def test_debits_returns_and_what_does_not_fit(self):
        lines = self.shipped()
        self.process(*[self.entry("D", one) for one in lines], self.entry("D", lines[1]))
        self.process(self.entry("RD", lines[0]), **self.following())
        for release in RELEASES:
            self.assertTrue(is_promised(release, "get_disbursement_status", self.answer(lines)))

    def test_a_reason_that_the_documents_do_not_know_is_told_all_the_same(self):
        lines = self.shipped()
        self.process(self.entry("D", lines[0], "9.99"))
        answer = self.answer(lines)
        fault = answer["message"][0]["disbursement_recon_records"]
        (fault,) = fault["disbursement_error_recon_payloads"]
        self.assertEqual(fault["error_reason"], "AMOUNT_MISMATCH")
        for release, raw in RELEASES.items():
            known = raw["components"]["schemas"]["G2PBridgeErrorCodes"]["enum"]
            self.assertFalse(set(OWN_REASONS) & set(known))
            fault["error_reason"] = "AMOUNT_MISMATCH"
            self.assertFalse(is_promised(release, "get_disbursement_status", answer))
            fault["error_reason"] = "INVALID_DISBURSEMENT_AMOUNT"
            self.assertTrue(is_promised(release, "get_disbursement_status", answer))
        for reason in OWN_REASONS:
            self.assertIn(f"`{reason}`", differences())


def differences():
    """What the page says of this."""
    return PAGE.read_text().partition("### What the documents say otherwise")[2].partition("\n#")[0]
