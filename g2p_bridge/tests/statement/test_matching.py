# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the lines of a payment add up to, whatever their marks and their order."""

from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    Acknowledgement,
    BatchState,
    PaymentStatus,
)
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from .entry_common import EntryCase
from .statement_common import StatementCase


class TestReturnedTransfers(StatementCase):
    """Banks book a returned transfer as a new credit; RD is the bank's own correction."""

    def setUp(self):
        super().setUp()
        self.line = self.shipped()[0]

    def test_a_credit_after_its_debit_is_a_return(self):
        self.process(self.entry("D", self.line))
        reason = ["RETOURE", "ACCOUNT_CLOSED"]
        record = self.process(self.entry("C", self.line, narratives=reason), **self.following())
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual((self.line.state, self.line.reason_code), ("reversed", "ACCOUNT_CLOSED"))
        self.assertEqual(record.reversed_count, 1)

    def test_a_credit_that_is_taken_back(self):
        self.process(self.entry("D", self.line), self.entry("C", self.line))
        record = self.process(self.entry("RC", self.line), **self.following())
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual((self.line.state, self.line.reason_code), ("reconciled", False))
        envelope = self.line.envelope_id
        self.assertEqual(envelope.number_of_disbursements_reconciled, 1)
        self.assertEqual(
            (envelope.number_of_disbursements_reversed, envelope.amount_reversed), (0, 0)
        )

    def test_a_return_waits_for_its_debit(self):
        first = self.process(self.entry("C", self.line))
        self.assertEqual(self.outcomes(first), ["INVALID_REVERSAL"])
        self.assertEqual(self.line.state, "shipped")
        second = self.process(self.entry("D", self.line), **self.following())
        self.assertEqual(self.outcomes(first), ["matched"])
        self.assertEqual(self.outcomes(second), ["matched"])
        self.assertEqual(self.line.state, "reversed")
        self.assertEqual((first.reversed_count, first.error_count), (1, 0))
        self.assertEqual(first.total_ids.reversed_amount, 10.00)

    def test_a_second_debit_waits_for_its_return(self):
        first = self.process(self.entry("D", self.line), self.entry("D", self.line))
        self.assertEqual(self.outcomes(first), ["matched", "DUPLICATE_DISBURSEMENT"])
        self.process(self.entry("RD", self.line), **self.following())
        self.assertEqual(self.outcomes(first), ["matched", "matched"])
        self.assertEqual(self.line.state, "reconciled")

    def test_a_credit_of_an_unknown_payment_with_an_id_of_ours_is_shown(self):
        unknown = self.line.disbursement_id
        other = self.make_program("PENSION")
        record = self.process(
            self.entry("C", unknown), account_number=other.sponsor_bank_account_number
        )
        self.assertEqual(self.outcomes(record), ["INVALID_REVERSAL"])

    def test_a_return_less_charges_waits(self):
        record = self.process(self.entry("D", self.line), self.entry("C", self.line, "9.50"))
        self.assertEqual(self.outcomes(record), ["matched", "AMOUNT_MISMATCH"])
        self.assertEqual(self.line.state, "reconciled")


class TestIdsInTexts(StatementCase):
    """A line that holds an ID of ours where nobody looks is not filed away in silence."""

    def setUp(self):
        super().setUp()
        self.line = self.shipped()[0]

    def test_in_any_text(self):
        name = self.line.disbursement_id
        places = {
            "narratives": ["TRANSFER", f"{name[:8]} {name[8:]}"],
            "supplementary_details": f"REF {name}",
            "end_to_end_id": name,
            "bank_reference": f"B{name}",
        }
        for number, (place, text) in enumerate(places.items(), 1):
            with self.subTest(place):
                record = self.process(
                    self.entry("D", "NONREF", "10.00", **{place: text}),
                    **self.following(number, number),
                )
                self.assertEqual(self.outcomes(record), ["ID_IN_TEXT"])
                ((suggested, _why, refusal),) = record.entry_ids.sudo()._suggest()
                self.assertEqual((suggested, refusal), (self.line, None))

    def test_an_id_that_is_none_of_the_account(self):
        other = self.make_program("PENSION")
        record = self.process(
            self.entry("D", "NONREF", "10.00", narratives=[self.line.disbursement_id]),
            account_number=other.sponsor_bank_account_number,
        )
        self.assertEqual(self.outcomes(record), ["not_ours"])


class TestWholeBatch(StatementCase):
    """A line for a whole batch proves its payments only if the total is theirs."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped()  # 10.00, 20.00 and 30.75
        self.batch = self.lines.bank_batch_id

    def whole(self, mark="D", amount="60.75", **values):
        reference = {"batch_reference": self.batch.reference}
        return self.entry(mark, "NONREF", amount, **{**reference, **values})

    def test_all_are_proved(self):
        record = self.process(self.whole(batch_count=3))
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(set(self.lines.mapped("state")), {"reconciled"})
        self.assertEqual(record.entry_ids.bank_batch_id, self.batch)
        self.assertEqual(record.total_ids.reconciled_count, 3)
        self.assertEqual(self.lines.envelope_id.state, "reconciled")
        self.assertEqual(self.lines.envelope_id.amount_reconciled, 60.75)

    def test_by_the_banks_own_name_for_it(self):
        self.bank_script.script = {"initiate_payment": [Acknowledgement(bank_reference="BULK7")]}
        lines = self.shipped(cycle_code_mnemonic="NAMED")
        record = self.process(self.whole(batch_reference="BULK7"))
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(set(lines.mapped("state")), {"reconciled"})
        self.assertEqual(set(self.lines.mapped("state")), {"shipped"})

    def test_a_smaller_total_proves_nobody(self):
        for number, values in enumerate(
            ({"amount": "40.75"}, {"batch_count": 2}, {"amount": "60.76"}), 1
        ):
            with self.subTest(values):
                record = self.process(self.whole(**values), **self.following(number, number))
                self.assertEqual(self.outcomes(record), ["BATCH_MISMATCH"])
                self.assertEqual(set(self.lines.mapped("state")), {"shipped"})

    def test_one_that_comes_back(self):
        record = self.process(self.entry("C", self.lines[1]), self.whole())
        self.assertEqual(self.outcomes(record), ["matched", "matched"])
        self.assertEqual(self.lines.mapped("state"), ["reconciled", "reversed", "reconciled"])

    def test_the_whole_batch_comes_back(self):
        self.process(self.whole())
        self.process(self.whole("RD"), **self.following())
        self.assertEqual(set(self.lines.mapped("state")), {"reversed"})

    def test_a_debit_of_one_beside_it_was_paid_twice(self):
        single = self.process(self.entry("D", self.lines[0]))
        self.assertEqual(self.outcomes(single), ["matched"])
        record = self.process(self.whole(), **self.following())
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(self.outcomes(single), ["DUPLICATE_DISBURSEMENT"])
        self.assertEqual(set(self.lines.mapped("state")), {"reconciled"})
        self.assertEqual(self.lines.envelope_id.amount_reconciled, 60.75)

    def test_payments_that_the_bank_refused_are_not_in_the_total(self):
        envelope = self.filled_envelope(cycle_code_mnemonic="REFUSED")
        first, *others = envelope.disbursement_ids
        rejected = {first.disbursement_id: "ACCOUNT_CLOSED"}
        self.bank_script.script = {"initiate_payment": [Acknowledgement(rejected)]}
        self.run_jobs()
        record = self.process(
            self.whole(amount="50.75", batch_reference=envelope.bank_batch_ids.reference)
        )
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(
            envelope.disbursement_ids.mapped("state"), ["rejected", "reconciled", "reconciled"]
        )

    def test_payments_of_which_the_bank_tells_later_that_it_refused_them(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope(cycle_code_mnemonic="LATE")
        self.run_jobs()
        batch = envelope.bank_batch_ids
        first, *_others = envelope.disbursement_ids
        self.bank_script.script = {
            "get_payment_status": [
                PaymentStatus(BatchState.UNKNOWN),
                PaymentStatus(BatchState.ACCEPTED, {first.disbursement_id: "ACCOUNT_CLOSED"}),
            ]
        }
        batch._settle(True, "They have it, they say")
        record = self.process(self.whole(amount="50.75", batch_reference=batch.reference))
        self.assertEqual(self.outcomes(record), ["BATCH_MISMATCH"])
        batch._job_rejections(asked=1)
        self.env.invalidate_all()
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(
            envelope.disbursement_ids.mapped("state"), ["rejected", "reconciled", "reconciled"]
        )

    def test_it_proves_an_uncertain_batch(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        envelope = self.filled_envelope(cycle_code_mnemonic="LOST")
        self.run_jobs()
        batch = envelope.bank_batch_ids
        self.assertEqual(batch.state, "uncertain")
        self.process(self.whole(batch_reference=batch.reference))
        self.assertEqual(batch.state, "done")
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"reconciled"})

    def test_what_is_told_over_the_wire(self):
        self.process(self.whole(), self.entry("C", self.lines[0]))
        (status,) = self.service.get_disbursement_status([self.lines[0].disbursement_id])
        (payload,) = status["disbursement_recon_records"]["disbursement_recon_payloads"]
        self.assertEqual(payload["remittance_entry_sequence"], "1")
        self.assertEqual(payload["reversal_entry_sequence"], "2")


class TestDecisions(EntryCase):
    """What is left to people, and what their decisions set going."""

    def setUp(self):
        super().setUp()
        self.lines = self.shipped()
        self.line = self.lines[0]

    def test_counterparts_find_each_other_after_a_match_by_hand(self):
        waiting = self.process(self.entry("C", self.line))
        record = self.process(self.entry("D", "TYPO", "10.00"), **self.following())
        self.match(record.entry_ids, self.line)
        self.assertEqual(self.outcomes(waiting), ["matched"])
        self.assertEqual(self.line.state, "reversed")
        self.assertInvariants(waiting)
        self.assertIn("matched anew", self.history(waiting))

    def test_a_return_less_charges_is_accepted_by_a_person(self):
        record = self.process(self.entry("D", self.line), self.entry("C", self.line, "9.50"))
        debit, back = record.entry_ids.sorted("entry_sequence")
        self.match(back, self.line, reason="0.50 of charges")
        self.assertEqual((self.line.state, back.outcome), ("reversed", "matched"))
        envelope = self.line.envelope_id
        self.assertEqual((envelope.amount_reconciled, envelope.amount_reversed), (10.00, 9.50))
        self.assertInvariants(record)

    def test_a_return_of_more_than_was_paid_is_refused(self):
        record = self.process(self.entry("D", self.line), self.entry("C", self.line, "10.01"))
        with self.assertRaisesRegex(UserError, "Both have to be the same"):
            self.match(record.entry_ids.sorted("entry_sequence")[1], self.line)

    def test_what_a_person_opened_again_is_not_matched_by_itself(self):
        record = self.process(self.entry("D", self.line))
        self.reopen(record.entry_ids)
        self.assertEqual(self.line.state, "shipped")
        later = self.process(self.entry("C", self.line), **self.following())
        self.assertEqual(self.outcomes(record), ["REOPENED"])
        self.assertEqual(self.outcomes(later), ["INVALID_REVERSAL"])

    def test_the_return_before_a_later_debit_stays(self):
        record = self.process(
            self.entry("D", self.line), self.entry("RD", self.line), self.entry("D", self.line)
        )
        back = record.entry_ids.sorted("entry_sequence")[1]
        with self.assertRaisesRegex(UserError, "paid twice"):
            self.reopen(back)
        self.reopen(record.entry_ids)
        self.assertEqual(self.line.state, "shipped")

    def test_a_debit_after_a_reissue_raises_an_alarm(self):
        self.process(self.entry("D", self.line), self.entry("C", self.line))
        self.reissue()
        record = self.process(self.entry("D", self.line), **self.following())
        self.assertEqual(self.outcomes(record), ["REISSUED"])
        self.assertEqual(self.line.state, "reversed")
        alarm = self.line.envelope_id.activity_ids.mapped("summary")
        self.assertIn(self.line.disbursement_id, " ".join(alarm))
        self.assertIn("reissued", " ".join(alarm))
        # It comes back: the two find each other, and nobody has to do anything.
        later = self.process(self.entry("RD", self.line), **self.following(2, 3))
        self.assertEqual(self.outcomes(record), ["matched"])
        self.assertEqual(self.outcomes(later), ["matched"])
        self.assertEqual(self.line.state, "reversed")

    def test_a_whole_batch_after_a_reissue_raises_an_alarm(self):
        batch = self.lines.bank_batch_id

        def whole(mark, days):
            line = self.entry(mark, "NONREF", "60.75", batch_reference=batch.reference)
            return self.process(line, **self.following(days, days + 1))

        whole("D", 1)
        whole("RD", 2)
        self.reissue()
        record = whole("D", 3)
        self.assertEqual(self.outcomes(record), ["REISSUED"])
        self.assertEqual(set(self.lines.mapped("state")), {"reversed"})
        alarm = " ".join(self.line.envelope_id.activity_ids.mapped("summary"))
        self.assertIn(self.line.disbursement_id, alarm)
        self.assertNotIn(self.lines[1].disbursement_id, alarm)

    def test_a_person_accepts_that_it_was_paid_twice(self):
        self.process(self.entry("D", self.line), self.entry("C", self.line))
        self.reissue()
        record = self.process(self.entry("D", self.line), **self.following())
        self.match(record.entry_ids, self.line, reason="Paid twice; claimed back")
        self.assertEqual(self.line.state, "reconciled")
        later = self.process(self.entry("C", self.line), **self.following(2, 3))
        self.assertEqual(self.outcomes(later), ["matched"])
        self.assertEqual(self.line.state, "reversed")

    def test_a_whole_batch_is_opened_again(self):
        batch = self.lines.bank_batch_id
        record = self.process(self.entry("D", "NONREF", "60.75", batch_reference=batch.reference))
        self.reopen(record.entry_ids)
        self.assertEqual(set(self.lines.mapped("state")), {"shipped"})
        self.assertFalse(self.lines.envelope_id.amount_reconciled)

    def test_a_whole_batch_stays_while_a_return_of_one_stands(self):
        batch = self.lines.bank_batch_id
        record = self.process(
            self.entry("D", "NONREF", "60.75", batch_reference=batch.reference),
            self.entry("C", self.line),
        )
        whole = record.entry_ids.filtered("bank_batch_id")
        with self.assertRaisesRegex(UserError, "take up the return first"):
            self.reopen(whole)

    def reissue(self):
        """Pay the first payment again, in an envelope of its own."""
        envelope = self.create_envelope(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        (row,) = self.rows(envelope, "10.00")
        self.service.create_disbursements([{**row, "reissue_of": self.line.disbursement_id}])
        envelope.action_approve()
        self.run_jobs()
        self.assertEqual(envelope.disbursement_ids.state, "shipped")
