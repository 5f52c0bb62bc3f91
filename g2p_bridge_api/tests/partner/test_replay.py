# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.tests.signing import sign

from .signed_common import PLACEHOLDERS, SignedCase

CREATE, ENVELOPE = "create_disbursements", "create_disbursement_envelope"
AMEND, CANCEL = "amend_disbursement_envelope", "cancel_disbursement_envelope"
DUPLICATE, ACTION = "rjct.message_id.duplicate", "rjct.action.invalid"


@tagged("-at_install", "post_install")
class TestReplayedBytes(SignedCase):
    """Somebody has seen signed messages of a PBMS that sends placeholders, and sends them again."""

    def recorded(self, operation, message, **header):
        """Have the PBMS send a message.

        :return: (body, signature) as whoever listens has them
        """
        content = self.request(operation, message, **{**PLACEHOLDERS, **header})
        body, signature = self.signed(content)
        self.assertAnswer("", self.send(operation, body, signature))
        return body, signature

    def find(self, envelope_id):
        self.env.invalidate_all()
        return self.env["g2p.bridge.envelope"].search(
            [("disbursement_envelope_id", "=", envelope_id)]
        )

    def amendment(self, envelope_id, total):
        return self.envelope(disbursement_envelope_id=envelope_id, total_disbursement_amount=total)

    def test_an_amendment_does_not_come_back(self):
        envelope_id = self.new_envelope()
        first = self.recorded(AMEND, self.amendment(envelope_id, 900))
        self.recorded(AMEND, self.amendment(envelope_id, 100))
        words = self.assertAnswer(DUPLICATE, self.send(AMEND, *first))
        self.assertIn("was changed since", words)
        self.assertEqual(self.find(envelope_id)._declared()[1], 100)

    def test_a_lost_answer_is_given_once_more(self):
        envelope_id = self.new_envelope()
        amendment = self.recorded(AMEND, self.amendment(envelope_id, 60.75))
        rows = self.recorded(CREATE, self.rows(envelope_id))
        self.assertAnswer("", self.send(AMEND, *amendment))
        answer = self.send(CREATE, *rows)
        self.assertAnswer("", answer)
        told = self.env["g2p.bridge.event"].search(
            [("envelope_id", "=", self.find(envelope_id).id)]
        )
        for kind in ("envelope.amended", "envelope.disbursements_received"):
            self.assertEqual(told.mapped("kind").count(kind), 1)
        lines = self.env["g2p.bridge.disbursement"].search([])
        given = [row["disbursement_id"] for row in answer.json()["message"]]
        self.assertEqual(sorted(given), sorted(lines.mapped("disbursement_id")))

    def test_what_was_refused_may_be_sent_again_as_it_is(self):
        """A sender of placeholders has no other bytes for the same wish."""
        content = self.request(ENVELOPE, self.envelope(benefit_program_mnemonic="LATER"))
        content["header"].update(PLACEHOLDERS)
        body, signature = self.signed(content)
        self.assertAnswer("INVALID_PROGRAM_MNEMONIC", self.send(ENVELOPE, body, signature))
        program = self.make_program("LATER")
        self.partner.program_ids += program
        self.assertAnswer("", self.send(ENVELOPE, body, signature))

    def test_a_cancelled_envelope_does_not_come_back(self):
        declared = self.recorded(ENVELOPE, self.envelope())
        envelope = self.env["g2p.bridge.envelope"].search([])
        self.done(CANCEL, {"disbursement_envelope_id": envelope.disbursement_envelope_id})
        self.assertAnswer(DUPLICATE, self.send(ENVELOPE, *declared))
        self.assertEqual(self.env["g2p.bridge.envelope"].search([]), envelope)

    def test_a_cancelled_payment_does_not_come_back(self):
        """Without a key of its own a row would be a new payment, in the place that came free."""
        envelope_id = self.new_envelope()
        rows = self.rows(envelope_id, mis_reference_number=None)
        sent = self.recorded(CREATE, rows)
        lines = self.env["g2p.bridge.disbursement"].search([])
        ids = lines.mapped("disbursement_id")
        self.done("cancel_disbursements", [{"disbursement_id": one} for one in ids])
        self.assertAnswer(DUPLICATE, self.send(CREATE, *sent))
        self.env.invalidate_all()
        self.assertEqual(self.env["g2p.bridge.disbursement"].search([]), lines)
        self.assertEqual(set(lines.mapped("state")), {"cancelled"})

    def test_other_blanks_are_the_same_message(self):
        """A signature over the JSON without blanks is good with any: what is signed counts."""
        envelope_id = self.new_envelope()
        content = self.request(AMEND, self.amendment(envelope_id, 900), **PLACEHOLDERS)
        compact = json.dumps(content, separators=(",", ":"), sort_keys=True).encode()
        signature = sign("RS256", compact)
        for body in (compact, json.dumps(content).encode()):
            self.assertAnswer("", self.send(AMEND, body, signature))
        signed = self.env["g2p.bridge.signed.message"]
        self.assertEqual(signed.search_count([("operation", "=", AMEND)]), 1)
        self.recorded(AMEND, self.amendment(envelope_id, 100))
        for body in (compact, json.dumps(content, indent=3).encode()):
            self.assertAnswer(DUPLICATE, self.send(AMEND, body, signature))

    def test_a_question_is_not_carried_to_an_address_with_an_effect(self):
        envelope_id = self.new_envelope()
        about = {"disbursement_envelope_id": envelope_id}
        question = self.recorded("list_disbursements", about, action="string")
        self.assertAnswer(ACTION, self.send(CANCEL, *question))
        self.assertEqual(self.find(envelope_id).cancellation_status, "not_cancelled")

    def test_what_has_an_effect_names_it(self):
        """OpenG2P's own systems do, whatever else they leave out."""
        for operation, message in (
            (ENVELOPE, self.envelope()),
            (CREATE, self.rows("E1")),
            (CANCEL, {"disbursement_envelope_id": "E1"}),
            ("cancel_disbursements", [{"disbursement_id": "D1"}]),
            (AMEND, self.amendment("E1", 1)),
        ):
            for action in ("string", "", "disburse", "list_disbursements"):
                content = self.request(operation, message, action=action, **PLACEHOLDERS)
                with self.subTest(operation, action=action):
                    self.assertAnswer(ACTION, self.send(operation, *self.signed(content)))

    def test_questions_are_asked_as_often_as_wanted(self):
        envelope_id = self.new_envelope()
        question = self.recorded("get_disbursement_envelope_status", envelope_id)
        for _time in range(3):
            answer = self.send("get_disbursement_envelope_status", *question)
            self.assertAnswer("", answer)
        self.assertFalse(
            self.env["g2p.bridge.signed.message"].search([("operation", "like", "get_")])
        )

    def test_a_new_partner_sends_no_placeholders(self):
        partner = self.env["g2p.bridge.partner"].create({"name": "New", "code": "NEW"})
        self.assertTrue(partner.strict_header)


@tagged("-at_install", "post_install")
class TestNewerDialect(SignedCase):
    """It has no action: the form of a message is what binds it to its address."""

    MESSAGES = {
        "create_disbursement_envelopes": [{"id": "E1", "benefit_type": "CASH_DIGITAL"}],
        "create_disbursements": [{"disbursement_id": "P1", "disbursement_envelope_id": "E1"}],
        "get_disbursement_envelope_status": "E1",
        "get_disbursement_status": ["P1"],
        "list_disbursements": {"disbursement_envelope_id": "E1"},
        "list_changes": {"start": "now"},
    }

    def send_to(self, operation, payload):
        content = self.request_2(payload, request_timestamp=self.now())
        return self.send(operation, *self.signed(content))

    def test_no_message_is_taken_at_another_address_with_an_effect(self):
        for operation in ("create_disbursement_envelopes", "create_disbursements"):
            for written_for, payload in self.MESSAGES.items():
                if written_for == operation:
                    continue
                with self.subTest(written_for, sent_to=operation):
                    answer = self.send_to(operation, payload)
                    if answer.status_code == 200:
                        header = answer.json()["response_header"]
                        self.assertEqual(header["response_status"], "ERROR")
                    else:
                        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.env["g2p.bridge.envelope"].search([]))

    def test_an_envelope_of_old_does_not_come_back(self):
        payload = {
            "id": "E7",
            "benefit_program_mnemonic": "CASH",
            "benefit_code_mnemonic": "CHILD",
            "benefit_type": "CASH_DIGITAL",
            "disbursement_frequency": "Monthly",
            "cycle_code_mnemonic": "2027-01",
            "number_of_beneficiaries": 1,
            "number_of_disbursements": 1,
            "total_disbursement_quantity": 20.25,
            "measurement_unit": "USD",
            "disbursement_schedule_date": self.day(),
        }
        operation = "create_disbursement_envelopes"
        times = {"request_timestamp": "string", "request_id": "string"}
        body, signature = self.signed(self.request_2([payload], **times))
        for _time in range(2):  # the second one has lost its answer
            answer = self.send(operation, body, signature).json()
            self.assertEqual(answer["response_header"]["response_status"], "SUCCESS")
        envelope = self.env["g2p.bridge.envelope"].search([])
        self.done(CANCEL, {"disbursement_envelope_id": envelope.disbursement_envelope_id})
        header = self.send(operation, body, signature).json()["response_header"]
        self.assertEqual(header["response_error_code"], DUPLICATE)
        self.assertEqual(self.env["g2p.bridge.envelope"].search([]), envelope)
