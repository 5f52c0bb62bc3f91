# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from .operations_common import OperationsCase


class TestCancelEnvelope(OperationsCase):
    """cancel_disbursement_envelope: by the sender before the date, by an officer before money."""

    def cancel(self, envelope, reason=None):
        values = {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        reply = self.service.cancel_disbursement_envelope(values, reason)
        self.assertEqual(reply, values)
        return reply

    def test_envelope_and_all_of_its_disbursements_are_cancelled(self):
        envelope = self.later_filled()
        self.cancel(envelope)
        self.assertEqual(envelope.state, "cancelled")
        self.assertEqual(envelope.cancellation_status, "cancelled")
        self.assertTrue(envelope.cancellation_time_stamp)
        lines = envelope.disbursement_ids
        self.assertEqual(set(lines.mapped("state")), {"cancelled"})
        self.assertTrue(all(lines.mapped("cancellation_time_stamp")))
        self.assertEqual(envelope.number_of_disbursements_received, 0)
        self.assertEqual(envelope.total_disbursement_amount_received, 0)

    def test_key_of_a_cancelled_disbursement_is_not_taken_for_a_payment(self):
        envelope = self.later_filled()
        rows = self.rows(envelope, "10.00", "20.00", "30.75")
        first = envelope.disbursement_ids[0].disbursement_id
        self.service.cancel_disbursements([{"disbursement_id": first}])
        error = self.assertRefused(
            "INVALID_DISBURSEMENT_PAYLOAD", self.service.create_disbursements, rows
        )
        self.assertEqual(
            [row["response_error_codes"] for row in error.rows],
            [["DISBURSEMENT_ALREADY_CANCELED"], [], []],
        )

    def test_nothing_leaves_afterwards(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        envelope = self.later_filled()
        self.cancel(envelope)
        envelope.disbursement_schedule_date = self.today()
        self.env["g2p.bridge.envelope"]._cron_heartbeat()
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)
        self.assertFalse(self.mapper_script.calls)

    def test_unknown(self):
        for value in ("NOSUCH", "", None, 5, [], {}, "x" * 300, "nul\0", "half\ud800", 10**5000):
            with self.subTest(type=str(type(value))):
                self.assertRefused(
                    "DISBURSEMENT_ENVELOPE_NOT_FOUND",
                    self.service.cancel_disbursement_envelope,
                    {"disbursement_envelope_id": value},
                )

    def test_no_message_at_all(self):
        for message in (None, [], "", 5, {}):
            with self.subTest(message=message):
                self.assertRefused(
                    "DISBURSEMENT_ENVELOPE_NOT_FOUND",
                    self.service.cancel_disbursement_envelope,
                    message,
                )

    def test_already_cancelled(self):
        envelope = self.later()
        self.cancel(envelope)
        self.assertRefused("DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", self.cancel, envelope)
        self.assertRefused("DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", self.cancel, envelope, "why")

    def test_already_cancelled_comes_before_the_date(self):
        envelope = self.later()
        self.cancel(envelope)
        envelope.disbursement_schedule_date = self.today()
        self.assertRefused("DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", self.cancel, envelope)

    def test_sender_can_not_on_the_schedule_date(self):
        envelope = self.create_envelope()
        self.assertRefused("DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, envelope)

    def test_sender_can_not_once_the_funds_steps_have_begun(self):
        self.program.write({"own_policies": True, "process_future_dated": True})
        envelope = self.later_filled()
        self.run_jobs()
        self.assertRefused("DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, envelope)

    def test_officer_can_on_the_schedule_date_and_says_why(self):
        envelope = self.create_envelope()
        self.cancel(envelope, "Wrong <cycle>")
        self.assertEqual(envelope.state, "cancelled")
        self.assertIn("Wrong &lt;cycle&gt;", "".join(envelope.message_ids.mapped("body")))

    def test_blank_reason_is_none(self):
        envelope = self.create_envelope()
        for reason in ("", "  ", 5, True):
            self.assertRefused(
                "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, envelope, reason
            )

    def test_hold_is_released_when_an_officer_cancels(self):
        self.bank_script.script = {"initiate_payment": [Rejected("CLOSED")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "failed")
        self.cancel(envelope, "The bank is closed")
        self.run_jobs()
        self.assertIn("release_funds", [call[0] for call in self.bank_script.calls])
        self.assertEqual(envelope.state, "cancelled")
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"cancelled"})

    def test_nobody_can_once_payments_were_handed_over(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, envelope, "Too late"
        )
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"shipped"})

    def test_nobody_can_while_it_is_unknown_whether_payments_left(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, envelope, "Too late"
        )

    def test_nobody_can_while_it_is_unknown_whether_funds_are_held(self):
        self.bank_script.script = {"block_funds": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(envelope._funds_step("block").state, "uncertain")
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, envelope, "Too late"
        )

    def test_what_the_bank_refused_stays_refused(self):
        """Cancelling does not rewrite what became of payments that were all rejected."""
        envelope = self.filled_envelope("10.00")
        self.run_jobs()
        line = envelope.disbursement_ids
        line.write({"state": "rejected", "reason_code": "ACCOUNT_CLOSED"})
        envelope.bank_batch_ids._count_results()
        self.cancel(envelope, "Nobody was paid")
        self.assertEqual((line.state, line.reason_code), ("rejected", "ACCOUNT_CLOSED"))
        self.assertEqual(envelope.bank_batch_ids.state, "done")

    def test_envelope_of_another_company_is_unknown(self):
        envelope = self.later()
        self.assertRefused(
            "DISBURSEMENT_ENVELOPE_NOT_FOUND",
            self.other_company_service().cancel_disbursement_envelope,
            {"disbursement_envelope_id": envelope.disbursement_envelope_id},
        )


class TestCancelDisbursements(OperationsCase):
    """cancel_disbursements: all rows or none, and which refusal comes first."""

    def setUp(self):
        super().setUp()
        self.envelope = self.later_filled()
        self.lines = self.envelope.disbursement_ids
        self.cancel = self.service.cancel_disbursements

    def cancel_rows(self, *ids):
        return [{"disbursement_id": value} for value in ids]

    def rows_of(self, lines):
        return self.cancel_rows(*lines.mapped("disbursement_id"))

    def test_both_counters_fall(self):
        rows = self.rows_of(self.lines[:2])
        self.assertEqual(self.cancel(rows), rows)
        self.assertEqual(self.lines.mapped("state"), ["cancelled", "cancelled", "resolved"])
        self.assertEqual(self.envelope.number_of_disbursements_received, 1)
        self.assertEqual(self.envelope.total_disbursement_amount_received, 30.75)
        self.assertEqual(self.envelope.state, "receiving")

    def test_envelope_is_paid_with_the_replacement(self):
        self.cancel(self.rows_of(self.lines[1]))
        self.service.create_disbursements(self.rows(self.envelope, "20.00", start=4))
        self.envelope.disbursement_schedule_date = self.today()
        self.envelope._advance()
        self.run_jobs()
        self.assertEqual(
            self.envelope.disbursement_ids.mapped("state"),
            ["shipped", "cancelled", "shipped", "shipped"],
        )
        paid = [p.beneficiary_id for batch in self.bank_script.payments.values() for p in batch]
        self.assertEqual(sorted(paid), ["ID1", "ID3", "ID4"])

    def test_envelope_is_paid_after_an_amendment_instead(self):
        self.cancel(self.rows_of(self.lines[1]))
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": self.envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 2,
                "number_of_disbursements": 2,
                "total_disbursement_amount": "40.75",
                "disbursement_schedule_date": self.today(),
            }
        )
        self.run_jobs()
        self.assertEqual(self.lines.mapped("state"), ["shipped", "cancelled", "shipped"])

    def test_what_was_approved_has_to_be_approved_again(self):
        self.envelope.write({"approved_by_id": self.env.uid})
        self.cancel(self.rows_of(self.lines[1]))
        self.assertFalse(self.envelope.approved_by_id)

    def test_no_rows_at_all(self):
        for rows in (None, [], {}, "", "rows", 5, True):
            with self.subTest(rows=rows):
                self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.cancel, rows)

    def test_empty_id_comes_first(self):
        for value in ("", " ", None, 5, [], "x" * 256, "nul\0", "half\ud800", 10**5000):
            with self.subTest(type=str(type(value))):
                rows = self.cancel_rows("NOSUCH", value)
                refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.cancel, rows)
                codes = [row["response_error_codes"] for row in refusal.rows]
                self.assertEqual(codes, [[], ["INVALID_DISBURSEMENT_ID"]])

    def test_row_that_is_none(self):
        rows = [*self.rows_of(self.lines), None]
        self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.cancel, rows)

    def test_none_of_them_exists(self):
        self.assertRefused("INVALID_DISBURSEMENT_ID", self.cancel, self.cancel_rows("A", "B"))

    def test_one_unknown_among_valid(self):
        rows = self.rows_of(self.lines[:2]) + self.cancel_rows("NOSUCH")
        refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.cancel, rows)
        codes = [row["response_error_codes"] for row in refusal.rows]
        self.assertEqual(codes, [[], [], ["INVALID_DISBURSEMENT_ID"]])

    def test_one_cancelled_among_valid(self):
        self.cancel(self.rows_of(self.lines[0]))
        rows = self.rows_of(self.lines)
        refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.cancel, rows)
        codes = [row["response_error_codes"] for row in refusal.rows]
        self.assertEqual(codes, [["DISBURSEMENT_ALREADY_CANCELED"], [], []])

    def test_same_id_twice(self):
        rows = self.rows_of(self.lines[0]) * 2
        refusal = self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", self.cancel, rows)
        codes = [row["response_error_codes"] for row in refusal.rows]
        self.assertEqual(codes, [[], ["DISBURSEMENT_ALREADY_CANCELED"]])

    def test_of_several_envelopes_comes_before_cancelled(self):
        other = self.later_filled(cycle_code_mnemonic="OTHER")
        rows = self.rows_of(self.lines + other.disbursement_ids)
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": other.disbursement_envelope_id}
        )
        self.assertRefused("MULTIPLE_ENVELOPES_FOUND", self.cancel, rows)

    def test_envelope_cancelled_comes_before_its_rows(self):
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": self.envelope.disbursement_envelope_id}
        )
        rows = self.rows_of(self.lines) + self.cancel_rows("NOSUCH")
        self.assertRefused("DISBURSEMENT_ENVELOPE_ALREADY_CANCELED", self.cancel, rows)

    def test_date_reached_comes_before_the_rows(self):
        self.envelope.disbursement_schedule_date = self.today()
        rows = self.rows_of(self.lines) + self.cancel_rows("NOSUCH")
        self.assertRefused("DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, rows)

    def test_paid_ones(self):
        self.program.write({"own_policies": True, "process_future_dated": True})
        self.envelope._advance()
        self.run_jobs()
        rows = self.rows_of(self.lines)
        self.assertRefused("DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED", self.cancel, rows)

    def test_disbursements_of_another_company_are_unknown(self):
        self.assertRefused(
            "INVALID_DISBURSEMENT_ID",
            self.other_company_service().cancel_disbursements,
            self.rows_of(self.lines),
        )
