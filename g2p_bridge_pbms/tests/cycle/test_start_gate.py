# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.g2p_bridge.models.dashboard.dashboard import Scope

from ..common import PbmsCase

OFFICER = "g2p_bridge_base.group_officer"


class TestStartGate(PbmsCase):
    """One rule says whether a person has to start an envelope, and one gate starts it.

    For an envelope of PBMS its payment manager decides, for others the policy of the program.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program.write({"own_policies": True, "approval": "none"})
        cls.officer = new_test_user(cls.env, "gate_officer", OFFICER)
        cls.program.responsible_id = cls.officer

    def waiting_envelope(self, start, name="Cycle 1"):
        """An envelope of PBMS that is complete and due, and that nothing but its start, or a bank
        that is out of order, holds up."""
        self.bank.environment = "test"
        self.manager.automatic_start = start
        cycle = self.make_cycle(self.make_people(2), name=name)
        self.approve(cycle, jobs=False)
        if start == "manual":
            cycle.with_user(self.manager_user).prepare_payment()
        else:
            cycle.with_user(self.approver)._job_bridge_hand_over()
            self.commit()
        self.bank.environment = "disabled"
        self.run_jobs()
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.state, "scheduled")
        return envelope

    def answers(self, envelope):
        """{place that is asked: whether it says that a person has to start the envelope}"""
        self.env.invalidate_all()
        domains = self.env["g2p.bridge.dashboard"]._envelope_domains(
            Scope(envelope._today(), None, "week", None)
        )
        mine = envelope.with_user(self.officer)
        self.env.flush_all()
        due = SQL(
            "SELECT 1 FROM (%s) i WHERE i.step = 'check' AND i.envelope_id = %s",
            self.env["g2p.bridge.health"]._items(),
            envelope.id,
        )
        return {
            "gate of the money": "start the envelope" in (envelope._funding_refusal() or ""),
            "sentence": "An officer has to start it" in (mine.waiting_for or ""),
            "button": mine.can_start,
            "list of what waits for me": mine.waits_for_me,
            "search of what waits for me": mine in mine.search([("waits_for_me", "=", True)]),
            "dashboard": envelope in envelope.search(domains["start"]),
            "not due in Health": not self.env.execute_query(due),
        }

    def assertWaits(self, envelope, expected):
        answers = self.answers(envelope)
        self.assertEqual(answers, dict.fromkeys(answers, expected))

    def test_every_place_gives_the_same_answer(self):
        for policy in ("automatic", "manual"):
            self.program.start = policy
            by_hand = self.waiting_envelope("manual", f"By Hand, {policy}")
            by_itself = self.waiting_envelope("approval", f"By Itself, {policy}")
            ordinary = self.filled_envelope(cycle_code_mnemonic=f"Ordinary, {policy}")
            self.run_jobs()
            with self.subTest(policy, manager="manual"):
                self.assertWaits(by_hand, True)
            with self.subTest(policy, manager="automatic"):
                self.assertWaits(by_itself, False)
            with self.subTest(policy, manager="none"):
                self.assertWaits(ordinary, policy == "manual")
            # What was said when the envelope was made counts.
            self.manager.automatic_start = "manual"
            with self.subTest(policy, manager="manual afterwards"):
                self.assertWaits(by_itself, False)
            by_hand.pbms_cycle_id.with_user(self.manager_user).send_payment()
            self.run_jobs()
            with self.subTest(policy, manager="manual, started"):
                self.assertWaits(by_hand, False)

    def test_send_payments_goes_through_the_gate_of_officers(self):
        envelope = self.waiting_envelope("manual")
        audit = self.env["g2p.bridge.audit"]
        about = [("model", "=", envelope._name), ("res_id", "=", envelope.id)]
        envelope.pbms_cycle_id.with_user(self.manager_user).send_payment()
        started = audit.search([*about, ("action", "=", "start")])
        self.assertEqual(started.user_id, self.manager_user)
        self.assertEqual(envelope.started_by_id, self.manager_user)
        self.assertIn(self.manager_user, envelope.maker_ids)
        self.assertTrue(envelope.pbms_cycle_id.payment_batch_ids.batch_has_started)

    def test_whoever_may_not_write_payment_batches_does_not_start(self):
        envelope = self.waiting_envelope("manual")
        user = self.make_user("only_validator", "g2p_program_validator")
        with self.assertRaises(AccessError):
            envelope.pbms_cycle_id.payment_batch_ids.with_user(user).send_payment()
        self.assertFalse(envelope.started_by_id)

    def test_before_the_schedule_date_a_reason_is_asked_for(self):
        self.program.write({"disbursement_sla_days": 3, "process_future_dated": True})
        envelope = self.waiting_envelope("manual")
        action = envelope.pbms_cycle_id.with_user(self.manager_user).send_payment()
        self.assertFalse(envelope.started_by_id)
        self.assertEqual(action["res_model"], "g2p.bridge.decision")
        window = self.env["g2p.bridge.decision"].with_user(self.manager_user)
        window = window.with_context(**action["context"])
        with self.assertRaises(UserError):
            window.create({"reason": " "}).action_confirm()
        window.create({"reason": "Floods: the minister has asked for it"}).action_confirm()
        self.assertEqual(envelope.started_by_id, self.manager_user)

    def test_started_by_an_officer_counts_as_sent(self):
        """Pressed at the bridge: PBMS's batches say so too, and nothing is left to send."""
        envelope = self.waiting_envelope("manual")
        envelope.with_user(self.officer).action_start()
        batches = envelope.pbms_cycle_id.payment_batch_ids
        self.assertTrue(batches.batch_has_started)
        answer = envelope.pbms_cycle_id.with_user(self.manager_user).send_payment()
        self.assertEqual(answer["params"]["type"], "info")
        self.assertEqual(envelope.started_by_id, self.officer)
