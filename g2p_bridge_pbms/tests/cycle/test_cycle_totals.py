# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

from ..bank_batch.report_back_common import ReportBackCase


class TestCycleTotals(ReportBackCase):
    """Entitled = paid + in flight + failed + not yet sent, to the cent, in every state."""

    def test_before_anything_is_sent(self):
        self.manager.automatic_start = "manual"
        cycle = self.paid_cycle("0.10", "0.20", "1000000.03")
        self.assertTotals(cycle, not_sent=(3, "1000000.33"))
        self.assertTrue(cycle.bridge_is_used)
        self.assertEqual(cycle.bridge_currency_id, self.currency)

    def test_in_flight(self):
        cycle = self.paid_cycle("0.10", "0.20", "0.30")
        self.assertTotals(cycle, in_flight=(3, "0.60"))

    def test_mixed(self):
        self.ask_mapper("ID2")
        self.refuse(ID3="ACCOUNT_BLOCKED")
        cycle = self.paid_cycle("10.01", "20.02", "30.03", "40.04", "50.05")
        self.debit(self.lines(cycle)[0])
        self.manager.automatic_start = "manual"
        self.make_entitlements(cycle, self.make_people(1, 9), ["60.06"])
        self.assertTotals(
            cycle,
            paid=(1, "10.01"),
            in_flight=(2, "90.09"),
            failed=(2, "50.05"),
            not_sent=(1, "60.06"),
        )

    def test_returned_and_paid_again(self):
        cycle = self.paid_cycle("10.01", "20.02")
        back, kept = self.lines(cycle)
        self.debit(back, kept)
        self.assertTotals(cycle, paid=(2, "30.03"))
        self.reverse(back)
        self.assertTotals(cycle, paid=(1, "20.02"), failed=(1, "10.01"))
        self.prepare_again(cycle)
        self.assertTotals(cycle, paid=(1, "20.02"), in_flight=(1, "10.01"))
        self.assertFalse(cycle.bridge_failed_payment_ids)
        new = self.payments(cycle)[2].bridge_disbursement_id
        self.debit(new, **self.following(2, 3))
        self.assertTotals(cycle, paid=(2, "30.03"))
        self.assertEqual(cycle.bridge_envelope_count, 2)

    def test_cancelled_envelope(self):
        self.manager.automatic_start = "manual"
        cycle = self.paid_cycle("10.01", "20.02")
        self.prepare_again(cycle)
        self.assertTotals(cycle, in_flight=(2, "30.03"))
        envelope = cycle.bridge_envelope_ids
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}, "Wrong month"
        )
        self.run_jobs()
        self.assertTotals(cycle, failed=(2, "30.03"))

    def test_entitlements_that_are_not_approved_do_not_count(self):
        cycle = self.paid_cycle("10.00")
        people = self.make_people(2, 8)
        self.make_entitlements(cycle, people[:1], ["5.00"], state="cancelled")
        self.make_entitlements(cycle, people[1:], ["6.00"], state="draft")
        self.assertTotals(cycle, in_flight=(1, "10.00"))

    def expire(self, cycle):
        """What PBMS does every day once the cycle is over."""
        cycle.entitlement_ids.valid_until = fields.Date.today() - timedelta(days=1)
        self.env["g2p.entitlement"]._gc_mark_expired_entitlement()

    def test_who_was_handed_over_and_expires_stays_in_the_totals(self):
        self.refuse(ID3="ACCOUNT_BLOCKED")
        self.manager.write({"automatic_start": "schedule", "schedule_rule": "approval"})
        cycle = self.paid_cycle("10.01", "20.02", "30.03")
        self.make_entitlements(cycle, self.make_people(1, 9), ["60.06"])  # never handed over
        cycle.entitlement_ids.state = "approved"
        self.expire(cycle)
        self.assertEqual(set(self.entitlements(cycle).mapped("state")), {"expired"})
        self.assertTotals(cycle, in_flight=(2, "30.03"), failed=(1, "30.03"))
        self.assertEqual(len(cycle.bridge_failed_payment_ids), 1)
        self.assertEqual(cycle.bridge_withdrawn_count, 0)
        paid, back = self.lines(cycle)[:2]
        self.debit(paid, back)
        self.expire(cycle)
        self.assertTotals(cycle, paid=(2, "30.03"), failed=(1, "30.03"))
        self.reverse(back)
        self.expire(cycle)
        self.assertTotals(cycle, paid=(1, "10.01"), failed=(2, "50.05"))

    def test_who_has_expired_is_paid_again_as_far_as_the_fund_goes(self):
        self.env["g2p.program.fund"].search([]).state = "cancelled"
        self.make_fund(self.pbms_program, 60)
        self.refuse(ID1="ACCOUNT_CLOSED", ID2="ACCOUNT_CLOSED", ID3="ACCOUNT_CLOSED")
        cycle = self.paid_cycle("10.00", "20.00", "30.00")
        self.bank_script.__dict__.pop("initiate_payment")
        self.expire(cycle)
        # What has expired is not owed any more, so another cycle may be approved meanwhile.
        self.paid_cycle("25.00", name="Cycle 2")
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.payments(cycle)), 3)
        self.prepare_again(cycle)
        first, second, third = self.entitlements(cycle)
        self.assertEqual((first | second).mapped("state"), ["trans2FSP"] * 2)
        self.assertEqual((third.state, third.bridge_problem), ("expired", "no_fund"))
        self.assertIn("fund does not cover it (1)", cycle.bridge_message)
        self.assertTotals(cycle, in_flight=(2, "30.00"), failed=(1, "30.00"))

    def test_changed_after_the_payment_was_made(self):
        cycle = self.paid_cycle("10.00", "20.00")
        changed = self.entitlements(cycle)[1]
        changed.initial_amount = 25
        self.assertTotals(cycle, in_flight=(2, "35.00"))
        self.assertEqual(cycle.bridge_changed_count, 1)
        action = cycle.with_context(bridge_line="changed").action_bridge_open_entitlements()
        self.assertEqual(self.env["g2p.entitlement"].search(action["domain"]), changed)

    def test_fifteen_digits(self):
        cycle = self.paid_cycle("999999999999.99", "8888888888888.01"[:12] + ".01", "0.01")
        self.assertTotals(cycle, in_flight=(3, "1888888888888.01"))

    def test_other_payment_managers_show_no_page(self):
        program = self.env["g2p.program"].create({"name": "By Hand"})
        cycle = self.make_cycle(self.make_people(1), program=program)
        self.assertFalse(cycle.bridge_is_used)
        self.assertTotals_are_empty(cycle)

    def assertTotals_are_empty(self, cycle):
        self.assertEqual((cycle.bridge_entitled_count, cycle.bridge_entitled_amount), (0, 0))

    def test_a_program_in_another_currency_than_the_account(self):
        self.pbms_program.journal_id = self.make_journal(self.env.ref("base.EUR"))
        cycle = self.paid_cycle("10.00")
        self.assertTotals_are_empty(cycle)
        self.assertEqual(cycle.bridge_problem_count, 1)
        self.assertEqual(cycle.bridge_problem_entitlement_ids.bridge_problem, "wrong_currency")

    def test_people_without_a_role_in_the_bridge_read_the_totals(self):
        cycle = self.paid_cycle("10.00")
        user = new_test_user(self.env, "only_pbms", "g2p_programs.g2p_program_cycle_approver")
        self.env.invalidate_all()
        mine = cycle.with_user(user)
        self.assertEqual((mine.bridge_in_flight_count, mine.bridge_in_flight_amount), (1, 10))
        views = mine.get_views([(self.env.ref("g2p_programs.view_cycle_form").id, "form")])
        shown = views["models"]["g2p.cycle"]["fields"]
        self.assertIn("bridge_paid_amount", shown)
        self.assertNotIn("bridge_envelope_ids", shown)
        arch = views["views"]["form"]["arch"]
        self.assertNotIn("action_bridge_open_envelopes", arch)
        self.assertNotIn("action_bridge_summary_report", arch)
        mine.web_read({name: {} for name in shown if name.startswith("bridge_")})

    def test_envelope_leads_back_to_its_cycle(self):
        cycle = self.paid_cycle("10.00")
        envelope = cycle.bridge_envelope_ids
        self.assertEqual(cycle.action_bridge_open_envelopes()["res_id"], envelope.id)
        self.assertEqual(envelope.action_open_pbms_cycle()["res_id"], cycle.id)
