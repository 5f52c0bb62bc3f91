# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from .operations_common import NO_AMOUNTS, OperationsCase

#: One fault for each check, in the order in which the checks are made.
FAULTS = (
    ("INVALID_PROGRAM_MNEMONIC", {"benefit_program_mnemonic": ""}),
    ("INVALID_DISBURSEMENT_FREQUENCY", {"disbursement_frequency": "Sometimes"}),
    ("INVALID_CYCLE_CODE_MNEMONIC", {"cycle_code_mnemonic": " "}),
    ("INVALID_NO_OF_BENEFICIARIES", {"number_of_beneficiaries": 0}),
    ("INVALID_NO_OF_DISBURSEMENTS", {"number_of_disbursements": 2}),
    ("INVALID_TOTAL_DISBURSEMENT_AMOUNT", {"total_disbursement_amount": -1}),
    ("INVALID_DISBURSEMENT_CURRENCY_CODE", {"disbursement_currency_code": "XXQ"}),
    ("INVALID_DISBURSEMENT_SCHEDULE_DATE", {"disbursement_schedule_date": "2020-01-01"}),
    ("INVALID_PROGRAM_MNEMONIC", {"benefit_program_mnemonic": "NO-SUCH-PROGRAM"}),
)
NO_TEXTS = (None, "", "  ", 5, True, [], {}, "x" * 256, "nul\0", "half\ud800")
NO_COUNTS = (None, "", "three", 0, -1, 2.5, True, 2**31, 10**5000, "1" * 40, [], {}, "٣")
NO_DATES = (None, "", "soon", "2026-13-01", 20991231, "20991231", "2099-W01-1", "2020-01-01")


class TestCreateEnvelope(OperationsCase):
    """create_disbursement_envelope: what is taken, and which refusal comes first."""

    def create(self, **values):
        return self.service.create_disbursement_envelope(self.envelope_values(**values))

    def test_reply_is_the_request_with_an_id(self):
        values = self.envelope_values()
        reply = self.service.create_disbursement_envelope(values)
        envelope_id = reply.pop("disbursement_envelope_id")
        self.assertRegex(envelope_id, "^[0-9A-Z]{16}$")
        self.assertEqual(reply, {**values, "total_disbursement_amount": Decimal("60.75")})
        envelope = self.find_envelope(envelope_id)
        self.assertEqual(envelope.program_id, self.program)
        self.assertEqual(envelope.state, "receiving")
        self.assertEqual(self.total_of(envelope), "60.75")

    def test_every_frequency_of_the_wire(self):
        names = (
            "Daily Weekly Fortnightly Monthly BiMonthly Quarterly SemiAnnually Annually OnDemand"
        )
        for number, name in enumerate(names.split()):
            reply = self.create(disbursement_frequency=name, cycle_code_mnemonic=f"C{number}")
            self.assertEqual(reply["disbursement_frequency"], name)

    def test_unknown_program(self):
        self.assertRefused(
            "INVALID_PROGRAM_MNEMONIC", self.create, benefit_program_mnemonic="PENSION"
        )

    def test_archived_program(self):
        self.program.active = False
        self.assertRefused("INVALID_PROGRAM_MNEMONIC", self.create)

    def test_past_date(self):
        self.assertRefused(
            "INVALID_DISBURSEMENT_SCHEDULE_DATE",
            self.create,
            disbursement_schedule_date=self.today(-1),
        )

    def test_days_of_notice(self):
        self.program.write({"own_policies": True, "disbursement_sla_days": 3})
        self.assertRefused(
            "INVALID_DISBURSEMENT_SCHEDULE_DATE",
            self.create,
            disbursement_schedule_date=self.today(2),
        )
        self.create(disbursement_schedule_date=self.today(3))

    def test_first_fault_in_order_wins(self):
        for index, (code, _fault) in enumerate(FAULTS):
            values = self.envelope_values()
            for _code, fault in reversed(FAULTS[index:]):
                values.update(fault)
            with self.subTest(code=code, faults=len(FAULTS) - index):
                self.assertRefused(code, self.service.create_disbursement_envelope, values)

    def test_every_other_fault_comes_before_the_duplicate(self):
        self.create()
        for code, fault in FAULTS:
            with self.subTest(code=code):
                self.assertRefused(
                    code, self.create, **{"disbursement_frequency": "Daily", **fault}
                )

    def test_no_message_at_all(self):
        for message in (None, [], "", 5, {}):
            with self.subTest(message=message):
                self.assertRefused(
                    "INVALID_PROGRAM_MNEMONIC", self.service.create_disbursement_envelope, message
                )

    def assertFieldRefuses(self, code, name, values):
        for value in values:
            with self.subTest(field=name, value=str(type(value))):
                self.assertRefused(code, self.create, **{name: value})

    def test_texts_that_are_none(self):
        self.assertFieldRefuses("INVALID_PROGRAM_MNEMONIC", "benefit_program_mnemonic", NO_TEXTS)
        self.assertFieldRefuses(
            "INVALID_DISBURSEMENT_FREQUENCY", "disbursement_frequency", [*NO_TEXTS, "monthly"]
        )
        self.assertFieldRefuses("INVALID_CYCLE_CODE_MNEMONIC", "cycle_code_mnemonic", NO_TEXTS)
        self.assertFieldRefuses(
            "INVALID_DISBURSEMENT_CURRENCY_CODE", "disbursement_currency_code", [*NO_TEXTS, "EUR"]
        )

    def test_counts_that_are_none(self):
        self.assertFieldRefuses("INVALID_NO_OF_BENEFICIARIES", "number_of_beneficiaries", NO_COUNTS)
        self.assertFieldRefuses("INVALID_NO_OF_DISBURSEMENTS", "number_of_disbursements", NO_COUNTS)

    def test_totals_that_are_none(self):
        self.assertFieldRefuses(
            "INVALID_TOTAL_DISBURSEMENT_AMOUNT", "total_disbursement_amount", NO_AMOUNTS
        )

    def test_dates_that_are_none(self):
        self.assertFieldRefuses(
            "INVALID_DISBURSEMENT_SCHEDULE_DATE", "disbursement_schedule_date", NO_DATES
        )

    def test_fewer_disbursements_than_beneficiaries(self):
        self.assertRefused("INVALID_NO_OF_DISBURSEMENTS", self.create, number_of_disbursements=2)

    def test_counts_may_be_text(self):
        reply = self.create(number_of_beneficiaries="3", number_of_disbursements="4")
        self.assertEqual(
            (reply["number_of_beneficiaries"], reply["number_of_disbursements"]), (3, 4)
        )

    def test_error_names_the_field_and_the_value(self):
        refusal = self.assertRefused(
            "INVALID_NO_OF_BENEFICIARIES", self.create, number_of_beneficiaries=-7
        )
        self.assertIn("number_of_beneficiaries", str(refusal))
        self.assertIn("-7", str(refusal))

    def test_same_content_again_is_the_same_envelope(self):
        self.assertSameAgain(self.service.create_disbursement_envelope, self.envelope_values())

    def test_same_content_written_otherwise_is_the_same_envelope(self):
        first = self.create()
        again = self.create(total_disbursement_amount=60.75, number_of_beneficiaries="3")
        self.assertEqual(again, first)

    def test_same_cycle_with_other_content(self):
        self.create()
        others = {
            "disbursement_frequency": "Weekly",
            "number_of_beneficiaries": 2,
            "number_of_disbursements": 4,
            "total_disbursement_amount": "60.76",
            "disbursement_schedule_date": self.today(1),
        }
        for name, value in others.items():
            with self.subTest(name):
                self.assertRefused("DUPLICATE_ENVELOPE", self.create, **{name: value})

    def test_cycle_of_a_cancelled_envelope_is_free(self):
        former = self.later()
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": former.disbursement_envelope_id}
        )
        self.assertNotEqual(self.later(), former)

    def test_same_cycle_of_another_program(self):
        self.create()
        self.make_program("PENSION")
        self.create(benefit_program_mnemonic="PENSION")

    def test_program_of_another_company_is_unknown(self):
        self.assertRefused(
            "INVALID_PROGRAM_MNEMONIC",
            self.other_company_service().create_disbursement_envelope,
            self.envelope_values(),
        )


class TestAmendEnvelope(OperationsCase):
    """amend_disbursement_envelope: before its funds steps, never below what was received."""

    def setUp(self):
        super().setUp()
        self.envelope = self.later()

    def values(self, **values):
        return {
            "disbursement_envelope_id": self.envelope.disbursement_envelope_id,
            "number_of_beneficiaries": 4,
            "number_of_disbursements": 5,
            "total_disbursement_amount": "100.10",
            "disbursement_schedule_date": self.today(9),
            **values,
        }

    def amend(self, **values):
        return self.service.amend_disbursement_envelope(self.values(**values))

    def test_everything_is_amended(self):
        self.assertEqual(self.amend(), self.values())
        self.assertEqual(self.envelope.number_of_beneficiaries, 4)
        self.assertEqual(self.envelope.number_of_disbursements, 5)
        self.assertEqual(self.envelope.disbursement_schedule_date.isoformat(), self.today(9))
        self.assertEqual(self.total_of(self.envelope), "100.10")

    def test_same_amendment_again(self):
        self.assertSameAgain(self.service.amend_disbursement_envelope, self.values())

    def test_first_fault_in_order_wins(self):
        faults = (
            ("INVALID_DISBURSEMENT_ENVELOPE_ID", {"disbursement_envelope_id": ""}),
            ("INVALID_NO_OF_BENEFICIARIES", {"number_of_beneficiaries": None}),
            ("INVALID_NO_OF_DISBURSEMENTS", {"number_of_disbursements": 3}),
            ("INVALID_TOTAL_DISBURSEMENT_AMOUNT", {"total_disbursement_amount": "0"}),
            ("INVALID_DISBURSEMENT_SCHEDULE_DATE", {"disbursement_schedule_date": "yesterday"}),
            ("DISBURSEMENT_ENVELOPE_NOT_FOUND", {"disbursement_envelope_id": "NOSUCH"}),
        )
        for index, (code, _fault) in enumerate(faults):
            values = self.values()
            for _code, fault in reversed(faults[index:]):
                values.update(fault)
            with self.subTest(code=code):
                self.assertRefused(code, self.service.amend_disbursement_envelope, values)

    def test_no_message_at_all(self):
        for message in (None, [], "", 5, {}):
            with self.subTest(message=message):
                self.assertRefused(
                    "INVALID_DISBURSEMENT_ENVELOPE_ID",
                    self.service.amend_disbursement_envelope,
                    message,
                )

    def test_cancelled_envelope(self):
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": self.envelope.disbursement_envelope_id}
        )
        self.assertRefused("DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", self.amend)

    def test_not_once_the_stored_date_has_come(self):
        self.envelope.disbursement_schedule_date = self.today()
        self.assertRefused("DISBURSEMENT_ENVELOPE_DATE_PASSED", self.amend)

    def test_not_once_the_funds_steps_have_begun(self):
        self.program.write({"own_policies": True, "process_future_dated": True})
        self.service.create_disbursements(self.rows(self.envelope, "10", "20", "30.75"))
        self.run_jobs()
        self.assertRefused("DISBURSEMENT_ENVELOPE_DATE_PASSED", self.amend)

    def test_not_below_what_was_received(self):
        self.service.create_disbursements(self.rows(self.envelope, "10.00", "20.00"))
        self.assertRefused(
            "INVALID_NO_OF_DISBURSEMENTS",
            self.amend,
            number_of_beneficiaries=1,
            number_of_disbursements=1,
        )
        self.assertRefused(
            "INVALID_TOTAL_DISBURSEMENT_AMOUNT", self.amend, total_disbursement_amount="29.99"
        )

    def test_down_to_what_was_received_completes_the_envelope(self):
        self.service.create_disbursements(self.rows(self.envelope, "10.00", "20.00"))
        self.amend(
            number_of_beneficiaries=2, number_of_disbursements=2, total_disbursement_amount=30
        )
        self.assertEqual(self.envelope.state, "scheduled")
        self.assertEqual(set(self.envelope.bank_batch_ids.mapped("state")), {"pending"})

    def test_what_was_approved_has_to_be_approved_again(self):
        self.program.write({"own_policies": True, "approval": "any"})
        self.service.create_disbursements(self.rows(self.envelope, "10", "20", "30.75"))
        self.envelope.write({"approved_by_id": self.env.uid})
        self.amend(
            number_of_beneficiaries=3, number_of_disbursements=3, total_disbursement_amount=60.75
        )
        self.assertFalse(self.envelope.approved_by_id)
        self.assertEqual(self.envelope.state, "to_approve")

    def test_envelope_of_another_company_is_unknown(self):
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_NOT_FOUND",
            self.other_company_service().amend_disbursement_envelope,
            self.values(),
        )
