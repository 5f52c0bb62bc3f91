# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from decimal import Decimal

from odoo.addons.g2p_bridge_bank_connector.lib.values import FundsCheck
from odoo.addons.g2p_bridge_base.lib.errors import Rejected, Unavailable

from ..statement.statement_common import StatementCase

ENVELOPE_STATUS = [
    "disbursement_envelope_id",
    "number_of_disbursements_received",
    "total_disbursement_amount_received",
    "funds_available_with_bank",
    "funds_available_latest_timestamp",
    "funds_available_latest_error_code",
    "funds_available_attempts",
    "funds_blocked_with_bank",
    "funds_blocked_latest_timestamp",
    "funds_blocked_latest_error_code",
    "funds_blocked_attempts",
    "funds_blocked_reference_number",
    "id_mapper_resolution_required",
    "number_of_disbursements_shipped",
    "number_of_disbursements_reconciled",
    "number_of_disbursements_reversed",
]
RECON = [
    "bank_disbursement_batch_id",
    "disbursement_id",
    "disbursement_envelope_id",
    "beneficiary_name_from_bank",
    "remittance_reference_number",
    "remittance_statement_id",
    "remittance_statement_number",
    "remittance_statement_sequence",
    "remittance_entry_sequence",
    "remittance_entry_date",
    "remittance_value_date",
    "reversal_found",
    "reversal_statement_id",
    "reversal_statement_number",
    "reversal_statement_sequence",
    "reversal_entry_sequence",
    "reversal_entry_date",
    "reversal_value_date",
    "reversal_reason",
]
ERROR_RECON = [
    "statement_id",
    "statement_number",
    "statement_sequence",
    "entry_sequence",
    "entry_date",
    "value_date",
    "error_reason",
    "disbursement_id",
    "bank_reference_number",
]
MIDNIGHT = "2026-11-20T00:00:00"


class TestEnvelopeStatus(StatementCase):
    """get_disbursement_envelope_status: the names and values of the wire."""

    def status(self, envelope):
        return self.service.get_disbursement_envelope_status(envelope.disbursement_envelope_id)

    def test_new_envelope(self):
        envelope = self.create_envelope()
        self.assertEqual(
            self.status(envelope),
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_disbursements_received": 0,
                "total_disbursement_amount_received": Decimal(0),
                "funds_available_with_bank": "PENDING_CHECK",
                "funds_available_latest_timestamp": None,
                "funds_available_latest_error_code": "",
                "funds_available_attempts": 0,
                "funds_blocked_with_bank": "PENDING_CHECK",
                "funds_blocked_latest_timestamp": None,
                "funds_blocked_latest_error_code": "",
                "funds_blocked_attempts": 0,
                "funds_blocked_reference_number": "",
                "id_mapper_resolution_required": False,
                "number_of_disbursements_shipped": 0,
                "number_of_disbursements_reconciled": 0,
                "number_of_disbursements_reversed": 0,
            },
        )
        self.assertEqual(list(self.status(envelope)), ENVELOPE_STATUS)

    def test_reconciled_envelope(self):
        lines = self.shipped()
        self.process(*[self.entry("D", line) for line in lines], self.entry("RD", lines[0]))
        status = self.status(lines.envelope_id)
        self.assertEqual(list(status), ENVELOPE_STATUS)
        self.assertEqual(status["number_of_disbursements_received"], 3)
        self.assertEqual(status["total_disbursement_amount_received"], Decimal("60.75"))
        self.assertEqual(status["funds_available_with_bank"], "FUNDS_AVAILABLE")
        self.assertEqual(status["funds_blocked_with_bank"], "FUNDS_BLOCK_SUCCESS")
        self.assertEqual(status["funds_blocked_reference_number"], "HOLD1")
        self.assertEqual(status["funds_available_attempts"], 1)
        self.assertTrue(datetime.fromisoformat(status["funds_blocked_latest_timestamp"]))
        self.assertEqual(status["number_of_disbursements_shipped"], 3)
        self.assertEqual(status["number_of_disbursements_reconciled"], 3)
        self.assertEqual(status["number_of_disbursements_reversed"], 1)

    def test_account_without_funds(self):
        self.bank_script.script = {"check_funds": [FundsCheck(False, "INSUFFICIENT_FUNDS")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        status = self.status(envelope)
        self.assertEqual(status["funds_available_with_bank"], "FUNDS_NOT_AVAILABLE")
        self.assertEqual(status["funds_available_latest_error_code"], "INSUFFICIENT_FUNDS")
        self.assertEqual(status["funds_blocked_with_bank"], "PENDING_CHECK")

    def test_failures(self):
        self.bank_script.script = {"check_funds": [Rejected("ACCOUNT_NOT_FOUND")]}
        checked = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(self.status(checked)["funds_available_with_bank"], "ERROR")
        self.bank_script.script = {"block_funds": [Rejected("ACCOUNT_FROZEN")]}
        blocked = self.filled_envelope(cycle_code_mnemonic="OTHER")
        self.run_jobs()
        self.assertEqual(self.status(blocked)["funds_blocked_with_bank"], "FUNDS_BLOCK_FAILURE")
        code = self.status(blocked)["funds_blocked_latest_error_code"]
        self.assertEqual(code, "ACCOUNT_FROZEN")

    def test_bank_that_is_down_is_asked_again(self):
        self.bank_script.script = {"check_funds": [Unavailable("DOWN")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        status = self.status(envelope)
        self.assertEqual(status["funds_available_with_bank"], "PENDING_CHECK")
        self.assertEqual(status["funds_available_latest_error_code"], "DOWN")

    def test_unknown_envelope(self):
        for value in ("NOSUCH", "", None, 5, [], {}, "x" * 300, "nul\0", 10**5000):
            with self.subTest(type=str(type(value))):
                self.assertRefused(
                    "DISBURSEMENT_ENVELOPE_NOT_FOUND",
                    self.service.get_disbursement_envelope_status,
                    value,
                )

    def test_envelope_of_another_company_is_unknown(self):
        envelope = self.create_envelope()
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_NOT_FOUND",
            self.other_company_service().get_disbursement_envelope_status,
            envelope.disbursement_envelope_id,
        )


class TestDisbursementStatus(StatementCase):
    """get_disbursement_status: what the bank's statements say of each payment."""

    def status(self, lines):
        return self.service.get_disbursement_status(lines.mapped("disbursement_id"))

    def records(self, line):
        records = self.status(line)[0]["disbursement_recon_records"]
        return (
            records["disbursement_recon_payloads"],
            records["disbursement_error_recon_payloads"],
        )

    def test_nothing_on_a_statement_yet(self):
        lines = self.shipped()
        self.assertEqual(
            self.status(lines[0]),
            [
                {
                    "disbursement_id": lines[0].disbursement_id,
                    "disbursement_status": "SHIPPED",
                    "disbursement_recon_records": {
                        "disbursement_recon_payloads": [],
                        "disbursement_error_recon_payloads": [],
                    },
                }
            ],
        )

    def test_debit(self):
        lines = self.shipped()
        statement = self.process(self.entry("D", lines[0]))
        (recon,), errors = self.records(lines[0])
        self.assertEqual(errors, [])
        self.assertEqual(list(recon), RECON)
        self.assertEqual(
            recon,
            {
                **dict.fromkeys(RECON),
                "bank_disbursement_batch_id": lines[0].bank_batch_id.reference,
                "disbursement_id": lines[0].disbursement_id,
                "disbursement_envelope_id": lines.envelope_id.disbursement_envelope_id,
                "beneficiary_name_from_bank": "PERSON, A",
                "remittance_reference_number": lines[0].disbursement_id,
                "remittance_statement_id": statement.statement_id,
                "remittance_statement_number": "1",
                "remittance_statement_sequence": "1",
                "remittance_entry_sequence": "1",
                "remittance_entry_date": MIDNIGHT,
                "remittance_value_date": MIDNIGHT,
                "reversal_found": False,
            },
        )
        self.assertEqual(self.status(lines[0])[0]["disbursement_status"], "RECONCILED")

    def test_reversal_in_a_later_statement(self):
        lines = self.shipped()
        first = self.process(self.entry("D", lines[0]))
        second = self.process(self.entry("RD", lines[0]), **self.following())
        (recon,), errors = self.records(lines[0])
        self.assertEqual(errors, [])
        self.assertEqual(list(recon), RECON)
        self.assertEqual(recon["remittance_statement_id"], first.statement_id)
        expected = {
            "reversal_found": True,
            "reversal_statement_id": second.statement_id,
            "reversal_statement_number": "2",
            "reversal_statement_sequence": "1",
            "reversal_entry_sequence": "1",
            "reversal_entry_date": MIDNIGHT,
            "reversal_value_date": MIDNIGHT,
            "reversal_reason": "ACCOUNT_CLOSED",
        }
        self.assertEqual({name: recon[name] for name in expected}, expected)
        self.assertEqual(self.status(lines[0])[0]["disbursement_status"], "REVERSED")

    def test_errors(self):
        lines = self.shipped()
        statement = self.process(
            self.entry("D", lines[0], "9.99"), self.entry("RD", lines[0], entry_date=None)
        )
        recons, errors = self.records(lines[0])
        self.assertEqual(recons, [])
        self.assertEqual(list(errors[0]), ERROR_RECON)
        self.assertEqual(
            errors[0],
            {
                "statement_id": statement.statement_id,
                "statement_number": "1",
                "statement_sequence": "1",
                "entry_sequence": "1",
                "entry_date": MIDNIGHT,
                "value_date": MIDNIGHT,
                "error_reason": "AMOUNT_MISMATCH",
                "disbursement_id": lines[0].disbursement_id,
                "bank_reference_number": "BANKREF",
            },
        )
        self.assertEqual(errors[1]["error_reason"], "INVALID_REVERSAL")
        self.assertIsNone(errors[1]["entry_date"])

    def test_order_is_that_of_the_request(self):
        lines = self.shipped()
        self.process(*[self.entry("D", line) for line in lines])
        ids = [lines[i].disbursement_id for i in (2, 0, 1, 0)]
        reply = self.service.get_disbursement_status(ids)
        self.assertEqual([record["disbursement_id"] for record in reply], ids)

    def test_unknown_ids_keep_nobody_from_an_answer(self):
        lines = self.shipped()
        self.process(self.entry("D", lines[0]))
        known, unknown = lines[0].disbursement_id, ("NOSUCH", "False", "", "nul\0", "x" * 300)
        reply = self.service.get_disbursement_status([*unknown, known, *unknown])
        alone = self.service.get_disbursement_status([known])
        self.assertEqual(
            len(alone[0]["disbursement_recon_records"]["disbursement_recon_payloads"]), 1
        )
        nothing = [self.nothing_known_of(name) for name in unknown]
        self.assertEqual(reply, [*nothing, *alone, *nothing])

    def nothing_known_of(self, name):
        return {
            "disbursement_id": name,
            "disbursement_status": "UNKNOWN",
            "disbursement_recon_records": {
                "disbursement_recon_payloads": [],
                "disbursement_error_recon_payloads": [],
            },
        }

    def test_no_ids_at_all(self):
        for ids in (None, [], {}, "ID", 5, [None], [5], [[]]):
            with self.subTest(ids=ids):
                self.assertRefused(
                    "INVALID_DISBURSEMENT_ID", self.service.get_disbursement_status, ids
                )

    def test_disbursements_of_another_company_are_unknown(self):
        ids = self.shipped().mapped("disbursement_id")
        self.assertEqual(
            self.other_company_service().get_disbursement_status(ids),
            [self.nothing_known_of(name) for name in ids],
        )
