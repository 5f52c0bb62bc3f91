# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import UserError

from .report_back_common import ReportBackCase

TABLES = ("g2p_payment", "g2p_entitlement", "g2p_payment_batch", "g2p_cycle", "mail_message")


class TestReportBackAgain(ReportBackCase):
    """Reports may come twice, late, in another order or never: the end is the same."""

    def rows(self, *tables):
        self.env.flush_all()
        found = {}
        for table in tables:
            self.env.cr.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY id")
            found[table] = self.env.cr.fetchall()
        return found

    def everything(self, cycle):
        for batch in cycle.bridge_envelope_ids.bank_batch_ids:
            batch._job_report_back()
        cycle._job_bridge_settle()
        self.commit()
        self.run_jobs()

    def test_twice(self):
        self.refuse(ID1="LIMIT_EXCEEDED")
        cycle = self.paid_cycle("10.00", "20.00", "30.00")
        _refused, paid, back = self.lines(cycle)
        self.debit(paid, back)
        self.reverse(back)
        self.assertEqual(cycle.state, "distributed")
        before = self.rows(*TABLES)
        self.everything(cycle)
        self.assertEqual(self.rows(*TABLES), before)

    def test_late_report_of_an_older_payment_leaves_the_newer_one_alone(self):
        self.refuse(ID1="ACCOUNT_CLOSED")
        cycle = self.paid_cycle("10.00", "20.00")
        old_batch = cycle.bridge_envelope_ids.bank_batch_ids
        self.bank_script.__dict__.pop("initiate_payment")
        self.prepare_again(cycle)
        old, _other, new = self.payments(cycle)
        self.debit(new.bridge_disbursement_id)
        # As if the first report of the old payment came only now.
        self.env.cr.execute(
            "UPDATE g2p_payment SET status = NULL, state = 'issued', bridge_envelope_id = NULL"
            " WHERE id = %s",
            [old.id],
        )
        self.env.invalidate_all()
        old_batch._job_report_back()
        self.assertPayment(old, "sent", "failed")
        self.assertPayment(new, "reconciled", "paid", "10.00")
        self.assertEqual(old.entitlement_id.state, "rdpd2ben")

    def test_a_payment_that_was_replaced_does_not_come_to_life_again(self):
        self.refuse(ID1="ACCOUNT_CLOSED")
        cycle = self.paid_cycle("10.00", "20.00")
        self.prepare_again(cycle)
        old = self.payments(cycle)[0]
        self.prepare_again(cycle)
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET state = 'resolved', reason_code = NULL"
            " WHERE id = %s",
            [old.bridge_disbursement_id.id],
        )
        live = self.payments(cycle)[-1]
        self.env.cr.execute("UPDATE g2p_payment SET status = NULL WHERE id = %s", [live.id])
        self.env.invalidate_all()
        old.bridge_disbursement_id.bank_batch_id._job_report_back()
        self.assertEqual(old.status, "failed")

    def test_what_a_person_decided_afterwards_stays(self):
        self.refuse(ID1="ACCOUNT_CLOSED")
        cycle = self.paid_cycle("10.00", "20.00")
        entitlement = self.entitlements(cycle)[0]
        self.assertEqual(entitlement.state, "approved")
        entitlement.state = "rdpd2ben"  # in cash, at the counter
        self.everything(cycle)
        self.env["g2p.bridge.bank.batch"]._cron_report_back()
        self.run_jobs()
        self.assertEqual(entitlement.state, "rdpd2ben")

    def test_cancelled_entitlement_stays_cancelled_and_is_named(self):
        cycle = self.paid_cycle("10.00", "20.00")
        entitlement = self.entitlements(cycle)[0]
        entitlement.state = "cancelled"
        self.debit(*self.lines(cycle))
        self.assertEqual(entitlement.state, "cancelled")
        self.assertPayment(entitlement.payment_ids, "reconciled", "paid", "10.00")
        self.assertEqual(cycle.bridge_withdrawn_count, 1)
        action = cycle.with_context(bridge_line="withdrawn").action_bridge_open_entitlements()
        self.assertEqual(self.env["g2p.entitlement"].search(action["domain"]), entitlement)
        self.assertTotals(cycle, paid=(1, "20.00"))

    def test_expired_entitlement_that_was_paid_is_paid(self):
        cycle = self.paid_cycle("10.00", "20.00")
        entitlements = self.entitlements(cycle)
        entitlements.write({"state": "expired"})
        self.debit(self.lines(cycle)[0])
        self.assertEqual(entitlements.mapped("state"), ["rdpd2ben", "expired"])

    def test_heartbeat_finds_what_events_missed(self):
        model = type(self.env["g2p.bridge.bank.batch"])
        with patch.object(model, "_lines_changed"):
            cycle = self.paid_cycle("10.00", "20.00")
            self.debit(*self.lines(cycle))
        self.assertPayment(self.payments(cycle)[0], "issued", False)
        self.env["g2p.bridge.bank.batch"]._cron_report_back()
        self.run_jobs()
        self.assertPayment(self.payments(cycle)[0], "reconciled", "paid", "10.00")
        self.assertEqual(cycle.state, "distributed")

    def test_heartbeat_has_nothing_to_report_afterwards(self):
        cycle = self.paid_cycle("10.00", "20.00")
        batches = cycle.bridge_envelope_ids.bank_batch_ids
        self.assertTrue(batches)
        self.assertFalse(batches._differing())

    def test_an_unfinished_envelope_keeps_the_cycle_open(self):
        cycle = self.paid_cycle("10.00")
        with patch.object(type(self.env["g2p.bridge.envelope"]), "_refresh_state"):
            self.debit(*self.lines(cycle))
        self.assertEqual(cycle.state, "approved")
        cycle.bridge_envelope_ids._advance()
        self.run_jobs()
        self.assertEqual(cycle.state, "distributed")

    def test_somebody_payable_who_was_not_sent_keeps_the_cycle_open(self):
        cycle = self.paid_cycle("10.00")
        self.manager.automatic_start = "manual"
        late = self.make_entitlements(cycle, self.make_people(1, 9), ["5.00"])
        self.debit(*self.lines(cycle))
        self.assertEqual(cycle.state, "approved")
        self.assertEqual(late.bridge_payment_state, "not_sent")
        late.state = "cancelled"
        self.env["g2p.bridge.bank.batch"]._cron_report_back()
        self.run_jobs()
        self.assertEqual(cycle.state, "distributed")

    def test_somebody_who_cannot_be_paid_does_not_keep_the_cycle_open(self):
        people = self.make_people(2)
        people[1].reg_ids.unlink()
        cycle = self.make_cycle(people, ["10.00", "20.00"])
        self.approve(cycle)
        self.debit(*self.lines(cycle))
        self.assertEqual(cycle.state, "distributed")
        self.assertEqual(cycle.bridge_problem_entitlement_ids.bridge_problem, "no_id")

    def test_number_of_statements_does_not_grow_with_the_batch(self):
        small = self._count_statements(10, "Small")
        large = self._count_statements(100, "Large")
        self.assertEqual(small, large)

    def _count_statements(self, size, name):
        """How many SQL statements the report of a paid batch takes."""
        people = self.make_people(size, start=1000 + size)
        cycle = self.make_cycle(people, name=name)
        model = type(self.env["g2p.bridge.bank.batch"])
        with patch.object(model, "_lines_changed"):
            self.approve(cycle)
            self.debit(*self.lines(cycle), statement_number=str(size))
        batch = cycle.bridge_envelope_ids.bank_batch_ids
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        batch._job_report_back()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertEqual(set(self.payments(cycle).mapped("status")), {"paid"})
        return count

    def test_reissued_from_the_cycle_alone(self):
        self.refuse(ID1="ACCOUNT_CLOSED")
        cycle = self.paid_cycle("10.00", "20.00")
        refused, _paid = self.lines(cycle)
        with self.assertRaisesRegex(UserError, "Prepare Payments"):
            asked = refused.action_reissue()["context"]["default_res_ids"]
            window = self.env["g2p.bridge.reissue"].with_context(default_res_ids=asked)
            window.default_get(["res_ids", "program_id"])
