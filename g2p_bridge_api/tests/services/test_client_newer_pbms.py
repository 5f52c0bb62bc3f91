# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, datetime, timezone
from itertools import count
from uuid import uuid4

from odoo.tests import tagged

from ..partner.signed_common import SignedCase

SENDER = "OPENG2P_PBMS"
#: Envelope members that this client always sends, empty ones too.
NOT_SET = ("receipt_time_stamp", "cancellation_status", "cancellation_timestamp")
NUMBERS = count(1)


@tagged("-at_install", "post_install")
class TestNewerPbms(SignedCase):
    """Everything that the newer PBMS sends in a cycle, in the shape in which its programs write it.

    The background tasks send envelopes, one for each benefit code, and then disbursements, batch
    by batch, all of which are called "string". A screen asks for the state of an envelope. What
    is signed has its members sorted, no blanks and all letters as they are; what is sent is
    written otherwise.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.code = SENDER

    # What the client does

    def send_task(self, operation, payload, request_id=None, **members):
        """:return: the answer to what the background tasks send"""
        content = {
            "request_header": {
                "sender_app_mnemonic": SENDER,
                "sender_app_url": "",
                "request_id": request_id or uuid4().hex,
                "request_timestamp": self.now().replace("+00:00", "Z"),
                "instance_id": "string",
            },
            "request_body": {"pagination_request": None, "request_payload": payload, **members},
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return self.read(self.send(operation, *self.signed(content, text.encode())))

    def ask_screen(self, envelope_id):
        """:return: the answer to what a screen asks about an envelope"""
        content = {
            "request_header": {
                "sender_app_mnemonic": SENDER,
                "sender_app_url": "",
                "request_id": "string",
                # Without a zone, and in UTC.
                "request_timestamp": datetime.now(timezone.utc).replace(tzinfo=None).isoformat(),
                "instance_id": "string",
            },
            "request_body": {"pagination_request": None, "request_payload": envelope_id},
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        answer = self.send("get_disbursement_envelope_status", *self.signed(content, text.encode()))
        return self.read(answer)

    def ask_older_screen(self, envelope_id):
        """The same, as an older screen of this client asks: in the other dialect."""
        content = {
            "header": {
                "version": "1.0.0",
                "message_id": "string",
                "message_ts": "string",
                "action": "get_disbursement_envelope_status",
                "sender_id": SENDER,
                "sender_uri": "",
                "receiver_id": "",
                "total_count": 0,
                "is_msg_encrypted": False,
                "meta": "string",
            },
            "message": envelope_id,
        }
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        answer = self.send("get_disbursement_envelope_status", *self.signed(content, text.encode()))
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json()["message"]

    def read(self, answer):
        """:return: the payload of an answer, read as this client's types have it"""
        self.assertEqual(answer.status_code, 200, answer.text)
        header = answer.json()["response_header"]
        self.assertEqual(header["response_status"], "SUCCESS", answer.text)
        datetime.fromisoformat(header["response_timestamp"])
        return answer.json()["response_body"]["response_payload"]

    def envelopes(self, **totals):
        """An envelope for each benefit code, with IDs that nobody has seen before."""
        return [
            {
                "id": str(uuid4()),
                "benefit_program_id": 4,
                "benefit_program_mnemonic": "CASH",
                "benefit_program_description": "Aide à l’enfance",
                "target_registry": "farmer_registry",
                "benefit_code_id": number,
                "benefit_code_mnemonic": code,
                "benefit_code_description": f"Code {code}",
                "benefit_type": "CASH_DIGITAL",
                "disbursement_cycle_id": 11,
                "disbursement_frequency": "Monthly",
                "cycle_code_mnemonic": "CYCLE-3",
                "number_of_beneficiaries": 4,
                "number_of_disbursements": 4,
                "total_disbursement_quantity": total,
                "measurement_unit": "USD",
                # The day of its approval, which may be past.
                "disbursement_schedule_date": self.day(-1),
                **dict.fromkeys(NOT_SET),
            }
            for number, (code, total) in enumerate(totals.items(), 1)
        ]

    def batch(self, envelope_id, quantities):
        """The disbursements of one batch of people, and the name that the client gives them."""
        name = str(uuid4())
        rows = [
            {
                "disbursement_id": f"{next(NUMBERS):03}-aB3_x9Kq-Zt7",
                "disbursement_envelope_id": envelope_id,
                "beneficiary_id": f"{person:06}",
                "beneficiary_name": None,
                "disbursement_quantity": quantity,
                "compute_elements": {"Größe": person, "share": 0.5},
                "narrative": "CASH - CYCLE-3",
                "receipt_time_stamp": None,
                "cancellation_status": None,
                "cancellation_time_stamp": None,
                "disbursement_cycle_id": 11,
                "disbursement_batch_control_id": name,
                "response_error_codes": None,
            }
            for person, quantity in quantities.items()
        ]
        return name, rows

    def send_batch(self, name, rows):
        return self.send_task(
            "create_disbursements", rows, "string", disbursement_batch_control_id=name
        )

    # The cycle

    def test_whole_cycle(self):
        grants = {"CHILD": [10.25, 10.25, 10.25, 10.25], "SCHOOL": [1.1, 2.2, 3.3, 1.1]}
        totals = {code: sum(quantities) for code, quantities in grants.items()}
        self.assertEqual(totals["SCHOOL"], 7.699999999999999, "a sum of floats is not exact")
        sent = self.envelopes(**totals)
        self.check_envelopes(sent, self.send_task("create_disbursement_envelopes", sent))
        # The answer was lost: the client makes other IDs up and tries again.
        sent = self.envelopes(**totals)
        self.check_envelopes(sent, self.send_task("create_disbursement_envelopes", sent))
        for envelope, quantities in zip(sent, grants.values(), strict=True):
            people = dict(enumerate(quantities, 1))
            for chosen in ((1, 2), (3, 4)):
                batch = self.batch(envelope["id"], {one: people[one] for one in chosen})
                reply = self.send_batch(*batch)
                self.assertEqual(
                    [row["disbursement_id"] for row in reply],
                    [row["disbursement_id"] for row in batch[1]],
                )
                # This answer, too: the client sends the same rows under the same name.
                self.assertEqual(self.send_batch(*batch), reply)
        self.check_kept(sent)
        for envelope, declared in zip(sent, (41, 7.7), strict=True):
            for status in (self.ask_screen(envelope["id"]), self.ask_older_screen(envelope["id"])):
                self.check_screen(envelope, declared, status)

    def check_envelopes(self, sent, payload):
        """All that the client keeps of an envelope is in its answer, with the right type."""
        self.assertEqual([row["id"] for row in payload], [row["id"] for row in sent])
        for envelope, row in zip(sent, payload, strict=True):
            for name in envelope.keys() - set(NOT_SET):
                self.assertEqual(row[name], envelope[name], name)
            date.fromisoformat(row["disbursement_schedule_date"])

    def check_kept(self, sent):
        """Two envelopes, each paid once to each person, though everything was sent twice."""
        found = self.env["g2p.bridge.envelope"].search([("program_id", "=", self.program.id)])
        self.assertEqual(
            {one.cycle_code_mnemonic: one.number_of_disbursements_received for one in found},
            {"CYCLE-3/CHILD": 4, "CYCLE-3/SCHOOL": 4},
        )
        for envelope in found:
            people = envelope.disbursement_ids.mapped("beneficiary_id")
            self.assertEqual(sorted(people), ["000001", "000002", "000003", "000004"])
            self.assertTrue(envelope._is_complete())

    def check_screen(self, envelope, total, status):
        self.assertEqual(status["disbursement_envelope_id"], envelope["id"])
        self.assertEqual(status["measurement_unit"], "USD")
        self.assertEqual(status["number_of_disbursements_declared"], 4)
        self.assertEqual(status["number_of_disbursements_received"], 4)
        self.assertEqual(status["total_disbursement_quantity_declared"], total)
        self.assertEqual(status["total_disbursement_quantity_received"], total)
        self.assertIsInstance(status["total_disbursement_quantity_received"], type(total))
        self.assertEqual(status["funds_available_with_bank"], "PENDING_CHECK")
        self.assertEqual(status["funds_blocked_with_bank"], "PENDING_CHECK")
        for name in ("shipped", "reconciled", "reversed"):
            self.assertEqual(status[f"number_of_disbursements_{name}"], 0)

    def test_what_it_can_not_be_told(self):
        """It asks for a batch of its own as well, of which the bridge knows nothing."""
        content = {"request_header": {}, "request_body": {"request_payload": "B"}}
        answer = self.send("get_disbursement_batch_control", *self.signed(content))
        self.assertEqual(answer.status_code, 404)

    def test_other_benefits_are_refused_with_all_that_came_with_them(self):
        sent = self.envelopes(CHILD=41.0, FOOD=4.0)
        sent[1].update(benefit_type="COMMODITY", measurement_unit="KG")
        with self.assertRaises(AssertionError) as refused:
            self.send_task("create_disbursement_envelopes", sent)
        self.assertIn("INVALID_BENEFIT_TYPE", str(refused.exception))
        self.assertFalse(
            self.env["g2p.bridge.envelope"].search([("program_id", "=", self.program.id)])
        )
