# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.addons.g2p_bridge_base.lib.errors import (
    OutcomeUnknown,
    Rejected,
    Unavailable,
)

from .events_common import EventCase


class TestEvents(EventCase):
    """Everything that happens to an envelope is told once, by what it happened to."""

    def test_the_life_of_an_envelope_is_told_in_its_order(self):
        self.program.write({"own_policies": True, "bank_batch_size": 2})
        lines = self.shipped("10.00", "20.00", "30.75")
        self.process(*(self.entry("D", line) for line in lines))
        self.assertEqual(
            self.emitted(lines.envelope_id),
            [
                "envelope.received",
                "envelope.disbursements_received",
                "envelope.complete",
                "envelope.funds_available",
                "envelope.funds_blocked",
                "envelope.shipping_begun",
                "batch.shipped",
                "batch.shipped",
                "envelope.shipped",
                "statement.recorded",
                "envelope.reconciled",
            ],
        )

    def test_an_event_says_what_it_is_about_exactly(self):
        envelope = self.filled_envelope("0.10", "99999999.99")
        event = self.event(envelope, "envelope.disbursements_received")
        (sent,) = self.events._as_sent(event.ids)
        self.assertEqual(sent["disbursement_envelope_id"], envelope.disbursement_envelope_id)
        self.assertEqual(sent["benefit_program_mnemonic"], "CASH")
        self.assertEqual(sent["cycle_code_mnemonic"], "2026-11")
        self.assertEqual(
            sent["figures"],
            {"disbursement_count": 2, "disbursement_amount": Decimal("100000000.09")},
        )

    def test_a_total_of_fifteen_digits_is_told_exactly(self):
        envelope = self.create_envelope(total_disbursement_amount="9999999999999.99")
        (sent,) = self.events._as_sent(self.event(envelope, "envelope.received").ids)
        self.assertEqual(sent["figures"]["disbursement_amount"], Decimal("9999999999999.99"))

    def test_a_batch_tells_what_the_bank_took_and_what_it_refused(self):
        envelope = self.filled_envelope("10.00", "20.00", "30.75")
        self.rejecting(envelope.disbursement_ids[1].disbursement_id)
        self.run_jobs()
        (sent,) = self.events._as_sent(self.event(envelope, "batch.shipped").ids)
        self.assertEqual(
            sent["figures"],
            {
                "shipped_count": 2,
                "shipped_amount": Decimal("40.75"),
                "rejected_count": 1,
                "rejected_amount": Decimal("20.00"),
            },
        )
        self.assertEqual(sent["bank_disbursement_batch_id"], envelope.bank_batch_ids.reference)

    def test_a_mapper_batch_tells_who_was_found(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID2"}
        envelope = self.filled_envelope()
        self.run_jobs()
        (sent,) = self.events._as_sent(self.event(envelope, "batch.resolved").ids)
        self.assertEqual(sent["figures"]["resolved_count"], 2)
        self.assertEqual(sent["figures"]["unresolved_amount"], Decimal("20.00"))
        self.assertEqual(sent["mapper_batch_id"], envelope.mapper_batch_ids.reference)
        self.assertEqual(self.emitted(envelope).count("batch.resolved"), 1)
        self.assertNotIn("batch.changed", self.emitted(envelope))

    def test_a_statement_tells_each_envelope_what_it_proves(self):
        lines = self.shipped("10.00", "20.00", "30.75")
        self.process(
            *(self.entry("D", line) for line in lines),
            self.entry("RD", lines[0]),
        )
        envelope = lines.envelope_id
        event = self.event(envelope, "statement.recorded")
        (sent,) = self.events._as_sent(event.ids)
        self.assertEqual(sent["figures"]["reconciled_count"], 3)
        self.assertEqual(sent["figures"]["reconciled_amount"], Decimal("60.75"))
        self.assertEqual(sent["figures"]["reversed_amount"], Decimal("10.00"))
        self.assertEqual(sent["statement_id"], event.statement_id.statement_id)
        self.assertNotIn("batch.changed", self.emitted(envelope))

    def test_money_that_is_missing_is_told_at_each_attempt(self):
        self.program.write({"own_policies": True, "check_attempts": 2, "check_delay": 0})
        self.bank_script.script["check_funds"] = [
            Unavailable("INSUFFICIENT_FUNDS"),
            Unavailable("INSUFFICIENT_FUNDS"),
        ]
        envelope = self.filled_envelope()
        self.run_jobs()
        self.assertEqual(
            self.emitted(envelope)[3:],
            [
                "envelope.funds_not_available",
                "envelope.funds_not_available",
                "envelope.funds_check_failed",
                "envelope.needs_attention",
            ],
        )
        failed = self.event(envelope, "envelope.funds_check_failed")
        self.assertEqual(failed.reason_code, "INSUFFICIENT_FUNDS")

    def test_a_batch_of_unknown_outcome_is_told_once_and_again_when_it_is_settled(self):
        self.bank_script.script["initiate_payment"] = [OutcomeUnknown("TIMEOUT")]
        envelope = self.filled_envelope()
        self.run_jobs()
        batch = envelope.bank_batch_ids
        self.assertEqual(batch.state, "uncertain")
        batch._settle(True, "The bank said so")
        self.run_jobs()
        kinds = ("batch.uncertain", "batch.shipped", "batch.settled", "envelope.attention_settled")
        self.assertEqual(
            self.emitted(envelope, *kinds),
            ["batch.uncertain", "batch.shipped", "batch.settled", "envelope.attention_settled"],
        )
        self.assertEqual(self.event(envelope, "batch.uncertain").reason_code, "TIMEOUT")

    def test_a_refused_batch_fails_and_is_given_up(self):
        self.bank_script.script["initiate_payment"] = [Rejected("REJECTED_BY_BANK")]
        envelope = self.filled_envelope()
        self.run_jobs()
        envelope.bank_batch_ids._give_up_lines("Nothing to be done")
        self.run_jobs()
        self.assertEqual(
            self.emitted(envelope, "batch.failed", "batch.rejected", "batch.changed"),
            ["batch.failed", "batch.rejected"],
        )
        (sent,) = self.events._as_sent(self.event(envelope, "batch.rejected").ids)
        self.assertEqual(sent["figures"]["rejected_count"], 3)
        self.assertEqual(sent["reason_code"], "REJECTED_BY_BANK")

    def test_people_steer_an_envelope(self):
        self.program.write({"own_policies": True, "approval": "any"})
        envelope = self.later_filled()
        envelope.action_reject("Wrong month")
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 3,
                "number_of_disbursements": 3,
                "total_disbursement_amount": "60.75",
                "disbursement_schedule_date": self.today(9),
            }
        )
        envelope.action_approve()
        envelope._pause("A question")
        envelope._resume("Answered")
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}
        )
        self.assertEqual(
            self.emitted(envelope)[3:],
            [
                "envelope.sent_back",
                "envelope.amended",
                "envelope.complete",
                "envelope.approved",
                "envelope.paused",
                "envelope.resumed",
                "batch.changed",
                "envelope.cancelled",
            ],
        )

    def test_what_the_bridge_itself_declares_anew_is_amended_too(self):
        envelope = self.later_filled()
        envelope._lock_as_maker()
        day = envelope.disbursement_schedule_date
        self.service._redeclare(envelope, 3, 4, Decimal("70.75"), day)
        self.assertEqual(self.emitted(envelope, "envelope.received"), ["envelope.received"])
        self.assertEqual(self.emitted(envelope)[3:], ["envelope.amended", "envelope.incomplete"])

    def test_a_cancelled_disbursement_makes_the_envelope_incomplete(self):
        envelope = self.later_filled()
        line = envelope.disbursement_ids[0].disbursement_id
        self.service.cancel_disbursements([{"disbursement_id": line}])
        self.assertEqual(self.emitted(envelope)[3:], ["batch.changed", "envelope.incomplete"])

    def test_a_line_that_is_matched_by_hand_tells_of_its_batch(self):
        (line,) = self.shipped("10.00")
        statement = self.process(self.entry("D", "UNREADABLE", "10.00"))
        statement.entry_ids._decide_match(line, "By the bank's letter")
        self.assertEqual(self.emitted(line.envelope_id)[-1], "batch.changed")

    def test_what_is_rolled_back_tells_nothing(self):
        envelope = self.later_filled()
        before = self.emitted(envelope)
        with self.assertRaises(RuntimeError), self.env.cr.savepoint():
            envelope._pause("A question")
            raise RuntimeError
        self.env.invalidate_all()
        self.assertEqual(self.emitted(envelope), before)

    def test_the_same_call_again_tells_nothing_new(self):
        envelope = self.later_filled()
        before = self.emitted(envelope)
        self.service.create_disbursements(self.rows(envelope, "10.00", "20.00", "30.75"))
        self.assertEqual(self.emitted(envelope), before)


class TestContextOfAClient(EventCase):
    """No context that a client sends keeps anything from those who are told."""

    def test_a_forged_mark_silences_nothing(self):
        envelope = self.later_filled()
        line = envelope.disbursement_ids[0]
        forged = self.service.with_context(bridge_repeated=True, tracking_disable=True)
        forged.cancel_disbursements([{"disbursement_id": line.disbursement_id}])
        self.assertEqual(len(self.emitted(envelope, "batch.changed")), 1)
        self.assertEqual(len(self.emitted(envelope, "envelope.amended")), 0)
