# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open

from odoo.addons.g2p_bridge.lib.mapper_answer import LATER, NO_ANSWER, NOT_LINKED
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected, Unavailable

from ..lib.address import AddressParser
from .spar_servers import SparServer

SAMPLES = "g2p_bridge_example_mapper/tests/samples/spar-1.1.json"
BANK = AddressParser().parse(
    "account_number:5000100001.branch_code:BR0042.bank_code:EXAMPLEBANK.fa_type:BANK_ACCOUNT"
)


@tagged("post_install", "-at_install")
class TestRecordedAnswers(TransactionCase):
    """What the connectors make of everything that the real SPAR 1.1.0 was heard to say.

    It is said again, over HTTP, to the questions that the real one was asked.
    """

    def setUp(self):
        super().setUp()
        if "g2p.bridge.example.mapper.entry" not in self.env:
            self.skipTest("g2p_bridge_example_mapper, which has the recordings, is not installed")
        with file_open(SAMPLES) as file:
            self.samples = {sample["name"]: sample for sample in json.load(file)}
        self.server = SparServer()
        self.addCleanup(self.server.close)
        self.mapper = self.env["g2p.bridge.mapper"].create(
            {"name": "SPAR", "base_url": self.server.url, "environment": "test"}
        )

    def connector(self, code):
        self.mapper.connector = code
        return self.mapper._get_connector()

    def outcome(self, sample):
        """What a connector makes of a recorded answer to the recorded questions."""
        code = "spar_1_async" if sample["request"]["path"].startswith("/async") else "spar_1"
        self.server.answer = sample["response"]["status"], sample["response"]["body"]
        self.server.last_body = None
        return self.connector(code).resolve("t", questions(sample))

    def test_every_answer_to_a_question_is_read_or_is_one_of_the_two_errors(self):
        read = 0
        for name, sample in self.samples.items():
            if "resolve" not in sample.get("request", {}).get("path", ""):
                continue
            with self.subTest(name):
                try:
                    answers = self.outcome(sample)
                except (Rejected, Unavailable) as error:
                    self.assertTrue(error.code)
                    continue
                if answers is not LATER:
                    asked = {reference for reference, _identity in questions(sample)}
                    self.assertEqual(set(answers), asked)
                read += 1
        self.assertGreater(read, 20)

    def test_answers_that_matter(self):
        known = self.outcome(self.samples["03-sync-resolve-3-details"])
        self.assertEqual(known["ref-res-A0001"].address, BANK)
        unknown = self.outcome(self.samples["06-sync-resolve-unknown"])
        self.assertEqual({answer.reason_code for answer in unknown.values()}, {NOT_LINKED})
        mixed = self.outcome(self.samples["07-sync-resolve-mix"])
        self.assertTrue(any(answer.address for answer in mixed.values()))
        self.assertFalse(all(answer.address for answer in mixed.values()))
        for name, error, code in (
            ("17-sync-resolve-unknown-action", Rejected, "rjct.action.not_supported"),
            ("19-sync-resolve-bad-scope", Rejected, "HTTP_400"),
            ("31-sync-resolve-no-signature", Unavailable, "HTTP_500"),
            ("33-sync-resolve-invalid-signature", Rejected, "rjct.jwt.invalid"),
            ("36-unknown-path", Rejected, "HTTP_404"),
            ("50-async-resolve-invalid-signature", Rejected, "rjct.jwt.invalid"),
            ("53-async-resolve-malformed-json", Rejected, "HTTP_400"),
            ("67-sync-resolve-key-manager-down", Unavailable, "HTTP_500"),
        ):
            with self.subTest(name), self.assertRaises(error) as caught:
                sample = self.samples[name]
                if not questions(sample):
                    sample = {**sample, "request": self.samples["07-sync-resolve-mix"]["request"]}
                self.outcome(sample)
            self.assertEqual(caught.exception.code, code)
        for name in ("46-async-resolve-mix", "63-async-resolve-callback-unreachable"):
            self.assertIs(self.outcome(self.samples[name]), LATER)

    def test_questions_are_those_that_it_was_heard_to_answer(self):
        for name in ("07-sync-resolve-mix", "46-async-resolve-mix"):
            heard = self.samples[name]["request"]
            self.outcome(self.samples[name])
            asked = json.loads(self.server.last_body)
            self.assertEqual(self.server.last_path, f"/mapper{heard['path']}")
            self.assertEqual(asked["header"].keys(), heard["body"]["header"].keys())
            self.assertEqual(asked["header"]["action"], "resolve")
            items = asked["message"]["resolve_request"]
            known = heard["body"]["message"]["resolve_request"]
            self.assertEqual(asked["header"]["total_count"], len(known))
            for mine, theirs in zip(items, known, strict=True):
                self.assertEqual(mine.keys(), theirs.keys())
                for member in ("reference_id", "id", "scope"):
                    self.assertEqual(mine[member], theirs[member])

    def test_every_call_back_leads_to_its_request_and_is_read(self):
        connector = self.connector("spar_1_async")
        read = []
        for name, sample in self.samples.items():
            for call_back in sample.get("callbacks", ()):
                body = call_back["body"]
                asked = self.samples[before(self.samples, name)]
                if body["header"]["action"] in ("link", "unlink"):
                    continue
                transaction = connector.call_back_transaction(body)
                if body["message"]:
                    self.assertEqual(
                        transaction, asked["request"]["body"]["message"]["transaction_id"]
                    )
                    answers = connector.read_call_back(body, questions(asked))
                    self.assertNotIn(NO_ANSWER, {item.reason_code for item in answers.values()})
                    self.assertEqual(answers["ref-res-A0001"].address, BANK)
                else:
                    self.assertEqual(transaction, asked["request"]["body"]["header"]["message_id"])
                    with self.assertRaises(Rejected):
                        connector.read_call_back(body, questions(asked))
                read.append(name)
        self.assertEqual(len(read), 2)

    def test_what_is_sent_is_what_the_mapper_has_verified(self):
        """The mapper reads a body and writes it again before its signature is checked."""
        verified = self.samples["00-mapper-to-key-manager"]["verified"]
        data = verified["actualData"]
        body = json.loads(base64.urlsafe_b64decode(data + "=" * (-len(data) % 4)))
        sent = self.connector("spar_1")._http_encode(body)
        self.assertEqual(base64.urlsafe_b64encode(sent).rstrip(b"=").decode(), data)
        self.assertEqual(verified["jwtSignatureData"].split(".")[1], data)

    def test_an_answer_that_takes_too_long_is_asked_for_again(self):
        """65: the mapper stands still while a receiver of call-backs is slow."""
        connector = self.connector("spar_1")
        late = OutcomeUnknown("TIMEOUT", "no answer")
        with (
            patch.object(type(connector), "_http_send", side_effect=late),
            self.assertRaises(Unavailable),
        ):
            connector.resolve("t", [("r", "A")])


def questions(sample):
    """[(reference_id, beneficiary_id)] of a recorded request; each reference once."""
    body = sample["request"].get("body")
    message = body.get("message", {}) if isinstance(body, dict) else {}
    items = message.get("resolve_request", [])
    return list(
        {
            item["reference_id"]: (item["reference_id"], str(item.get("id") or ""))
            for item in items
            if "reference_id" in item
        }.values()
    )


def before(samples, name):
    names = list(samples)
    return names[names.index(name) - 1]
