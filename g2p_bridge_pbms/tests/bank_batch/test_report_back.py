# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from unittest.mock import patch

from odoo.addons.g2p_bridge.tests.statement.statement_common import DAY

from .report_back_common import ReportBackCase


class TestReportBack(ReportBackCase):
    """What the bank does with a payment is seen in PBMS, with nobody copying anything."""

    def test_shipped(self):
        cycle = self.paid_cycle("10.00", "20.00")
        for payment in self.payments(cycle):
            self.assertPayment(payment, "sent", False)
            self.assertFalse(payment.payment_datetime)
        self.assertEqual(set(self.entitlements(cycle).mapped("state")), {"trans2FSP"})
        self.assertTrue(cycle.payment_batch_ids.batch_has_started)
        self.assertFalse(cycle.payment_batch_ids.batch_has_completed)
        self.assertEqual(cycle.state, "approved")

    def test_paid(self):
        self.env.company.partner_id.tz = "Asia/Manila"
        cycle = self.paid_cycle("10.00", "20.55")
        self.debit(*self.lines(cycle))
        first, second = self.payments(cycle)
        self.assertPayment(first, "reconciled", "paid", "10.00")
        self.assertPayment(second, "reconciled", "paid", "20.55")
        # The value date begins in Manila eight hours before it begins in Greenwich.
        self.assertEqual(first.payment_datetime, datetime(DAY.year, DAY.month, DAY.day - 1, 16))
        self.assertEqual(set(self.entitlements(cycle).mapped("state")), {"rdpd2ben"})
        self.assertTrue(cycle.payment_batch_ids.batch_has_completed)
        self.assertEqual(cycle.state, "distributed")

    def test_paid_in_part(self):
        cycle = self.paid_cycle("10.00", "20.00")
        self.debit(self.lines(cycle)[0])
        first, second = self.payments(cycle)
        self.assertPayment(first, "reconciled", "paid", "10.00")
        self.assertPayment(second, "sent", False)
        self.assertEqual(self.entitlements(cycle).mapped("state"), ["rdpd2ben", "trans2FSP"])
        self.assertFalse(cycle.payment_batch_ids.batch_has_completed)
        self.assertEqual(cycle.state, "approved")

    def test_settling_looks_at_the_batches_that_it_is_told_of(self):
        self.manager.batch_size = 1
        cycle = self.paid_cycle("10.00", "20.00")
        first, second = cycle.payment_batch_ids.sorted("id")
        self.payments(cycle).write({"status": "paid"})
        cycle._job_bridge_settle(batch_ids=first.ids)
        self.assertTrue(first.batch_has_completed)
        self.assertFalse(second.batch_has_completed)
        cycle._job_bridge_settle()
        self.assertTrue(second.batch_has_completed)

    def test_refused_by_the_bank(self):
        self.refuse(ID1="ACCOUNT_CLOSED")
        cycle = self.paid_cycle("10.00", "20.00")
        refused, sent = self.payments(cycle)
        self.assertPayment(refused, "sent", "failed")
        self.assertEqual(refused.bridge_failure_code, "ACCOUNT_CLOSED")
        self.assertEqual(
            refused.bridge_failure_reason, "The bank refused the payment. The account is closed."
        )
        self.assertPayment(sent, "sent", False)
        self.assertEqual(self.entitlements(cycle).mapped("state"), ["approved", "trans2FSP"])
        entitlement = refused.entitlement_id
        self.assertEqual(entitlement.bridge_payment_state, "failed")
        self.assertEqual(entitlement.bridge_failure_reason, refused.bridge_failure_reason)

    def test_unknown_to_the_mapper(self):
        self.ask_mapper("ID2")
        cycle = self.paid_cycle("10.00", "20.00", "30.00")
        _paid, unknown, _other = self.payments(cycle)
        self.assertPayment(unknown, "issued", "failed")
        self.assertIn("does not know the beneficiary ID", unknown.bridge_failure_reason)
        self.assertEqual(unknown.entitlement_id.state, "approved")
        lines = self.lines(cycle)
        self.debit(lines[0], lines[2])
        self.assertEqual(cycle.state, "distributed")
        self.assertEqual(cycle.bridge_failed_payment_ids, unknown)

    def test_held_back_for_an_unresolved_one_nothing_has_failed(self):
        self.ask_mapper("ID2")
        self.program.write({"own_policies": True, "unresolved": "hold"})
        cycle = self.paid_cycle("10.00", "20.00")
        for payment in self.payments(cycle):
            self.assertPayment(payment, "issued", False)
        self.assertEqual(set(self.entitlements(cycle).mapped("state")), {"approved"})

    def test_resolved_again(self):
        self.ask_mapper("ID2")
        # While the bank still has to give the rest of the hold back, nobody else may be paid.
        with patch.object(type(self.env["g2p.bridge.envelope"]), "_start_release"):
            cycle = self.paid_cycle("10.00", "20.00")
            unknown = self.payments(cycle)[1]
            self.assertPayment(unknown, "issued", "failed")
            self.mapper_script.unknown = set()
            cycle.bridge_envelope_ids.action_resolve_again()
            self.run_jobs()
        self.assertPayment(unknown, "sent", False)
        self.assertFalse(unknown.bridge_failure_reason)
        self.assertEqual(unknown.entitlement_id.state, "trans2FSP")

    def test_returned_by_the_bank(self):
        cycle = self.paid_cycle("10.00", "20.00")
        back, kept = self.lines(cycle)
        self.process(self.entry("D", back), self.entry("D", kept), self.entry("RD", back))
        returned, paid = self.payments(cycle)
        self.assertPayment(returned, "reconciled", "failed")
        self.assertEqual(
            returned.bridge_failure_reason, "The bank returned the money. The account is closed."
        )
        self.assertPayment(paid, "reconciled", "paid", "20.00")
        self.assertEqual(self.entitlements(cycle).mapped("state"), ["approved", "rdpd2ben"])
        self.assertEqual(cycle.state, "distributed")

    def test_returned_after_the_cycle_was_distributed_and_paid_again(self):
        cycle = self.paid_cycle("10.00", "20.00")
        back, kept = self.lines(cycle)
        self.debit(back, kept)
        self.assertEqual(cycle.state, "distributed")
        said = cycle.message_ids
        self.reverse(back)
        old = self.payments(cycle)[0]
        self.assertPayment(old, "reconciled", "failed")
        self.assertFalse(old.payment_datetime)
        self.assertEqual(old.entitlement_id.state, "approved")
        self.assertEqual(cycle.state, "distributed")
        self.assertIn("1 payments have failed", (cycle.message_ids - said).body)

        self.prepare_again(cycle)
        new = self.payments(cycle)[2]
        self.assertEqual(new.entitlement_id, old.entitlement_id)
        self.assertEqual(new.bridge_disbursement_id.reissue_of_id, back)
        self.assertPayment(new, "sent", False)
        self.assertEqual(old.entitlement_id.state, "trans2FSP")
        self.debit(new.bridge_disbursement_id, **self.following(2, 3))
        self.assertPayment(new, "reconciled", "paid", "10.00")
        self.assertPayment(old, "reconciled", "failed")
        self.assertEqual(old.entitlement_id.state, "rdpd2ben")
        self.assertEqual(cycle.state, "distributed")

    def test_cancelled_envelope(self):
        self.manager.automatic_start = "manual"
        cycle = self.paid_cycle("10.00", "20.00")
        self.prepare_again(cycle)
        envelope = cycle.bridge_envelope_ids
        self._cancel(envelope)
        for payment in self.payments(cycle):
            self.assertPayment(payment, "issued", "failed")
            self.assertIn("cancelled", payment.bridge_failure_reason)
        self.assertEqual(set(self.entitlements(cycle).mapped("state")), {"approved"})
        self.assertTrue(cycle.payment_batch_ids.batch_has_completed)
        # Nobody was paid: that is no distribution.
        self.assertEqual(cycle.state, "approved")
        self.prepare_again(cycle)
        self.assertEqual(len(self.payments(cycle)), 4)

    def test_cancelled_before_it_was_filled(self):
        self.manager.automatic_start = "manual"
        cycle = self.paid_cycle("10.00", "20.00")
        cycle.with_user(self.manager_user).prepare_payment()
        self._cancel(cycle.bridge_envelope_ids)
        self.assertFalse(self.lines(cycle))
        for payment in self.payments(cycle):
            self.assertPayment(payment, "issued", "failed")
            self.assertIn("cancelled", payment.bridge_failure_reason)

    def test_other_senders_envelopes_are_none_of_our_business(self):
        envelope = self.filled_envelope("10.00")
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
        jobs = self.env["queue.job"].search([("method_name", "=", "_job_report_back")])
        self.assertFalse(jobs)

    def _cancel(self, envelope):
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": envelope.disbursement_envelope_id}, "Wrong month"
        )
        self.commit()
        self.run_jobs()
