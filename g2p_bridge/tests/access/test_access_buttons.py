# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected, Unavailable
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from .access_common import AccessCase


class TestApproval(AccessCase):
    """The checker is never the maker, where the policy says so."""

    def setUp(self):
        super().setUp()
        self.program.write({"own_policies": True, "approval": "other"})

    def made_by(self, name):
        self.service = self.service.with_user(self.users[name]).sudo()
        envelope = self.filled_envelope()
        self.assertEqual(envelope.create_uid, self.users[name])
        self.assertEqual(envelope.state, "to_approve")
        return envelope

    def test_only_approvers(self):
        envelope = self.made_by("officer")
        self.assertOnly(("approver",), lambda name: self.approve(name, envelope))

    def test_nobody_who_changed_it(self):
        self.users["approver"].group_ids += self.env.ref("g2p_bridge_base.group_officer")
        self.service = self.service.with_user(self.users["officer"]).sudo()
        envelope = self.create_envelope()
        self.service.create_disbursements(self.rows(envelope, "10.00", "20.00"))
        self.service = self.service.with_user(self.users["approver"]).sudo()
        self.service.create_disbursements(self.rows(envelope, "30.75", start=3))
        self.assertEqual(envelope.state, "to_approve")
        self.assertForbidden(self.rpc, "approver", envelope, "action_approve")
        self.assertEqual(envelope.state, "to_approve")

    def test_not_the_maker(self):
        self.users["approver"].group_ids += self.env.ref("g2p_bridge_base.group_officer")
        envelope = self.made_by("approver")
        self.assertForbidden(self.rpc, "approver", envelope, "action_approve")
        self.assertEqual(envelope.state, "to_approve")

    def test_the_maker_where_the_policy_lets_any_approver(self):
        self.program.approval = "any"
        envelope = self.made_by("approver")
        self.approve("approver", envelope)
        self.assertEqual(envelope.approved_by_id, self.users["approver"])
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_a_milder_policy_does_not_release_what_was_declared_before(self):
        """An administrator who is everything else as well does not get round the four eyes."""
        admin = self.users["admin"]
        for group in ("officer", "approver"):
            admin.group_ids += self.env.ref(f"g2p_bridge_base.group_{group}")
        envelope = self.made_by("admin")
        let_one_person(self)
        for values in (
            {"approval": "any"},
            {"approval": "none"},
            {"own_policies": False},
        ):
            with self.subTest(values):
                self.rpc("admin", self.program, "write", values)
                self.assertForbidden(self.rpc, "admin", envelope, "action_approve")
                self.rpc("admin", envelope, "action_try_again")
                self.run_jobs()
                self.assertEqual(envelope.state, "to_approve")
                self.assertFalse(self.bank_script.calls)
        self.approve("approver", envelope)
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_a_stricter_policy_holds_at_once(self):
        self.program.approval = "none"
        envelope = self.later_filled()
        self.assertEqual(envelope.state, "scheduled")
        self.program.approval = "other"
        envelope._advance()
        self.assertEqual(envelope.state, "to_approve")

    def test_who_makes_himself_an_approver_stays_the_maker(self):
        envelope = self.made_by("officer")
        officer, groups = self.users["officer"], "g2p_bridge_base.group_"
        officer.group_ids += self.env.ref("base.group_system")
        approver = self.env.ref(f"{groups}approver").id
        self.rpc("officer", officer, "write", {"group_ids": [(4, approver)]})
        self.assertForbidden(self.rpc, "officer", envelope, "action_approve")
        role = self.env["g2p.bridge.change"].search(
            [("res_id", "=", officer.id), ("state", "=", "waiting")]
        )
        role.action_confirm()
        self.assertForbidden(self.rpc, "officer", envelope, "action_approve")
        for values in ({"maker_ids": [(5,)]}, {"create_uid": self.env.uid}):
            self.assertForbidden(self.rpc, "officer", envelope, "write", values)
        told = self.env["g2p.bridge.audit"].search(
            [("action", "=", "group"), ("model", "=", "res.users"), ("res_id", "=", officer.id)]
        )
        self.assertTrue(told)

    def test_no_context_of_a_call_lets_the_maker_approve(self):
        self.users["approver"].group_ids += self.env.ref("g2p_bridge_base.group_officer")
        envelope = self.made_by("approver")
        user = self.users["finance"]
        for context in (
            {"uid": user.id},
            {"su": True},
            {"default_maker_ids": []},
            {"active_test": False},
            {"tracking_disable": True, "mail_notrack": True},
            {"bridge_repeated": True},
            {"install_mode": True, "module": "g2p_bridge"},
        ):
            with self.subTest(context):
                self.assertForbidden(
                    self.rpc, "approver", envelope, "action_approve", context=context
                )

    def test_an_approval_without_tracking_is_in_the_audit_trail_all_the_same(self):
        envelope = self.made_by("officer")
        quiet = {"tracking_disable": True, "mail_notrack": True, "mail_create_nolog": True}
        self.approve("approver", envelope, context=quiet)
        audit = self.env["g2p.bridge.audit"].search(
            [("model", "=", envelope._name), ("res_id", "=", envelope.id)], limit=1
        )
        self.assertEqual((audit.action, audit.user_id), ("approve", self.users["approver"]))
        self.assertIn("Approved", "".join(envelope.message_ids.mapped("body")))

    def test_not_twice(self):
        envelope = self.made_by("officer")
        self.approve("approver", envelope)
        with self.assertRaises(UserError):
            self.approve("approver", envelope)

    def test_nothing_is_paid_before(self):
        self.made_by("officer")
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)


class TestButtons(AccessCase):
    """Each button checks its group itself."""

    def assertButton(self, allowed, row, button):
        with self.subTest(row._name, button=button):
            self.assertOnly(allowed, lambda name: self.rpc(name, row, button))

    def decide(self, name, kind, records, **values):
        """Decide as the window does."""
        wizard = self.rpc_model(
            name,
            "g2p.bridge.decision",
            "create",
            {
                "kind": kind,
                "res_model": records._name,
                "res_ids": ",".join(map(str, records.ids)),
                "reason": "The bank wrote so",
                **values,
            },
        )
        return self.rpc(name, self.env["g2p.bridge.decision"].browse(wizard), "action_confirm")

    def test_officers_steer_envelopes(self):
        envelope = self.later_filled()
        for button in ("action_start", "action_pause", "action_resume", "action_resolve_again"):
            self.assertButton(("officer",), envelope, button)

    def test_officers_cancel_disbursements(self):
        self.assertButton(("officer",), self.later_filled().disbursement_ids[0], "action_cancel")

    def test_cancelled_disbursements_bear_their_reason(self):
        envelope = self.later_filled()
        line = envelope.disbursement_ids[0]
        self.assertOnly(("officer",), lambda name: self.decide(name, "cancel_disbursements", line))
        self.decide("officer", "cancel_disbursements", line)
        self.assertEqual(line.state, "cancelled")
        body = "".join(envelope.message_ids.mapped("body"))
        self.assertIn("The bank wrote so", body)
        self.assertIn(line.disbursement_id, body)

    def test_officers_try_failed_steps_again(self):
        self.bank_script.script = {"check_funds": [Rejected("ACCOUNT_NOT_FOUND")]}
        step = self.filled_envelope()._funds_step("check")
        self.run_jobs()
        self.assertEqual(step.state, "failed")
        self.assertButton(("officer",), step, "action_try_again")
        self.assertButton(("officer",), step.envelope_id, "action_try_again")

    def test_finance_tries_failed_statements_again(self):
        record = self.process(account_number="STRANGER")
        self.assertButton(("finance",), record, "action_try_again")

    def test_administrators_keep_the_keys(self):
        self.assertButton(("admin",), self.bank, "action_new_statement_token")
        self.assertButton(("admin",), self.mapper, "action_test")

    def test_finance_settles_what_is_uncertain(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        batch = self.filled_envelope().bank_batch_ids
        self.run_jobs()
        self.assertEqual(batch.state, "uncertain")
        for kind in ("bank_confirms", "bank_denies"):
            with self.subTest(kind):
                self.assertOnly(
                    ("finance",), lambda name, kind=kind: self.decide(name, kind, batch)
                )

    def test_finance_settles_an_uncertain_hold(self):
        self.bank_script.script = {"block_funds": [OutcomeUnknown("TIMEOUT")]}
        step = self.filled_envelope()._funds_step("block")
        self.run_jobs()
        self.assertEqual(step.state, "uncertain")
        for kind in ("funds_confirmed", "funds_denied"):
            with self.subTest(kind):
                self.assertOnly(
                    ("finance",),
                    lambda name, kind=kind: self.decide(name, kind, step, hold_reference="HOLD9"),
                )

    def test_finance_gives_refused_batches_up(self):
        self.bank_script.script = {"initiate_payment": [Rejected("CLOSED")]}
        batch = self.filled_envelope().bank_batch_ids
        self.run_jobs()
        self.assertEqual(batch.state, "failed")
        self.assertOnly(("finance",), lambda name: self.decide(name, "give_up_batch", batch))

    def test_officers_leave_beneficiaries_out(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.program.write({"own_policies": True, "resolve_attempts": 1})
        self.mapper_script.script = [Unavailable("DOWN")]
        batch = self.filled_envelope().mapper_batch_ids
        self.run_jobs()
        self.assertEqual(batch.state, "failed")
        self.assertOnly(("officer",), lambda name: self.decide(name, "give_up_resolution", batch))

    def test_officers_cancel_with_a_reason(self):
        envelope = self.create_envelope()
        self.assertOnly(("officer",), lambda name: self.decide(name, "cancel_envelope", envelope))

    def test_a_decision_about_one_thing_is_not_taken_by_the_window_of_another(self):
        """An officer may leave beneficiaries out; that is no way to give payments up."""
        self.bank_script.script = {"initiate_payment": [Rejected("CLOSED")]}
        batch = self.filled_envelope().bank_batch_ids
        self.run_jobs()
        with self.assertRaises(UserError):
            self.decide("officer", "give_up_resolution", batch)
        self.assertEqual(batch.state, "failed")

    def test_nobody_decides_twice(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        batch = self.filled_envelope().bank_batch_ids
        self.run_jobs()
        self.decide("finance", "bank_confirms", batch)
        with self.assertRaises(UserError):
            self.decide("finance", "bank_denies", batch)
        self.assertEqual(batch.state, "done")

    def test_a_decision_bears_its_reason_and_name(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT")]}
        batch = self.filled_envelope().bank_batch_ids
        self.run_jobs()
        self.decide("finance", "bank_confirms", batch)
        bodies = "".join(batch.envelope_id.message_ids.mapped("body"))
        self.assertIn("The bank wrote so", bodies)
        self.assertIn(self.users["finance"].name, bodies)


class TestConnectorsAreNoServices(AccessCase):
    """Whoever can log in can not speak to a bank or a mapper past the bridge."""

    def assertPrivate(self, contract, *methods):
        for model in self.env.registry:
            if model.startswith(contract):
                for method in methods:
                    with self.subTest(model, method=method):
                        self.assertForbidden(self.rpc_model, "admin", model, method)

    def test_bank_connectors(self):
        self.assertPrivate(
            "g2p.bridge.bank.connector",
            "capabilities",
            "test_connection",
            "check_funds",
            "block_funds",
            "release_funds",
            "initiate_payment",
            "get_payment_status",
            "retrieve_disbursement_id",
            "retrieve_batch_reference",
            "retrieve_beneficiary_name",
            "retrieve_reversal_reason",
        )

    def test_mapper_connectors(self):
        self.assertPrivate("g2p.bridge.mapper.connector", "resolve")
