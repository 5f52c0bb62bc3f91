# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import new_test_user, tagged

from ..common import ApiCase


@tagged("-at_install", "post_install")
class TestOperations(ApiCase):
    """A PBMS of OpenG2P's bridge 1.x finds everything as it knows it."""

    def test_reply_names_the_message_that_it_answers(self):
        reply = self.call(
            "create_disbursement_envelope", self.envelope(), message_id="M-17", action="Anything"
        )
        header = reply["header"]
        self.assertEqual((header["message_id"], header["action"]), ("M-17", "Anything"))
        self.assertEqual((header["status"], header["status_reason_message"]), ("succ", ""))
        self.assertIsNone(header["status_reason_code"])
        self.assertTrue(header["message_ts"])

    def test_create_envelope(self):
        reply = self.done("create_disbursement_envelope", self.envelope())
        self.assertTrue(reply.pop("disbursement_envelope_id"))
        self.assertEqual(reply, self.envelope())

    def test_same_envelope_again_is_the_same(self):
        self.assertEqual(self.new_envelope(), self.new_envelope())
        self.rejected(
            "DUPLICATE_ENVELOPE",
            "create_disbursement_envelope",
            self.envelope(total_disbursement_amount=1),
        )

    def test_checks_of_an_envelope_in_their_order(self):
        """Of everything that is wrong, the first check speaks."""
        self.partner.strict_header = True  # of others a day that is past is taken as today
        wrong = {
            "benefit_program_mnemonic": ("", "INVALID_PROGRAM_MNEMONIC"),
            "disbursement_frequency": ("Never", "INVALID_DISBURSEMENT_FREQUENCY"),
            "cycle_code_mnemonic": ("", "INVALID_CYCLE_CODE_MNEMONIC"),
            "number_of_beneficiaries": (0, "INVALID_NO_OF_BENEFICIARIES"),
            "number_of_disbursements": (0, "INVALID_NO_OF_DISBURSEMENTS"),
            "total_disbursement_amount": (0, "INVALID_TOTAL_DISBURSEMENT_AMOUNT"),
            "disbursement_currency_code": ("EUR", "INVALID_DISBURSEMENT_CURRENCY_CODE"),
            "disbursement_schedule_date": (
                self.day(-1),
                "INVALID_DISBURSEMENT_SCHEDULE_DATE",
            ),
        }
        values = {name: value for name, (value, _code) in wrong.items()}
        for name, (_value, code) in wrong.items():
            with self.subTest(name):
                self.rejected(code, "create_disbursement_envelope", self.envelope(**values))
                del values[name]
        self.rejected(
            "INVALID_PROGRAM_MNEMONIC",
            "create_disbursement_envelope",
            self.envelope(benefit_program_mnemonic="NONE"),
        )

    def test_amend_envelope(self):
        envelope_id = self.new_envelope()
        amended = {
            "disbursement_envelope_id": envelope_id,
            "number_of_beneficiaries": 2,
            "number_of_disbursements": 2,
            "total_disbursement_amount": 20.5,
            "disbursement_schedule_date": self.day(9),
        }
        self.assertEqual(self.done("amend_disbursement_envelope", amended), amended)
        self.rejected(
            "DISBURSEMENT_ENVELOPE_NOT_FOUND",
            "amend_disbursement_envelope",
            {**amended, "disbursement_envelope_id": "E000"},
        )

    def test_cancel_envelope(self):
        message = {"disbursement_envelope_id": self.new_envelope()}
        self.assertEqual(self.done("cancel_disbursement_envelope", message), message)
        self.rejected(
            "DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", "cancel_disbursement_envelope", message
        )

    def test_create_disbursements(self):
        rows = self.rows(self.new_envelope())
        reply = self.done("create_disbursements", rows)
        self.assertEqual(len({row.pop("disbursement_id") for row in reply}), 3)
        self.assertEqual(reply, rows)

    def test_same_disbursements_again_are_the_same(self):
        rows = self.rows(self.new_envelope())
        first = self.done("create_disbursements", rows)
        self.assertEqual(self.done("create_disbursements", rows), first)

    def test_wrong_row_is_named_and_nothing_is_taken(self):
        envelope_id = self.new_envelope()
        rows = self.rows(envelope_id)
        rows[1].update(beneficiary_id="", narrative=None)
        reply = self.rejected("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
        self.assertEqual(
            [row["response_error_codes"] for row in reply],
            [[], ["INVALID_BENEFICIARY_ID", "INVALID_NARRATIVE"], []],
        )
        status = self.done("get_disbursement_envelope_status", envelope_id)
        self.assertEqual(status["number_of_disbursements_received"], 0)

    def test_an_account_from_a_spreadsheet_is_named_with_its_value_and_remedy(self):
        rows = self.rows(self.new_envelope())
        rows[1].update(beneficiary_account_type="BANK_ACCOUNT", beneficiary_account="1.23457E+17")
        reply = self.rejected("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
        self.assertEqual(
            [row["response_error_codes"] for row in reply], [[], ["NUMBER_TOO_LONG"], []]
        )
        (detail,) = reply[1].pop("response_error_details")
        self.assertIn("Send it as it was", detail.pop("remedy"))
        self.assertEqual(
            detail,
            {
                "code": "NUMBER_TOO_LONG",
                "field": "beneficiary_account",
                "value": "1.23457E+17",
            },
        )
        self.assertFalse([row for row in reply if "response_error_details" in row])

    def test_more_than_declared(self):
        envelope_id = self.new_envelope()
        self.rejected(
            "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED",
            "create_disbursements",
            self.rows(envelope_id, 1, 1, 1, 1),
        )
        self.rejected(
            "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED",
            "create_disbursements",
            self.rows(envelope_id, 60, 1),
        )

    def test_rows_of_two_envelopes(self):
        first = self.rows(self.new_envelope(), 10)
        second = self.rows(self.new_envelope(cycle_code_mnemonic="2027-02"), 10)
        self.rejected("MULTIPLE_ENVELOPES_FOUND", "create_disbursements", first + second)

    def test_cancel_disbursements(self):
        _envelope_id, ids = self.filled_envelope()
        rows = [{"disbursement_id": ids[0]}]
        self.assertEqual(self.done("cancel_disbursements", rows), rows)
        reply = self.rejected(
            "INVALID_DISBURSEMENT_PAYLOAD",
            "cancel_disbursements",
            [{"disbursement_id": ids[0]}, {"disbursement_id": ids[1]}],
        )
        self.assertEqual(
            [row["response_error_codes"] for row in reply], [["DISBURSEMENT_ALREADY_CANCELED"], []]
        )
        self.rejected(
            "INVALID_DISBURSEMENT_ID", "cancel_disbursements", [{"disbursement_id": "NONE"}]
        )

    def test_envelope_status(self):
        envelope_id, _ids = self.filled_envelope()
        status = self.done("get_disbursement_envelope_status", envelope_id)
        self.assertEqual(status["number_of_disbursements_received"], 3)
        self.assertEqual(status["total_disbursement_amount_received"], 60.75)
        self.assertEqual(status["funds_available_with_bank"], "PENDING_CHECK")
        self.rejected("DISBURSEMENT_ENVELOPE_NOT_FOUND", "get_disbursement_envelope_status", "E000")

    def test_disbursement_status(self):
        _envelope_id, ids = self.filled_envelope()
        reply = self.done("get_disbursement_status", ids)
        self.assertEqual([row["disbursement_id"] for row in reply], ids)
        self.assertEqual({row["disbursement_status"] for row in reply}, {"RESOLVED"})
        # A PBMS asks for the payments of a batch, of which some have no ID yet.
        mixed = self.done("get_disbursement_status", ["False", *ids, "False"])
        self.assertEqual(mixed[1:-1], reply)
        self.assertEqual({row["disbursement_status"] for row in (mixed[0], mixed[-1])}, {"UNKNOWN"})
        self.assertEqual(
            mixed[0]["disbursement_recon_records"],
            {"disbursement_recon_payloads": [], "disbursement_error_recon_payloads": []},
        )
        self.assertEqual(self.done("get_disbursement_status", []), [])
        self.partner.strict_header = True  # who counts its items asks for at least one
        self.rejected("INVALID_DISBURSEMENT_ID", "get_disbursement_status", [])

    def test_amounts_are_exact(self):
        """A number is what its digits say, never what a float makes of them."""
        envelope_id = self.new_envelope(
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="999999999999.99",
        )
        body = json.dumps(self.request("create_disbursements", self.rows(envelope_id, 1)))
        body = body.replace('"disbursement_amount": 1', '"disbursement_amount": 999999999999.99')
        answer = self.post("create_disbursements", body.encode())
        self.assertIn(b'"disbursement_amount":999999999999.99', answer.content)
        status = self.post(
            "get_disbursement_envelope_status",
            self.request("get_disbursement_envelope_status", envelope_id),
        )
        self.assertIn(b'"total_disbursement_amount_received":999999999999.99', status.content)

    def test_digits_of_amounts_and_totals(self):
        """A payment has 12 digits before the point; a total, which holds many, 15 in all."""
        for total, code in (
            ("9999999999999.99", None),
            ("99999999999999.99", "INVALID_TOTAL_DISBURSEMENT_AMOUNT"),
            ("1000000000000000", "INVALID_TOTAL_DISBURSEMENT_AMOUNT"),
        ):
            values = self.envelope(total_disbursement_amount=total, cycle_code_mnemonic=total)
            if code:
                self.rejected(code, "create_disbursement_envelope", values)
            else:
                envelope_id = self.new_envelope(**values)
        reply = self.rejected(
            "INVALID_DISBURSEMENT_PAYLOAD",
            "create_disbursements",
            self.rows(envelope_id, "999999999999.99", "1000000000000"),
        )
        codes = [row["response_error_codes"] for row in reply]
        self.assertEqual(codes, [[], ["INVALID_DISBURSEMENT_AMOUNT"]])

    def test_whole_amounts_are_written_as_whole_numbers(self):
        """Clients that count money in whole units read no 60.00."""
        envelope_id = self.new_envelope(total_disbursement_amount=60)
        self.done("create_disbursements", self.rows(envelope_id, 10, 20, 30))
        content = self.request("get_disbursement_envelope_status", envelope_id)
        answer = self.post("get_disbursement_envelope_status", content)
        self.assertIn(b'"total_disbursement_amount_received":60,', answer.content)

    def test_what_looks_empty_is_empty(self):
        """A name of marks that nobody sees would be paid to nobody."""
        envelope_id = self.new_envelope()
        for text in ("", " ", "\ufeff", "\u200b\u2060", "\u3164", "\u2800 \u00ad", "\x01\x7f"):
            rows = self.rows(envelope_id)
            rows[1]["beneficiary_name"] = rows[2]["narrative"] = text
            reply = self.rejected("INVALID_DISBURSEMENT_PAYLOAD", "create_disbursements", rows)
            codes = [row["response_error_codes"] for row in reply]
            self.assertEqual(codes, [[], ["INVALID_BENEFICIARY_NAME"], ["INVALID_NARRATIVE"]])
            self.rejected(
                "INVALID_CYCLE_CODE_MNEMONIC",
                "create_disbursement_envelope",
                self.envelope(cycle_code_mnemonic=text),
            )
        rows = self.rows(envelope_id)
        rows[0]["beneficiary_name"], rows[1]["beneficiary_name"] = "\ufeffAda", "\u0985\u200dA"
        self.done("create_disbursements", rows)

    def test_too_many_decimals_are_never_rounded(self):
        self.partner.strict_header = True
        envelope_id = self.new_envelope()
        for written in ("20.001", "20.0000000000000000001", "1e-3"):
            body = json.dumps(self.request("create_disbursements", self.rows(envelope_id, 7)))
            body = body.replace('"disbursement_amount": 7', f'"disbursement_amount": {written}')
            reply = self.post("create_disbursements", body.encode()).json()
            self.assertEqual(
                reply["message"][0]["response_error_codes"], ["INVALID_DISBURSEMENT_AMOUNT"]
            )

    def test_configure_a_program(self):
        message = {
            "benefit_program_mnemonic": "NEW",
            "benefit_program_name": "New Program",
            "funding_org_code": "ORG",
            "funding_org_name": "Organization",
            "sponsor_bank_code": "SCRIPTED",
            "sponsor_bank_account_number": "ACCOUNT-1",
            "sponsor_bank_branch_code": "B1",
            "sponsor_bank_account_currency": "USD",
            "id_mapper_resolution_required": False,
        }
        operation = "create_benefit_program_configuration"
        self.assertEqual(self.done(operation, message), message)
        program = self.env["g2p.bridge.program"].search([("benefit_program_mnemonic", "=", "NEW")])
        self.assertEqual(program.company_id, self.company)
        self.assertEqual(program.sponsor_bank_id, self.bank)
        self.rejected("BENEFIT_PROGRAM_CONFIGURATION_ALREADY_EXISTS", operation, message)
        for name in ("sponsor_bank_code", "sponsor_bank_account_currency", "benefit_program_name"):
            self.rejected(
                "BENEFIT_PROGRAM_CONFIGURATION_INVALID",
                operation,
                {
                    **message,
                    "benefit_program_mnemonic": "OTHER",
                    name: "" if "name" in name else "X",
                },
            )
        for name in ("sponsor_bank_account_number", "sponsor_bank_branch_code"):
            self.rejected(
                "BENEFIT_PROGRAM_CONFIGURATION_INVALID",
                operation,
                {**message, "benefit_program_mnemonic": "OTHER", name: "1.23457E+17"},
            )
        self.rejected(
            "BENEFIT_PROGRAM_CONFIGURATION_INVALID",
            operation,
            {
                **message,
                "benefit_program_mnemonic": "MAPPED",
                "id_mapper_resolution_required": True,
            },
        )

    def test_a_program_from_outside_waits_for_an_administrator(self):
        """It says which account is debited: another program's own, for all that anybody knows."""
        self.partner.write({"program_ids": [(5,)], "all_programs": True})
        reply = self.call(
            "create_benefit_program_configuration",
            {
                "benefit_program_mnemonic": "MINE",
                "benefit_program_name": "Mine",
                "sponsor_bank_code": "SCRIPTED",
                "sponsor_bank_account_number": "CASH-ACCOUNT",
                "sponsor_bank_account_currency": "USD",
                "id_mapper_resolution_required": False,
            },
        )
        header = reply["header"]
        self.assertEqual(
            (header["status"], header["status_reason_message"]),
            ("succ", "BENEFIT_PROGRAM_CONFIGURATION_UNCONFIRMED"),
        )
        self.assertIn("takes no envelopes", header["meta"]["explanation"])
        program = self.env["g2p.bridge.program"].search([("benefit_program_mnemonic", "=", "MINE")])
        declared = self.envelope(benefit_program_mnemonic="MINE")
        self.rejected("INVALID_PROGRAM_MNEMONIC", "create_disbursement_envelope", declared)
        change = self.env["g2p.bridge.change"].search(
            [("model", "=", program._name), ("res_id", "=", program.id)]
        )
        self.assertEqual((change.state, change.proposer_id), ("waiting", self.partner.user_id))
        admin = new_test_user(
            self.env,
            "confirming-admin",
            "g2p_bridge_base.group_admin",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        change.with_user(admin).action_confirm()
        self.assertTrue(program.is_confirmed)
        self.done("create_disbursement_envelope", declared)

    def test_both_header_dialects(self):
        """Version 1.1 has no signature in the body, and some clients shorten a name."""
        body = self.request("create_disbursement_envelope", self.envelope())
        del body["signature"]
        body["header"]["is_encrypted"] = body["header"].pop("is_msg_encrypted")
        for name in ("version", "sender_uri", "receiver_id"):
            del body["header"][name]
        reply = self.post("create_disbursement_envelope", body).json()
        self.assertEqual(reply["header"]["status"], "succ")
