# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree
from odoo import fields
from odoo.exceptions import UserError

from ..bank_batch.report_back_common import ReportBackCase


class TestBesidePbms(ReportBackCase):
    """What PBMS itself shows and does with cycles and payments that the bridge looks after."""

    def related(self, cycle):
        return self.env["queue.job"].search(cycle._get_related_job_domain())

    def test_related_jobs_of_each_cycle_whatever_jobs_the_bridge_has(self):
        first, second = self.paid_cycle("1.00"), self.paid_cycle("2.00", name="Cycle 2")
        self.debit(*self.lines(first))
        self.run_jobs()
        self.heartbeat()
        methods = self.env["queue.job"].search([("model_name", "like", "g2p.cycle")])
        self.assertLessEqual(
            {"_job_bridge_hand_over", "_job_bridge_settle"}, set(methods.mapped("method_name"))
        )
        for cycle in (first, second):
            jobs = self.related(cycle)
            self.assertIn("_job_bridge_hand_over", jobs.mapped("method_name"))
            self.assertEqual(jobs.mapped("args"), [[cycle, *job.args[1:]] for job in jobs])

    def test_related_jobs_after_a_preparation_in_the_background(self):
        self.manager.automatic_start = "manual"
        self.patch(type(self.manager), "MAX_PAYMENTS_FOR_SYNC_PREPARE", 1)
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        cycle.with_user(self.manager_user).prepare_payment()
        self.assertTrue(self.jobs("_job_bridge_prepare"))
        self.related(cycle)

    def test_batches_and_payments_have_names_of_their_own(self):
        self.manager.batch_size = 1
        cycle = self.paid_cycle("1.00", "2.00", "3.00")
        other = self.paid_cycle("4.00", name="Cycle 2")
        batches = cycle.payment_batch_ids | other.payment_batch_ids
        self.assertEqual(len(batches), 4)
        self.assertEqual(len(set(batches.mapped("name"))), 4)
        self.assertTrue(all(batches.mapped("stats_datetime")))
        payments = self.payments(cycle) | self.payments(other)
        self.assertEqual(len(set(payments.mapped("name"))), 4)

    def test_send_in_a_distributed_cycle(self):
        cycle = self.paid_cycle("1.00", "2.00")
        back, kept = self.lines(cycle)
        self.debit(back, kept)
        self.run_jobs()
        self.assertEqual(cycle.state, "distributed")
        self.reverse(back)
        self.run_jobs()
        self.manager.automatic_start = "manual"
        self.assertFalse(cycle.bridge_is_to_send)
        self.prepare_again(cycle)
        cycle.invalidate_recordset()
        self.assertTrue(cycle.bridge_is_to_send)
        button = self.send_buttons(cycle, self.manager_user)[1]
        self.assertEqual(button, "state != 'distributed' or not bridge_is_to_send")
        cycle.with_user(self.manager_user).send_payment()
        self.run_jobs()
        cycle.invalidate_recordset()
        self.assertFalse(cycle.bridge_is_to_send)
        self.assertTrue(all(cycle.bridge_envelope_ids.mapped("started_by_id")[-1:]))

    def send_buttons(self, cycle, user):
        """When the buttons of the form that send are hidden."""
        view = self.env.ref("g2p_programs.view_cycle_form").id
        arch = etree.fromstring(cycle.with_user(user).get_view(view, "form")["arch"])
        return [node.get("invisible") for node in arch.iter("button") if is_send(node)]

    def test_approved_entitlements_stay_approved_for_pbms(self):
        cycle = self.paid_cycle("1.00", "2.00")
        self.assertEqual(set(cycle.entitlement_ids.mapped("state")), {"trans2FSP"})
        self.assertTrue(cycle.show_approve_entitlements_button)
        self.debit(self.lines(cycle)[0])
        self.run_jobs()
        cycle.invalidate_recordset()
        self.assertTrue(cycle.show_approve_entitlements_button)
        self.make_entitlements(cycle, self.make_people(1, start=9), ["5.00"], state="draft")
        cycle.invalidate_recordset()
        self.assertFalse(cycle.show_approve_entitlements_button)

    def test_entitlements_keep_their_reference_number(self):
        """PBMS draws another one whenever it writes a state itself."""
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle, jobs=False)
        numbers = {one: one.ern for one in cycle.entitlement_ids}
        self.assertTrue(all(numbers.values()))
        self.run_jobs()
        back, kept = self.lines(cycle)
        self.debit(back, kept)
        self.run_jobs()
        self.reverse(back)
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(set(cycle.entitlement_ids.mapped("state")), {"rdpd2ben", "approved"})
        self.assertEqual({one: one.ern for one in cycle.entitlement_ids}, numbers)

    def test_what_pbms_keeps_of_a_status(self):
        cycle = self.paid_cycle("1.00", "2.00")
        paid, other = self.payments(cycle)
        self.assertFalse(paid.status_is_final or paid.status_datetime)
        self.debit(self.lines(cycle)[0])
        self.run_jobs()
        self.env.invalidate_all()
        self.assertTrue(paid.status_is_final)
        self.assertAlmostEqual(
            paid.status_datetime.timestamp(), fields.Datetime.now().timestamp(), delta=60
        )
        self.assertFalse(other.status_is_final or other.status_datetime)

    def test_payments_that_never_left_have_a_final_status(self):
        self.manager.automatic_start = "manual"
        cycle = self.make_cycle(self.make_people(1))
        self.approve(cycle)
        cycle.with_user(self.manager_user).prepare_payment()
        self.jobs("_job_bridge_fill").unlink()
        cycle.mark_cancelled()
        self.run_jobs()
        self.env.invalidate_all()
        payment = self.payments(cycle)
        self.assertEqual((payment.status, payment.status_is_final), ("failed", True))
        self.assertTrue(payment.status_datetime)

    def test_account_number_is_where_the_money_goes(self):
        """Where an ID mapper or the bank says where that is, PBMS has none."""
        person = self.make_person(1)
        self.env["res.partner.bank"].create({"partner_id": person.id, "acc_number": "BE68 5390"})
        by_id = self.make_cycle(person, name="By ID")
        self.approve(by_id)
        self.assertFalse(self.payments(by_id).account_number)
        self.manager.beneficiary_id_source = "bank_account"
        by_account = self.make_cycle(person, name="By account")
        self.approve(by_account)
        self.assertEqual(self.payments(by_account).account_number, "BE685390")

    def test_menu_among_the_other_managers(self):
        menu = self.env.ref("g2p_bridge_pbms.menu_payment_manager")
        sibling = self.env.ref("g2p_programs.menu_payment_manager_default")
        self.assertEqual(menu.parent_id, sibling.parent_id)

    def test_the_payment_manager_of_another_program_pays_nothing(self):
        """Everybody may write programs in PBMS."""
        other, _manager = self.make_pbms_program("Other", self.program)
        finance = self.make_user("only_finance", "g2p_finance_validator")
        cycle = self.make_cycle(self.make_people(1))
        self.pbms_program.with_user(finance).payment_managers = other.payment_managers.ids
        self.approve(cycle)
        self.assertFalse(self.payments(cycle))
        self.assertIn("is that of Other", cycle.bridge_message)

    def test_whoever_may_not_see_cycles_is_told_so_in_words(self):
        cycle = self.paid_cycle("1.00")
        officer = self.make_user("bridge_only", "g2p_bridge_base.group_officer")
        with self.assertRaisesRegex(UserError, "Cycle 1 of Child Grant"):
            cycle.bridge_envelope_ids.with_user(officer).action_open_pbms_cycle()
        manager = cycle.bridge_envelope_ids.with_user(self.manager_user)
        self.assertEqual(manager.action_open_pbms_cycle()["res_id"], cycle.id)


def is_send(node):
    return node.get("name") == "send_payment" and node.getparent().tag == "header"
