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
