# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from ..common import PbmsCase


class TestOddCases(PbmsCase):
    """What can't be paid has a clear outcome on the cycle, and nothing is half done."""

    def assertNothingHandedOver(self, cycle, *words):
        self.assertFalse(self.envelopes(cycle))
        self.assertFalse(self.payments(cycle))
        self.assertFalse(cycle.payment_batch_ids)
        for word in words:
            self.assertIn(word, cycle.bridge_message)

    def test_zero_and_wrong_amounts_are_left_out(self):
        cycle = self.make_cycle(self.make_people(4), ["10.00", "0.00", "5.00", "7.00"])
        entitlements = cycle.entitlement_ids.sorted("id")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_entitlement SET initial_amount = CASE id WHEN %s THEN 5.005"
            " ELSE 1000000000000 END WHERE id = ANY(%s)",
            [entitlements[2].id, entitlements[2:].ids],
        )
        self.env.invalidate_all()
        self.approve(cycle)
        self.assertEqual(
            entitlements.mapped("bridge_problem"),
            [False, "zero_amount", "too_many_decimals", "too_large"],
        )
        self.assertEqual(self.envelopes(cycle)._declared(), (1, Decimal("10.00")))
        self.assertIn("Entitlements that can't be paid: 3", cycle.bridge_message)

    def test_totals_are_exact(self):
        amounts = ["0.10", "0.20", "999999999999.99", "0.01"]
        cycle = self.make_cycle(self.make_people(4), ["1.00"] * 4)
        entitlements = cycle.entitlement_ids.sorted("id")
        self.env.flush_all()
        for entitlement, amount in zip(entitlements, amounts, strict=True):
            self.env.cr.execute(
                "UPDATE g2p_entitlement SET initial_amount = %s WHERE id = %s",
                [Decimal(amount), entitlement.id],
            )
        self.env.invalidate_all()
        self.approve(cycle)
        self.assertEqual(self.envelopes(cycle)._declared(), (4, Decimal("1000000000000.30")))
        self.env.cr.execute(
            "SELECT SUM(amount_issued)::text FROM g2p_payment WHERE bridge_envelope_id = %s",
            [self.envelopes(cycle).id],
        )
        self.assertEqual(Decimal(self.env.cr.fetchone()[0]), Decimal("1000000000000.30"))

    def test_other_currency_is_left_out(self):
        self.pbms_program.journal_id = self.make_journal(self.env.ref("base.EUR"))
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        self.assertNothingHandedOver(cycle, "currency", "(2)")

    def test_program_without_benefit_program(self):
        self.manager.bridge_program_id = False
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        self.assertNothingHandedOver(cycle, "Choose the benefit program")
        self.manager.bridge_program_id = self.program
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.disbursements(cycle)), 2)
        self.assertFalse(cycle.bridge_message)

    def test_archived_benefit_program(self):
        self.program.active = False
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        self.assertNothingHandedOver(cycle, "archived")

    def test_disabled_bank(self):
        self.bank.environment = "disabled"
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        self.assertNothingHandedOver(cycle, "disabled")

    def test_ended_program(self):
        cycle = self.make_cycle(self.make_people(2))
        self.pbms_program.state = "ended"
        self.approve(cycle)
        self.assertNothingHandedOver(cycle, "not active")

    def test_missing_id_type(self):
        self.manager.id_type_id = False
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        self.assertNothingHandedOver(cycle, "ID type")

    def test_a_cycle_made_in_another_company_is_paid_by_that_of_its_program(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        cycle = self.make_cycle(self.make_people(2), company_id=company.id)
        self.approver.company_ids |= company
        self.approve(cycle)
        self.assertEqual(self.envelopes(cycle).company_id, self.pbms_program.company_id)
        self.assertEqual(self.payments(cycle).company_id, self.pbms_program.company_id)
        self.assertEqual(len(self.disbursements(cycle)), 2)

    def test_program_of_another_company_is_paid_in_that_company(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        bank = self.env["g2p.bridge.sponsor.bank"].create(
            {
                "name": "Their Bank",
                "code": "THEIRS",
                "environment": "test",
                "company_id": company.id,
            }
        )
        benefit = self.make_program("THEIRS", sponsor_bank_id=bank.id, company_id=company.id)
        self.env.user.company_ids |= company
        program, _manager = self.make_pbms_program("Theirs", benefit)
        # PBMS looks for the fund of the approver's own company.
        self.approver.write({"company_ids": [(4, company.id)], "company_id": company.id})
        people = self.make_people(2)
        people.company_id = company
        cycle = self.make_cycle(people, program=program, company_id=company.id)
        self.approve(cycle.with_company(company))
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.company_id, company)
        self.assertEqual(len(self.disbursements(cycle)), 2)

    def test_taken_cycle_code_is_never_shared(self):
        other, _manager = self.make_pbms_program("Second Grant", self.program)
        people = self.make_people(2)
        first = self.make_cycle(people)
        self.approve(first)
        # The very same totals: the service would take it for the same envelope.
        second = self.make_cycle(people, program=other)
        self.approve(second)
        self.assertNothingHandedOver(second, "Cycle 1", "taken")
        second.name = "Cycle 1 of the second grant"
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.disbursements(second)), 2)
        self.assertFalse(second.bridge_message)

    def test_refusal_of_the_bridge_leaves_nothing_and_says_why(self):
        cycle = self.make_cycle(self.make_people(3), name="C" * 300)
        self.approve(cycle)
        self.assertNothingHandedOver(cycle, "cycle_code_mnemonic")
        cycle.name = "C"
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.disbursements(cycle)), 3)

    def test_cycle_that_was_reset_before_the_job_is_not_paid(self):
        cycle = self.make_cycle(self.make_people(3))
        self.approve(cycle, jobs=False)
        cycle.state = "draft"
        self.run_jobs()
        self.assertFalse(self.payments(cycle))

    def test_cancelled_cycle_takes_its_envelope_along(self):
        self.manager.write({"automatic_start": "schedule", "schedule_rule": "approval"})
        self.manager.schedule_days = 7
        cycle = self.make_cycle(self.make_people(3))
        self.approve(cycle)
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.state, "scheduled")
        cycle.mark_cancelled()
        self.run_jobs()
        self.assertEqual(envelope.state, "cancelled")
        self.assertIn("was cancelled", cycle.bridge_message)

    def test_cancelled_cycle_while_it_is_filled(self):
        self.manager.batch_size = 2
        cycle = self.make_cycle(self.make_people(6))
        self.approve(cycle, jobs=False)
        self.run_job()
        self.run_job()
        cycle.mark_cancelled()
        self.run_jobs()
        self.assertEqual(self.envelopes(cycle).state, "cancelled")
        self.assertFalse(self.bank_script.payments)

    def test_cancelled_cycle_whose_money_left_says_so(self):
        cycle = self.make_cycle(self.make_people(3))
        self.approve(cycle)
        envelope = self.envelopes(cycle)
        envelope.bank_batch_ids.write({"state": "uncertain"})
        envelope.state = "shipping"
        cycle.mark_cancelled()
        cycle.with_user(self.approver)._job_bridge_hand_over()
        self.assertIn(envelope.disbursement_envelope_id, cycle.bridge_message)
        self.assertEqual(envelope.cancellation_status, "not_cancelled")

    def test_cancelled_cycle_that_the_bank_has_says_so(self):
        cycle = self.make_cycle(self.make_people(1))
        self.approve(cycle)
        self.assertEqual(self.envelopes(cycle).state, "shipped")
        cycle.mark_cancelled()
        self.run_jobs()
        self.assertIn(self.envelopes(cycle).disbursement_envelope_id, cycle.bridge_message)

    def test_entitlement_cancelled_after_the_hand_over_is_pointed_out(self):
        self.manager.write({"automatic_start": "schedule", "schedule_rule": "approval"})
        self.manager.schedule_days = 7
        cycle = self.make_cycle(self.make_people(3))
        self.approve(cycle)
        cycle.entitlement_ids[0].state = "cancelled"
        self.run_jobs()
        self.assertIn("1 entitlements were cancelled or rejected", cycle.bridge_message)

    def written_as_failed(self, *numbers):
        """A paid cycle of three, of which somebody has written that these failed."""
        cycle = self.make_cycle(self.make_people(3), ["10.00", "20.00", "30.00"])
        self.approve(cycle)
        for number in numbers:
            payment = self.payments(cycle)[number]
            payment.with_user(self.manager_user).status = "failed"
            payment.entitlement_id.with_user(self.manager_user).state = "approved"
        return cycle

    def test_who_is_paid_already_is_left_out_by_name_and_the_others_are_paid(self):
        cycle = self.written_as_failed(0, 1)
        self.disbursements(cycle)[1].state = "rejected"
        cycle.with_user(self.manager_user).prepare_payment()
        self.run_jobs()
        tampered, again = self.payments(cycle)[0], self.payments(cycle)[3:]
        self.assertEqual(tampered.entitlement_id.bridge_problem, "still_paid")
        self.assertIn(f"Person 1 ({tampered.name})", cycle.bridge_message)
        self.assertIn(tampered.entitlement_id, cycle.bridge_problem_entitlement_ids)
        self.assertEqual(again.entitlement_id, self.payments(cycle)[1].entitlement_id)
        self.assertEqual(self.envelopes(cycle)[1]._declared(), (1, Decimal("20.00")))

    def test_what_the_bridge_does_not_take_is_left_out_by_name_and_the_others_are_paid(self):
        cycle = self.written_as_failed(0, 1)
        self.program.write({"own_policies": True, "approval": "none"})
        formers = self.disbursements(cycle)
        formers[:2].state = "rejected"
        cycle.with_user(self.manager_user).prepare_payment()
        self.commit()
        formers[0].state = "shipped"  # after the payments were prepared
        self.run_jobs()
        wrong, good = self.payments(cycle)[3:]
        self.assertEqual((wrong.status, wrong.bridge_failure_code), ("failed", "INVALID_REISSUE"))
        self.assertIn(f"Person 1 ({wrong.name}: INVALID_REISSUE)", cycle.bridge_message)
        envelope = self.envelopes(cycle)[1]
        self.assertEqual(envelope._declared(), (1, Decimal("20.00")))
        self.assertEqual(envelope.number_of_beneficiaries, 1)
        self.assertEqual(envelope.disbursement_ids, good.bridge_disbursement_id)
        self.assertNotEqual(envelope.state, "receiving")
        self.assertEqual(wrong.entitlement_id.bridge_payment_state, "failed")

    def test_nothing_is_left_of_an_envelope_whose_payments_are_all_left_out(self):
        cycle = self.written_as_failed(0)
        former = self.disbursements(cycle)[0]
        former.state = "rejected"
        cycle.with_user(self.manager_user).prepare_payment()
        self.commit()
        former.state = "shipped"
        self.run_jobs()
        self.assertEqual(self.envelopes(cycle)[1].state, "cancelled")
        self.assertIn("Person 1", cycle.bridge_message)
        former.state = "rejected"
        cycle.with_user(self.manager_user).prepare_payment()
        self.run_jobs()
        self.assertEqual(self.disbursements(cycle)[-1].reissue_of_id, former)
        self.assertFalse(cycle.bridge_message)

    def test_envelope_cancelled_before_it_was_filled(self):
        self.manager.batch_size = 2
        cycle = self.make_cycle(self.make_people(4))
        self.approve(cycle, jobs=False)
        self.run_job()
        envelope = self.envelopes(cycle)
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}, "wrong month"
        )
        self.run_jobs()
        self.assertFalse(self.disbursements(cycle))
        self.env["g2p.bridge.bank.batch"]._cron_report_back()
        self.run_jobs()
        self.assertEqual(set(self.payments(cycle).mapped("status")), {"failed"})
        cycle.with_user(self.manager_user).prepare_payment()
        self.run_jobs()
        second = self.envelopes(cycle) - envelope
        self.assertEqual(second.cycle_code_mnemonic, "Cycle 1-2")
        self.assertEqual(len(second.disbursement_ids), 4)
        self.assertFalse(second.disbursement_ids.reissue_of_id)
