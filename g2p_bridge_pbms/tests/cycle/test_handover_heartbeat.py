# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from ..common import PbmsCase


class TestHeartbeat(PbmsCase):
    """Whatever dies or is lost: one envelope, and each entitlement in it once."""

    def test_crash_in_the_third_batch_is_made_good(self):
        self.manager.batch_size = 10
        cycle = self.make_cycle(self.make_people(50))
        batch_model = type(self.env["g2p.payment.batch"])
        link = batch_model._bridge_link

        def dying(batch, *args):
            link(batch, *args)
            if batch.external_batch_ref.endswith("/3"):
                raise RuntimeError("the machine died")

        self.approve(cycle, jobs=False)
        with patch.object(batch_model, "_bridge_link", dying):
            self.run_jobs_to_death()
        self.assertEqual(len(self.disbursements(cycle)), 20)
        self.assertEqual(self.envelopes(cycle).state, "receiving")
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.disbursements(cycle)), 50)
        payments = self.payments(cycle)
        self.assertEqual(len(payments.bridge_disbursement_id), 50)
        self.assertEqual(len(self.envelopes(cycle)), 1)
        self.assertEqual(self.envelopes(cycle).state, "shipped")

    def test_crash_in_the_round_leaves_nothing(self):
        cycle = self.make_cycle(self.make_people(5))
        manager_model = type(self.manager)
        self.approve(cycle, jobs=False)
        with patch.object(manager_model, "_create_payments", side_effect=RuntimeError("died")):
            self.run_jobs_to_death()
        self.assertFalse(self.envelopes(cycle))
        self.assertFalse(cycle.payment_batch_ids)
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.disbursements(cycle)), 5)
        self.assertEqual(len(self.envelopes(cycle)), 1)

    def test_missed_cycle_is_found_and_made_by_its_approver(self):
        cycle = self.make_cycle(self.make_people(5))
        self.approve(cycle, jobs=False)
        self.jobs("_job_bridge_hand_over").unlink()
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.disbursements(cycle)), 5)
        self.assertEqual(self.envelopes(cycle).maker_ids, self.approver)

    def test_heartbeat_leaves_what_is_done_alone(self):
        cycle = self.make_cycle(self.make_people(5))
        self.approve(cycle)
        self.heartbeat()
        self.assertFalse(self.jobs("_job_bridge_hand_over"))
        self.assertFalse(self.jobs("_job_bridge_fill"))

    def test_what_was_approved_before_automatic_start_is_left_to_people(self):
        self.manager.automatic_start = "manual"
        cycle = self.make_cycle(self.make_people(5))
        self.approve(cycle)
        cycle.bridge_approved_at = fields.Datetime.now() - timedelta(hours=2)
        self.manager.automatic_start = "approval"
        self.heartbeat()
        self.run_jobs()
        self.assertFalse(self.payments(cycle))

    def test_failed_payments_are_not_repeated_by_themselves(self):
        cycle = self.make_cycle(self.make_people(5))
        self.approve(cycle)
        self.payments(cycle).write({"status": "failed"})
        self.heartbeat()
        self.run_jobs()
        self.assertEqual(len(self.payments(cycle)), 5)

    def test_corrected_entitlement_is_found(self):
        people = self.make_people(2)
        people[1].reg_ids.unlink()
        cycle = self.make_cycle(people)
        self.approve(cycle)
        self.assertIn("No usable ID (1)", cycle.bridge_message)
        self.env["g2p.reg.id"].create(
            {"partner_id": people[1].id, "id_type": self.id_type.id, "value": "LATE"}
        )
        self.heartbeat()
        self.run_jobs()
        self.assertFalse(cycle.bridge_message)
        self.assertFalse(cycle.entitlement_ids.filtered("bridge_problem"))
        self.assertEqual(self.disbursements(cycle).mapped("beneficiary_id"), ["ID1", "LATE"])

    @mute_logger("odoo.sql_db")
    def test_the_database_takes_no_second_live_payment(self):
        cycle = self.make_cycle(self.make_people(1))
        self.approve(cycle)
        payment = self.payments(cycle)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            payment.copy({"bridge_envelope_id": payment.bridge_envelope_id.id})
        self.assertIn("bridge_one_live_payment", str(caught.exception))
