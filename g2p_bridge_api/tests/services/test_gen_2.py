# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..common import ApiCase


@tagged("-at_install", "post_install")
class TestGen2(ApiCase):
    """The newer PBMS gives the IDs itself and finds them again everywhere."""

    def envelope_2(self, **values):
        return {
            "id": "0198-ENVELOPE-1",
            "benefit_program_id": 7,
            "benefit_program_mnemonic": "CASH",
            "benefit_program_description": "Cash for children",
            "target_registry": "CHILDREN",
            "benefit_code_id": 8,
            "benefit_code_mnemonic": "CHILD",
            "benefit_code_description": "Child grant",
            "benefit_type": "CASH_DIGITAL",
            "disbursement_cycle_id": 9,
            "disbursement_frequency": "Monthly",
            "cycle_code_mnemonic": "2027-01",
            "number_of_beneficiaries": 3,
            "number_of_disbursements": 3,
            "total_disbursement_quantity": 60.75,
            "measurement_unit": "USD",
            "disbursement_schedule_date": self.day(),
            **values,
        }

    def rows_2(self, envelope_id="0198-ENVELOPE-1", *quantities, **values):
        return [
            {
                "disbursement_id": f"0198-DISBURSEMENT-{number}-OF-THE-SENDER",
                "disbursement_envelope_id": envelope_id,
                "beneficiary_id": f"ID{number}",
                "beneficiary_name": f"Person {number}",
                "disbursement_quantity": quantity,
                "disbursement_cycle_id": 9,
                "narrative": f"Grant {number}",
                **values,
            }
            for number, quantity in enumerate(quantities or (10, 20.5, 30.25), 1)
        ]

    def filled(self):
        self.done_2("create_disbursement_envelopes", [self.envelope_2()])
        return self.done_2("create_disbursements", self.rows_2())

    def test_reply_names_the_request(self):
        reply = self.call_2("create_disbursement_envelopes", [self.envelope_2()], request_id="R-17")
        header = reply["response_header"]
        self.assertEqual((header["request_id"], header["response_status"]), ("R-17", "SUCCESS"))
        self.assertIsNone(header["response_error_code"])
        self.assertTrue(header["response_timestamp"])

    def test_envelopes_keep_their_ids(self):
        sent = [
            self.envelope_2(),
            self.envelope_2(id="0198-ENVELOPE-2", benefit_code_mnemonic="SCHOOL"),
        ]
        for _time in range(2):
            reply = self.done_2("create_disbursement_envelopes", sent)
            self.assertEqual([row["id"] for row in reply], [row["id"] for row in sent])
            self.assertEqual({row["cancellation_status"] for row in reply}, {"Not_Cancelled"})
        found = self.env["g2p.bridge.envelope"].search([("program_id", "=", self.program.id)])
        self.assertEqual(
            sorted(found.mapped("cycle_code_mnemonic")), ["2027-01/CHILD", "2027-01/SCHOOL"]
        )

    def test_envelope_without_an_id_gets_ours(self):
        envelope = self.envelope_2()
        del envelope["id"]
        (reply,) = self.done_2("create_disbursement_envelopes", [envelope])
        self.done_2("create_disbursements", self.rows_2(reply["id"]))
        status = self.done_2("get_disbursement_envelope_status", reply["id"])
        self.assertEqual(status["number_of_disbursements_received"], 3)

    def test_one_wrong_envelope_and_none_is_made(self):
        for values, code in (
            ({"benefit_type": "COMMODITY"}, "INVALID_BENEFIT_TYPE"),
            ({"benefit_type": "CASH_PHYSICAL"}, "INVALID_BENEFIT_TYPE"),
            ({"measurement_unit": "KG"}, "INVALID_MEASUREMENT_UNIT"),
            ({"total_disbursement_quantity": 0}, "INVALID_DISBURSEMENT_QUANTITY"),
            ({"benefit_program_mnemonic": "NONE"}, "INVALID_PROGRAM_MNEMONIC"),
        ):
            sent = [self.envelope_2(), self.envelope_2(id="B", cycle_code_mnemonic="X", **values)]
            self.assertEqual(self.rejected_2(code, "create_disbursement_envelopes", sent), [])
        self.assertFalse(
            self.env["g2p.bridge.envelope"].search([("program_id", "=", self.program.id)])
        )
        self.assertFalse(self.env["g2p.bridge.sender.id"].search([]))

    def test_id_of_an_envelope_stands_for_one_envelope(self):
        self.filled()
        for values in ({"cycle_code_mnemonic": "2027-02"}, {"id": "0198-ENVELOPE-2"}):
            sent = [self.envelope_2(**values)]
            self.rejected_2("DUPLICATE_ENVELOPE", "create_disbursement_envelopes", sent)

    def test_envelope_that_is_sent_again_under_another_id_has_both(self):
        """This sender makes a new ID up whenever it has lost the answer."""
        for name in ("0198-LOST", "0198-ENVELOPE-1", "0198-LOST"):
            (reply,) = self.done_2("create_disbursement_envelopes", [self.envelope_2(id=name)])
            self.assertEqual(reply["id"], name)
        found = self.env["g2p.bridge.envelope"].search_count([("program_id", "=", self.program.id)])
        self.assertEqual(found, 1)
        self.done_2("create_disbursements", self.rows_2())
        for name in ("0198-LOST", "0198-ENVELOPE-1"):
            status = self.done_2("get_disbursement_envelope_status", name)
            self.assertEqual(status["disbursement_envelope_id"], name)
            self.assertEqual(status["number_of_disbursements_received"], 3)

    def test_disbursements_keep_their_ids(self):
        self.assertEqual(self.filled(), self.rows_2())
        self.assertEqual(self.done_2("create_disbursements", self.rows_2()), self.rows_2())
        found = self.env["g2p.bridge.disbursement"].search(
            [("mis_reference_number", "=like", "0198-%")]
        )
        self.assertEqual(len(found), 3)
        self.assertTrue(all(len(line.disbursement_id) == 15 for line in found))

    def test_name_of_a_beneficiary_may_be_missing(self):
        self.done_2("create_disbursement_envelopes", [self.envelope_2()])
        rows = self.rows_2()
        for row in rows:
            del row["beneficiary_name"]
        self.assertEqual(self.done_2("create_disbursements", rows), rows)

    def test_wrong_rows_are_named_in_the_senders_words(self):
        self.done_2("create_disbursement_envelopes", [self.envelope_2()])
        rows = self.rows_2()
        rows[0]["disbursement_quantity"] = -1
        rows[2]["beneficiary_id"] = None
        reply = self.rejected_2("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
        self.assertEqual(
            [row["response_error_codes"] for row in reply],
            [["INVALID_DISBURSEMENT_QUANTITY"], [], ["INVALID_BENEFICIARY_ID"]],
        )
        self.assertEqual(
            [row["disbursement_id"] for row in reply], [row["disbursement_id"] for row in rows]
        )
        rows = self.rows_2()
        rows[0]["disbursement_id"], rows[2]["beneficiary_id"] = "1.2E+05", "#N/A"
        reply = self.rejected_2("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
        self.assertEqual(
            [
                [(detail["field"], detail["code"], detail["value"]) for detail in details]
                for details in (row.get("response_error_details", ()) for row in reply)
            ],
            [
                [("disbursement_id", "NUMBER_TOO_LONG", "1.2E+05")],
                [],
                [("beneficiary_id", "ERROR_CELL", "#N/A")],
            ],
        )
        rows = self.rows_2()
        del rows[1]["disbursement_id"]
        reply = self.rejected_2("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
        self.assertEqual(reply[1]["response_error_codes"], ["INVALID_DISBURSEMENT_ID"])

    def test_more_than_declared(self):
        self.done_2("create_disbursement_envelopes", [self.envelope_2()])
        for quantities, code in (
            ((1, 1, 1, 1), "NO_OF_DISBURSEMENTS_EXCEEDS_DECLARED"),
            ((60, 1), "TOTAL_DISBURSEMENT_QUANTITY_EXCEEDS_DECLARED"),
        ):
            rows = self.rows_2("0198-ENVELOPE-1", *quantities)
            self.assertEqual(self.rejected_2(code, "create_disbursements", rows), [])

    def test_id_of_a_disbursement_stands_for_one_disbursement(self):
        """The same ID in another envelope would make each status a guess."""
        self.filled()
        self.done_2(
            "create_disbursement_envelopes",
            [self.envelope_2(id="0198-ENVELOPE-2", cycle_code_mnemonic="2027-02")],
        )
        rows = self.rows_2("0198-ENVELOPE-2")
        rows[0]["disbursement_id"] = "NEW"
        reply = self.rejected_2("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
        self.assertEqual(
            [row["response_error_codes"] for row in reply],
            [[], ["DUPLICATE_DISBURSEMENT"], ["DUPLICATE_DISBURSEMENT"]],
        )
        status = self.done_2("get_disbursement_envelope_status", "0198-ENVELOPE-2")
        self.assertEqual(status["number_of_disbursements_received"], 0)

    def test_envelope_status(self):
        self.filled()
        status = self.done_2("get_disbursement_envelope_status", "0198-ENVELOPE-1")
        self.assertEqual(status["disbursement_envelope_id"], "0198-ENVELOPE-1")
        self.assertEqual(status["total_disbursement_quantity_declared"], 60.75)
        self.assertEqual(status["total_disbursement_quantity_received"], 60.75)
        self.assertEqual(status["measurement_unit"], "USD")
        self.assertIsNone(
            self.rejected_2(
                "DISBURSEMENT_ENVELOPE_NOT_FOUND", "get_disbursement_envelope_status", "NONE"
            )
        )

    def test_disbursement_status(self):
        ids = [row["disbursement_id"] for row in self.filled()]
        reply = self.done_2("get_disbursement_status", ids)
        self.assertEqual([row["reconciliation_id"] for row in reply], ids)
        self.assertEqual({row["disbursement_status"] for row in reply}, {"RESOLVED"})
        mixed = self.done_2("get_disbursement_status", ["X", *ids])
        self.assertEqual(mixed, [self.nothing_known_of("X"), *reply])

    def nothing_known_of(self, name):
        return {
            "reconciliation_id": name,
            "disbursement_id": name,
            "disbursement_status": "UNKNOWN",
            "disbursement_recon_records": {
                "disbursement_recon_payloads": [],
                "disbursement_error_recon_payloads": [],
            },
        }

    def test_ids_are_each_partners_own(self):
        self.filled()
        self.make_partner("SECOND", self.program)
        theirs = self.rows_2()[0]["disbursement_id"]
        rows = self.done_2("get_disbursement_status", [theirs], sender_app_mnemonic="SECOND")
        self.assertEqual(rows, [self.nothing_known_of(theirs)])

    def test_unknown_sender(self):
        reply = self.call_2(
            "create_disbursement_envelopes", [self.envelope_2()], sender_app_mnemonic="X"
        )
        self.assertEqual(reply["response_header"]["response_error_code"], "rjct.jwt.invalid")
        self.assertIsNone(reply["response_body"]["response_payload"])

    def test_mistakes_in_the_message(self):
        operation = "create_disbursement_envelopes"
        self.malformed(operation, {"request_header": {}}, "request_body: is missing")
        body = self.request_2([], request_id=1)
        self.malformed(operation, body, "request_header.request_id: has to be a text")
        body = self.request_2([{"id": 1}])
        self.malformed(operation, body, r"request_body\.request_payload\[0\]\.id: .* text")
        body = {**body, "request_body": {}}
        self.malformed(operation, body, "request_body.request_payload: is missing")
        self.assertEqual(self.rejected_2("INVALID_DISBURSEMENT_PAYLOAD", operation, []), [])
