# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .operations_common import NO_AMOUNTS, OperationsCase

NO_TEXTS = (None, "", " \n", 5, True, [], {}, "x" * 256, "nul\0", "half\udfff")


class TestCreateDisbursements(OperationsCase):
    """create_disbursements: all rows or none, and which refusal comes first."""

    def setUp(self):
        super().setUp()
        self.envelope = self.later()
        self.create = self.service.create_disbursements

    def assertRowRefused(self, code, rows, index=0):
        """One row is wrong: all are refused, and the sender sees which and why."""
        refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.create, rows)
        codes = [row["response_error_codes"] for row in refusal.rows]
        self.assertEqual(codes, [[code] if i == index else [] for i in range(len(rows))])
        return refusal

    def test_each_row_comes_back_with_its_id(self):
        rows = self.rows(self.envelope, "10.00", "20.00", "30.75")
        reply = self.create(rows)
        ids = [row["disbursement_id"] for row in reply]
        self.assertEqual(
            [{**row, "disbursement_id": i} for row, i in zip(rows, ids, strict=True)], reply
        )
        self.assertEqual(len(set(ids)), 3)
        for disbursement_id in ids:
            self.assertRegex(disbursement_id, "^[0-9A-Z]{15}$")
        lines = self.envelope.disbursement_ids
        self.assertEqual(lines.mapped("disbursement_id"), ids)
        self.assertEqual(lines.mapped("disbursement_amount"), [10.0, 20.0, 30.75])
        self.assertEqual(lines.mapped("beneficiary_name"), ["Person 1", "Person 2", "Person 3"])
        self.assertEqual(lines.mapped("narrative"), ["Grant 1", "Grant 2", "Grant 3"])

    def test_in_several_calls(self):
        for number, amount in enumerate(("10.00", "20.00", "30.75"), 1):
            self.assertEqual(self.envelope.state, "receiving")
            self.create(self.rows(self.envelope, amount, start=number))
        self.assertEqual(self.envelope.state, "scheduled")
        self.assertEqual(self.envelope.number_of_disbursements_received, 3)
        self.assertEqual(self.envelope.total_disbursement_amount_received, 60.75)

    def test_odd_characters_come_through(self):
        rows = self.rows(self.envelope, "10.00")
        rows[0].update(beneficiary_name="Ana\tMaría \\N 李", narrative="two\nlines \\.")
        self.create(rows)
        line = self.envelope.disbursement_ids
        self.assertEqual(line.beneficiary_name, "Ana\tMaría \\N 李")
        self.assertEqual(line.narrative, "two\nlines \\.")

    def test_no_rows_at_all(self):
        for rows in (None, [], {}, "", "rows", 5, True):
            with self.subTest(rows=rows):
                self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.create, rows)

    def test_rows_that_are_none(self):
        for row in (None, [], "row", 5):
            with self.subTest(row=row):
                rows = [*self.rows(self.envelope, "10.00"), row]
                self.assertRowRefused("INVALID_DISBURSEMENT_PAYLOAD", rows, 1)

    def test_unknown_envelope(self):
        for value in ("NOSUCH", "x" * 300, "nul\0", "half\ud800", 5, 10**5000, {"a": 1}, None, ""):
            rows = self.rows(self.envelope, "10.00", disbursement_envelope_id=value)
            with self.subTest(type=str(type(value))):
                self.assertRefused("DISBURSEMENT_ENVELOPE_NOT_FOUND", self.create, rows)

    def test_cancelled_envelope(self):
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": self.envelope.disbursement_envelope_id}
        )
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", self.create, self.rows(self.envelope, "10")
        )

    def test_rows_of_several_envelopes(self):
        other = self.later(cycle_code_mnemonic="OTHER")
        rows = self.rows(self.envelope, "10.00") + self.rows(other, "10.00")
        self.assertRefused("MULTIPLE_ENVELOPES_FOUND", self.create, rows)

    def test_row_without_its_envelope(self):
        rows = self.rows(self.envelope, "10.00", "20.00")
        rows[1]["disbursement_envelope_id"] = None
        self.assertRowRefused("INVALID_DISBURSEMENT_ENVELOPE_ID", rows, 1)

    def test_row_without_beneficiary_id(self):
        for value in NO_TEXTS:
            with self.subTest(value=value):
                rows = self.rows(self.envelope, "10.00", beneficiary_id=value)
                self.assertRowRefused("INVALID_BENEFICIARY_ID", rows)

    def test_row_without_beneficiary_name(self):
        for value in NO_TEXTS:
            with self.subTest(value=value):
                rows = self.rows(self.envelope, "10.00", beneficiary_name=value)
                self.assertRowRefused("INVALID_BENEFICIARY_NAME", rows)

    def test_row_without_narrative(self):
        for value in NO_TEXTS:
            with self.subTest(value=value):
                rows = self.rows(self.envelope, "10.00", narrative=value)
                self.assertRowRefused("INVALID_NARRATIVE", rows)

    def test_row_without_amount(self):
        for value in NO_AMOUNTS:
            with self.subTest(type=str(type(value))):
                self.assertRowRefused(
                    "INVALID_DISBURSEMENT_AMOUNT", self.rows(self.envelope, value)
                )

    def test_row_with_a_key_that_is_none(self):
        for value in (" ", 1.5, True, [], {}, "x" * 256, "nul\0", "half\ud800", 10**5000):
            with self.subTest(type=str(type(value))):
                rows = self.rows(self.envelope, "10.00", mis_reference_number=value)
                self.assertRowRefused("INVALID_MIS_REFERENCE_NUMBER", rows)

    def test_rows_without_keys_are_always_new(self):
        for value in (None, ""):
            rows = self.rows(self.envelope, "10.00", mis_reference_number=value)
            self.create(rows)
        self.assertEqual(self.envelope.number_of_disbursements_received, 2)

    def test_all_faults_of_a_row_are_told_at_once(self):
        rows = self.rows(self.envelope, "10.00", "-1")
        rows[1].update(beneficiary_id="", beneficiary_name=None, narrative="")
        refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.create, rows)
        self.assertEqual(
            refusal.rows[1]["response_error_codes"],
            [
                "INVALID_DISBURSEMENT_AMOUNT",
                "INVALID_BENEFICIARY_ID",
                "INVALID_BENEFICIARY_NAME",
                "INVALID_NARRATIVE",
            ],
        )
        self.assertEqual(refusal.rows[1]["mis_reference_number"], "MIS2")
        self.assertIn("row 2", str(refusal))

    def test_same_beneficiary_twice_is_legal(self):
        rows = self.rows(self.envelope, "10.40", "10.40", beneficiary_id="ID1")
        reply = self.create(rows)
        self.assertEqual(len({row["disbursement_id"] for row in reply}), 2)
        self.assertEqual(self.envelope.total_disbursement_amount_received, 20.80)

    def test_more_disbursements_than_declared(self):
        rows = self.rows(self.envelope, *["1.00"] * 4)
        self.assertRefused("NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED", self.create, rows)

    def test_more_money_than_declared(self):
        rows = self.rows(self.envelope, "60.75", "0.01")
        self.assertRefused("TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED", self.create, rows)

    def test_more_than_declared_together_with_what_came_before(self):
        self.create(self.rows(self.envelope, "60.00", "0.50"))
        rows = self.rows(self.envelope, "0.26", start=3)
        self.assertRefused("TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED", self.create, rows)
        rows = self.rows(self.envelope, "0.01", "0.01", start=3)
        self.assertRefused("NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED", self.create, rows)

    def test_first_fault_in_order_wins(self):
        """Several envelopes, unknown, cancelled, count, total, and the rows at last."""
        bad = {"beneficiary_id": None}
        too_many = self.rows(self.envelope, *["30.00"] * 4, **bad)
        self.assertRefused("NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED", self.create, too_many)
        too_much = self.rows(self.envelope, *["30.00"] * 3, **bad)
        self.assertRefused("TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED", self.create, too_much)
        two = self.rows(self.envelope, "30.00", **bad)
        two += [{**row, "disbursement_envelope_id": "NOSUCH"} for row in too_many]
        self.assertRefused("MULTIPLE_ENVELOPES_FOUND", self.create, two)
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": self.envelope.disbursement_envelope_id}
        )
        self.assertRefused("DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", self.create, too_many)

    def test_same_rows_again(self):
        rows = self.rows(self.envelope, "10.00", "20.00", "30.75")
        self.assertSameAgain(self.create, rows)

    def test_same_rows_again_after_they_were_paid(self):
        self.program.write({"own_policies": True, "process_future_dated": True})
        rows = self.rows(self.envelope, "10.00", "20.00", "30.75")
        reply = self.create(rows)
        self.run_jobs()
        self.assertEqual(self.create(rows), reply)
        self.assertEqual(self.envelope.number_of_disbursements_received, 3)

    def test_rows_that_are_partly_known(self):
        first = self.create(self.rows(self.envelope, "10.00", "20.00"))
        again = self.create(self.rows(self.envelope, "10.00", "20.00", "30.75"))
        self.assertEqual(again[:2], first)
        self.assertEqual(self.envelope.number_of_disbursements_received, 3)

    def test_same_key_with_other_content(self):
        self.create(self.rows(self.envelope, "10.00"))
        others = {
            "beneficiary_id": "ID9",
            "beneficiary_name": "Somebody else",
            "disbursement_amount": "10.01",
            "narrative": "Other grant",
            "beneficiary_account_type": "EMAIL_WALLET",
        }
        for name, value in others.items():
            row = {**self.rows(self.envelope, "10.00")[0], "beneficiary_email": "a@b", name: value}
            row = row if name == "beneficiary_account_type" else {**row, "beneficiary_email": None}
            with self.subTest(name):
                self.assertRowRefused("DUPLICATE_MIS_REFERENCE_NUMBER", [row])

    def test_same_key_twice_in_one_call(self):
        rows = self.rows(self.envelope, "10.00", "10.00", mis_reference_number="MIS")
        self.assertRowRefused("DUPLICATE_MIS_REFERENCE_NUMBER", rows, 1)

    def test_same_key_in_another_envelope(self):
        other = self.later(cycle_code_mnemonic="OTHER")
        self.create(self.rows(self.envelope, "10.00"))
        self.create(self.rows(other, "10.00"))

    def test_number_as_key_is_its_text(self):
        first = self.create(self.rows(self.envelope, "10.00", mis_reference_number=0))
        again = self.create(self.rows(self.envelope, "10.00", mis_reference_number="0"))
        self.assertEqual(again[0]["disbursement_id"], first[0]["disbursement_id"])

    def test_envelope_of_another_company_is_unknown(self):
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_NOT_FOUND",
            self.other_company_service().create_disbursements,
            self.rows(self.envelope, "10.00"),
        )
