# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..common import PbmsCase


class TestPbmsApproval(PbmsCase):
    """Only what PBMS's own approval let through is paid by itself; else the cycle says who did
    what, and an approver of the bridge without a part in it has to release the envelope."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({"own_policies": True, "approval": "none"})
        cls.env["g2p.program.fund"].search([]).state = "cancelled"
        cls.make_fund(cls.pbms_program, 700)
        cls.writer = new_test_user(
            cls.env,
            "writer",
            "base.group_user,g2p_programs.g2p_program_manager,g2p_bridge_base.group_approver",
            name="Writer",
        )

    def settle(self, cycle):
        self.run_jobs()
        self.heartbeat()
        self.run_jobs()
        self.env.invalidate_all()

    def write_approval(self, cycle, amount=999):
        """As over RPC: whatever PBMS lets a program manager write, says that it is approved."""
        cycle.entitlement_ids.with_user(self.writer).write(
            {"state": "approved", "date_approved": fields.Date.today(), "initial_amount": amount}
        )
        values = {"state": "approved", "approved_date": fields.Datetime.now()}
        cycle.with_user(self.writer).write({**values, "approved_by": self.approver.id})

    def test_what_the_approval_let_through_is_paid(self):
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.state, "shipped")
        self.assertFalse(envelope.pbms_past_approval)
        self.assertEqual(cycle.bridge_approved_by_id, self.approver)

    def test_a_cycle_that_was_written_by_hand_waits_and_says_by_whom(self):
        cycle = self.make_cycle(self.make_people(3))
        self.write_approval(cycle)
        self.settle(cycle)
        self.assertFalse(self.payments(cycle))
        self.assertIn("Writer", cycle.bridge_message)
        self.assertIn("Prepare Payments", cycle.bridge_message)

    def test_what_a_person_starts_is_released_by_somebody_else(self):
        cycle = self.make_cycle(self.make_people(3))
        self.write_approval(cycle)
        self.settle(cycle)
        cycle.with_user(self.manager_user).prepare_payment()
        self.run_jobs()
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.state, "to_approve")
        needs = envelope._needs_approval_domain()
        self.assertEqual(envelope.search([("id", "=", envelope.id), *needs]), envelope)
        self.assertIn("written by hand", envelope.waiting_for)
        for maker in (self.writer, self.manager_user):
            self.assertIn(maker, envelope.maker_ids)
        with self.assertRaises(AccessError):
            envelope.with_user(self.writer).action_approve()
        self.assertNotIn(
            envelope, envelope.with_user(self.writer).search([("waits_for_me", "=", True)])
        )
        envelope.action_approve()
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_entitlements_that_were_written_by_hand_are_left_out_and_counted(self):
        cycle = self.make_cycle(self.make_people(3), ["10.00", "20.00", "30.00"])
        self.make_entitlements(cycle, self.make_people(1, 9), ["99.00"], state="approved")
        self.approve(cycle)
        late = cycle.entitlement_ids.sorted("id")[3]
        self.assertEqual(late.bridge_problem, "not_approved")
        self.assertEqual(len(self.payments(cycle)), 3)
        self.assertIn("1 entitlements", cycle.bridge_message)
        self.assertIn(f"{self.env.user.name}: 1", cycle.bridge_message)

    def test_whatever_is_changed_after_the_approval_is_not_paid_by_itself(self):
        changes = (
            {"initial_amount": 999},
            {"partner_id": self.make_people(1, 90).id},
            {"transfer_fee": -5},
            {"state": "approved"},
        )
        cycle = self.make_cycle(self.make_people(5), "10.00")
        self.approve(cycle, jobs=False)
        entitlements = cycle.entitlement_ids.sorted("id")
        for entitlement, change in zip(entitlements, changes, strict=False):
            entitlement.with_user(self.writer).write(change)
        self.run_jobs()
        self.assertEqual(entitlements.mapped("bridge_problem"), ["not_approved"] * 4 + [False])
        self.assertIn("Writer: 4", cycle.bridge_message)

    def test_an_amount_that_was_written_past_odoo_is_seen_as_well(self):
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle, jobs=False)
        self.env.cr.execute(
            "UPDATE g2p_entitlement SET initial_amount = 10.01 WHERE id = %s",
            [cycle.entitlement_ids[0].id],
        )
        self.env.invalidate_all()
        self.run_jobs()
        self.assertEqual(len(self.payments(cycle)), 1)
        self.assertIn("somebody past Odoo: 1", cycle.bridge_message)

    def test_a_cycle_that_left_the_approval_needs_another_one(self):
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle, jobs=False)
        cycle.with_user(self.writer).write({"state": "draft"})
        cycle.with_user(self.writer).write({"state": "approved"})
        self.settle(cycle)
        self.assertFalse(self.payments(cycle))
        self.assertIn("Writer", cycle.bridge_message)

    def test_only_as_far_as_the_fund_goes(self):
        cycle = self.make_cycle(self.make_people(3), ["400.00", "300.00", "0.01"])
        answer = self.approve(cycle)
        self.assertEqual(answer["params"]["type"], "danger")
        self.assertIn("1 entitlements are not approved yet", cycle.bridge_message)
        open_one = cycle.entitlement_ids.filtered(lambda one: one.state != "approved")
        open_one.with_user(self.writer).state = "approved"
        self.settle(cycle)
        self.assertEqual(len(self.payments(cycle)), 2)
        self.assertEqual(open_one.bridge_problem, "not_approved")

    def test_nobody_writes_the_record_of_an_approval(self):
        cycle = self.make_cycle(self.make_people(1)).with_user(self.writer)
        for record, values in (
            (cycle, {"bridge_approved_by_id": self.approver.id}),
            (cycle, {"bridge_approved_at": fields.Datetime.now()}),
            (cycle, {"bridge_maker_ids": [(5, 0, 0)]}),
            (cycle.entitlement_ids, {"bridge_approved_by_id": self.approver.id}),
            (cycle.entitlement_ids, {"bridge_approved_amount": 10}),
        ):
            with self.subTest(values), self.assertRaises(UserError):
                record.write(values)

    def test_makers_of_a_cycle_do_not_release_its_envelope(self):
        """Who made, changed and approved it, whatever group of PBMS they are in."""
        self.program.approval = "other"
        approver_of_both = self.approver
        approver_of_both.write(
            {"group_ids": [(4, self.env.ref("g2p_bridge_base.group_approver").id)]}
        )
        cycle = self.make_cycle(self.make_people(2))
        cycle.entitlement_ids[0].with_user(self.writer).write({"initial_amount": 11})
        self.approve(cycle)
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.state, "to_approve")
        for maker in (self.writer, approver_of_both):
            with self.subTest(maker.login), self.assertRaises(AccessError):
                envelope.with_user(maker).action_approve()

    def test_number_of_statements_of_an_approval_does_not_grow(self):
        """Recording approvals costs the same few statements for ten as for one."""
        self.assertAskedAsOften("bridge_approved")
