# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from ..bank_batch.report_back_common import ReportBackCase


class TestArchive(ReportBackCase):
    """Payments of PBMS keep their disbursement while it lies in the archive."""

    def setUp(self):
        super().setUp()
        self.cycle = self.paid_cycle("10.00", "20.00")
        self.back, self.kept = self.lines(self.cycle)
        self.names = (self.back | self.kept).mapped("disbursement_id")
        self.debit(self.back, self.kept)
        self.reverse(self.back)
        self.envelope = self.cycle.bridge_envelope_ids

    def archive(self):
        self.envelope._archive("Old")
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(self.envelope.archive_state, "archived")
        self.assertFalse(self.envelope.disbursement_ids)

    def test_links_last_and_are_shown(self):
        before = self.payments(self.cycle).mapped("bridge_disbursement_id.id")
        self.archive()
        payments = self.payments(self.cycle)
        self.assertEqual(payments.bridge_disbursement_id.ids, before)
        field = {"bridge_disbursement_id": {"fields": {"display_name": {}}}}
        shown = [row["bridge_disbursement_id"]["display_name"] for row in payments.web_read(field)]
        self.assertEqual(shown, self.names)
        action = payments[0].action_bridge_open_disbursement()
        opened = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(opened.disbursement_id, self.names[0])

    def test_what_pbms_knows_stays(self):
        totals = {"paid": (1, "20.00"), "failed": (1, "10.00")}
        self.assertTotals(self.cycle, **totals)
        self.archive()
        self.env["g2p.bridge.bank.batch"]._cron_report_back()
        self.run_jobs()
        self.assertTotals(self.cycle, **totals)
        returned, paid = self.payments(self.cycle)
        self.assertPayment(returned, "reconciled", "failed")
        self.assertPayment(paid, "reconciled", "paid", "20.00")

    def test_who_was_not_paid_is_paid_once_it_is_back(self):
        self.archive()
        self.prepare_again(self.cycle)
        new = self.payments(self.cycle)[2]
        self.assertFalse(new.bridge_disbursement_id)
        self.assertIn("Bring Back", self.cycle.bridge_message)
        self.envelope._bring_back("To be paid again")
        self.run_jobs()
        self.env["g2p.cycle"]._cron_bridge_heartbeat()
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(new.bridge_disbursement_id.reissue_of_id, self.back)

    def test_a_late_return_reaches_pbms(self):
        self.archive()
        self.process(self.entry("RD", self.names[1], "20.00"), **self.following(3, 4))
        self.assertPayment(self.payments(self.cycle)[1], "reconciled", "failed")

    def test_not_before_pbms_was_told(self):
        self.payments(self.cycle)[0].status = False
        self.env.flush_all()
        with self.assertRaises(UserError) as caught:
            self.envelope._archive("Old")
        self.assertIn("PBMS", str(caught.exception))
