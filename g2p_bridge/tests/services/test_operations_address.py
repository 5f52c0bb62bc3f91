# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from .operations_common import OperationsCase


class TestGivenAddress(OperationsCase):
    """Programs without a mapper: the sender may say where the money goes."""

    def setUp(self):
        super().setUp()
        self.envelope = self.later()

    def create(self, **address):
        return self.service.create_disbursements(self.rows(self.envelope, "10.00", **address))

    def test_address_is_kept_and_paid_to(self):
        self.create(
            beneficiary_account_type="BANK_ACCOUNT",
            beneficiary_account="123456",
            beneficiary_bank_code="B1",
            beneficiary_branch_code="",
        )
        line = self.envelope.disbursement_ids
        self.assertEqual((line.account_type, line.account_number), ("BANK_ACCOUNT", "123456"))
        self.assertEqual((line.bank_code, line.branch_code), ("B1", False))

    def test_same_address_again_is_the_same_disbursement(self):
        address = {"beneficiary_account_type": "BANK_ACCOUNT", "beneficiary_account": "123456"}
        self.assertEqual(self.create(**address), self.create(**address))

    def test_same_key_with_another_account(self):
        self.create(beneficiary_account_type="BANK_ACCOUNT", beneficiary_account="123456")
        refusal = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD",
            self.create,
            beneficiary_account_type="BANK_ACCOUNT",
            beneficiary_account="654321",
        )
        codes = refusal.rows[0]["response_error_codes"]
        self.assertEqual(codes, ["DUPLICATE_MIS_REFERENCE_NUMBER"])

    def test_addresses_that_nobody_can_pay_to(self):
        wrong = (
            {"beneficiary_account_type": "CASH"},
            {"beneficiary_account_type": []},
            {"beneficiary_account_type": "BANK_ACCOUNT"},
            {"beneficiary_account": "123456"},
            {"beneficiary_account_type": "MOBILE_WALLET", "beneficiary_account": "123456"},
            {"beneficiary_account_type": "EMAIL_WALLET", "beneficiary_email": " "},
            {"beneficiary_account_type": "BANK_ACCOUNT", "beneficiary_account": 123456},
            {"beneficiary_account_type": "BANK_ACCOUNT", "beneficiary_account": "1" * 256},
            {"beneficiary_account_type": "BANK_ACCOUNT", "beneficiary_account": "1\0"},
        )
        for address in wrong:
            with self.subTest(address=str(address)[:60]):
                refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.create, **address)
                codes = refusal.rows[0]["response_error_codes"]
                self.assertEqual(codes, ["INVALID_FINANCIAL_ADDRESS"])

    def test_what_a_spreadsheet_has_made_of_ids_accounts_and_codes(self):
        bank = {"beneficiary_account_type": "BANK_ACCOUNT", "beneficiary_account": "123456"}
        for name, value, code in (
            ("beneficiary_account", "1.23457E+17", "NUMBER_TOO_LONG"),
            ("beneficiary_account", "1,23457e+17", "NUMBER_TOO_LONG"),
            ("beneficiary_account", "123456789012.0", "NUMBER_WITH_DECIMALS"),
            ("beneficiary_bank_code", "#N/A", "ERROR_CELL"),
            ("beneficiary_branch_code", "42.0", "NUMBER_WITH_DECIMALS"),
            ("beneficiary_phone_no", "4.91512E+12", "NUMBER_TOO_LONG"),
            ("beneficiary_id", "1.2E+05", "NUMBER_TOO_LONG"),
            ("mis_reference_number", "#####", "ERROR_CELL"),
        ):
            with self.subTest(name, value=value):
                row = {**bank, name: value}
                refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.create, **row)
                self.assertEqual(refusal.rows[0]["response_error_codes"], [code])
                (detail,) = refusal.rows[0]["response_error_details"]
                self.assertEqual((detail["code"], detail["field"]), (code, name))
                self.assertEqual(detail["value"], value)
                self.assertIn("Send", detail["remedy"])
                self.assertIn(f"{code} ({name})", str(refusal))
                self.assertNotIn(value, str(refusal), "an account is nobody's but the sender's")
        self.assertFalse(self.envelope.disbursement_ids)

    def test_every_such_value_of_a_row_is_named(self):
        refusal = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD",
            self.create,
            beneficiary_account_type="BANK_ACCOUNT",
            beneficiary_account="1.23457E+17",
            beneficiary_id="1.23457E+11",
            beneficiary_bank_code="#REF!",
        )
        row = refusal.rows[0]
        self.assertEqual(row["response_error_codes"], ["NUMBER_TOO_LONG", "ERROR_CELL"])
        fields = [detail["field"] for detail in row["response_error_details"]]
        self.assertEqual(fields, ["beneficiary_id", "beneficiary_account", "beneficiary_bank_code"])
        self.assertIn("NUMBER_TOO_LONG (beneficiary_id, beneficiary_account)", str(refusal))

    def test_ids_that_only_look_so_are_paid(self):
        self.create(
            beneficiary_account_type="BANK_ACCOUNT",
            beneficiary_account="12E5",
            beneficiary_bank_code="007.0",
            beneficiary_id="1.2.840",
            mis_reference_number="#12",
            narrative="1.2E+05",
        )
        self.assertEqual(self.envelope.disbursement_ids.account_number, "12E5")

    def test_where_a_mapper_is_asked_ids_count_and_the_given_address_does_not(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.envelope = self.later(cycle_code_mnemonic="MAPPED")
        refusal = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.create, beneficiary_id="1.23457E+11"
        )
        self.assertEqual(refusal.rows[0]["response_error_codes"], ["NUMBER_TOO_LONG"])
        self.create(beneficiary_account="1.23457E+17")
        self.assertEqual(len(self.envelope.disbursement_ids), 1)

    def test_where_a_mapper_is_asked_the_given_address_counts_for_nothing(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.later(
            cycle_code_mnemonic="MAPPED",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        rows = self.rows(envelope, "10.00", beneficiary_account="123456")
        reply = self.service.create_disbursements(rows)
        self.assertFalse(envelope.disbursement_ids.account_number)
        rows[0]["beneficiary_account"] = "654321"
        again = self.service.create_disbursements(rows)
        self.assertEqual(again[0]["disbursement_id"], reply[0]["disbursement_id"])
        self.run_jobs()
        self.assertEqual(envelope.disbursement_ids.account_number, "ACCID1")
        self.assertEqual(self.service.create_disbursements(rows), again)
        self.assertEqual(sum(envelope.disbursement_ids.mapped("disbursement_amount")), Decimal(10))
