# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from ..common import PbmsCase


class TestHandover(PbmsCase):
    """An approved cycle becomes one envelope, and each entitlement one payment."""

    def total_of(self, envelope):
        return envelope._declared()[1]

    def test_hundred_beneficiaries_are_one_batch(self):
        cycle = self.make_cycle(self.make_people(100), "10.25")
        self.approve(cycle)
        envelope = self.envelopes(cycle)
        self.assertEqual(len(envelope), 1)
        self.assertEqual(envelope.number_of_disbursements, 100)
        self.assertEqual(envelope.number_of_beneficiaries, 100)
        self.assertEqual(self.total_of(envelope), Decimal("1025.00"))
        self.assertEqual(envelope.cycle_code_mnemonic, "Cycle 1")
        batch = cycle.payment_batch_ids
        self.assertEqual(len(batch), 1)
        self.assertEqual(batch.external_batch_ref, f"{envelope.disbursement_envelope_id}/1")
        payments = self.payments(cycle)
        self.assertEqual(len(payments), 100)
        self.assertEqual(batch.payment_ids, payments)
        self.assertEqual(payments.batch_id, batch)
        self.assertEqual(payments.bridge_disbursement_id, self.disbursements(cycle))
        self.assertEqual(len(self.disbursements(cycle)), 100)
        self.assertFalse(cycle.bridge_message)

    def test_the_bank_gets_what_the_entitlements_say(self):
        people = self.make_people(2)
        self.manager.write(
            {
                "id_prefix": "token:",
                "id_suffix": "@nationalId",
                "narrative_template": "{program.name}/{cycle.name}/{entitlement.code}",
            }
        )
        cycle = self.make_cycle(people, ["10.00", "20.50"])
        self.approve(cycle)
        entitlements = cycle.entitlement_ids.sorted("id")
        [paid] = self.bank_script.payments.values()
        self.assertEqual(
            [(one.beneficiary_id, one.beneficiary_name, one.payment_amount) for one in paid],
            [
                ("token:ID1@nationalId", "Person 1", Decimal("10.00")),
                ("token:ID2@nationalId", "Person 2", Decimal("20.50")),
            ],
        )
        self.assertEqual(
            paid[0].disbursement_narrative, f"Child Grant/Cycle 1/{entitlements[0].code}"
        )

    def test_batch_size_ten_gives_ten_batches(self):
        self.manager.batch_size = 10
        cycle = self.make_cycle(self.make_people(100))
        self.approve(cycle)
        batches = cycle.payment_batch_ids.sorted("id")
        self.assertEqual(batches.mapped(lambda batch: len(batch.payment_ids)), [10] * 10)
        envelope = self.envelopes(cycle)
        self.assertEqual(
            batches.mapped("external_batch_ref"),
            [f"{envelope.disbursement_envelope_id}/{number}" for number in range(1, 11)],
        )
        self.assertEqual(len(self.disbursements(cycle)), 100)
        self.assertNotIn(envelope.state, ("receiving", "to_approve"))

    def test_entitlements_approved_by_background_jobs_are_waited_for(self):
        cycle = self.make_cycle(self.make_people(250))
        self.approve(cycle, jobs=False)
        self.assertTrue(cycle.locked)
        self.assertFalse(self.envelopes(cycle))
        self.run_jobs()
        self.assertEqual(len(self.envelopes(cycle)), 1)
        self.assertEqual(len(self.disbursements(cycle)), 250)
        self.assertEqual(self.envelopes(cycle).maker_ids, self.approver)

    def test_while_the_cycle_is_locked_it_says_what_it_waits_for(self):
        cycle = self.make_cycle(self.make_people(250))
        self.approve(cycle, jobs=False)
        cycle._job_bridge_hand_over()
        self.assertIn("locked", cycle.bridge_message)
        self.assertFalse(self.payments(cycle))

    def test_approving_twice_pays_once(self):
        cycle = self.make_cycle(self.make_people(3))
        self.approve(cycle)
        answer = self.approve(cycle)
        self.assertEqual(answer["params"]["type"], "danger")
        cycle.write({"state": "approved"})
        self.run_jobs()
        self.assertEqual(len(self.envelopes(cycle)), 1)
        self.assertEqual(len(self.disbursements(cycle)), 3)

    def test_repeated_jobs_change_nothing(self):
        cycle = self.make_cycle(self.make_people(3))
        self.approve(cycle)
        before = self.payments(cycle).read()
        for _again in range(2):
            cycle.with_user(self.approver)._job_bridge_hand_over()
            cycle.payment_batch_ids._job_bridge_fill()
        self.run_jobs()
        self.assertEqual(self.payments(cycle).read(), before)
        self.assertEqual(len(self.disbursements(cycle)), 3)

    def test_late_approval_gets_a_round_of_its_own(self):
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        late = self.make_entitlements(
            cycle, self.make_people(1, start=3), ["7.00"], state="pending_validation"
        )
        self.run_jobs()
        late.with_user(self.approver).approve_entitlement()
        self.run_jobs()
        first, second = self.envelopes(cycle)
        self.assertEqual(second.cycle_code_mnemonic, "Cycle 1-2")
        self.assertEqual(second.number_of_disbursements, 1)
        self.assertEqual(self.total_of(second), Decimal("7.00"))
        self.assertEqual(first.number_of_disbursements, 2)

    def test_open_entitlements_are_waited_for(self):
        cycle = self.make_cycle(self.make_people(3))
        self.make_entitlements(cycle, self.make_people(1, start=9), ["5.00"], state="draft")
        self.pbms_program.get_manager(2).auto_approve_entitlements = False
        self.approve(cycle)
        self.assertIn("4 entitlements", cycle.bridge_message)
        self.assertFalse(self.envelopes(cycle))
        entitlements = cycle.entitlement_ids.sorted("id")
        entitlements[:3].with_user(self.approver).approve_entitlement()
        self.run_jobs()
        self.assertFalse(self.envelopes(cycle))
        entitlements[3].state = "cancelled"
        self.run_jobs()
        self.assertEqual(len(self.disbursements(cycle)), 3)
        self.assertFalse(cycle.bridge_message)

    def test_cancelled_entitlements_are_not_paid(self):
        cycle = self.make_cycle(self.make_people(3))
        cycle.entitlement_ids[0].state = "cancelled"
        self.approve(cycle)
        self.assertEqual(len(self.disbursements(cycle)), 2)

    def test_a_new_cycle_with_only_fifty(self):
        people = self.make_people(100)
        first = self.make_cycle(people)
        self.approve(first)
        second = self.make_cycle(people[:50], name="Cycle 2")
        self.approve(second)
        self.assertEqual(self.envelopes(second).number_of_disbursements, 50)
        self.assertEqual(len(self.disbursements(second)), 50)
        self.assertEqual(len(self.disbursements(first)), 100)

    def test_two_programs_share_one_account(self):
        other_bridge = self.make_program("FOOD", sponsor_bank_account_number="CASH-ACCOUNT")
        other, _manager = self.make_pbms_program("Food Grant", other_bridge)
        people = self.make_people(4)
        one = self.make_cycle(people, "10.00")
        two = self.make_cycle(people, "3.00", program=other)
        self.approve(one, jobs=False)
        self.approve(two, jobs=False)
        self.run_jobs()
        for cycle, total in ((one, "40.00"), (two, "12.00")):
            envelope = self.envelopes(cycle)
            self.assertEqual(self.total_of(envelope), Decimal(total))
            self.assertEqual(envelope.state, "shipped")
        self.assertEqual(self.envelopes(two).program_id, other_bridge)

    def test_manager_of_another_kind_is_left_alone(self):
        program, manager = self.make_pbms_program("Other", self.program)
        default = self.env["g2p.program.payment.manager.default"].create(
            {"name": "Default", "program_id": program.id}
        )
        program.payment_managers.manager_ref_id = f"{default._name},{default.id}"
        manager.unlink()
        cycle = self.make_cycle(self.make_people(2), program=program)
        self.approve(cycle)
        self.assertFalse(self.payments(cycle))
        self.assertFalse(self.jobs("_job_bridge_hand_over", ("pending", "done")))
