# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib

from odoo.exceptions import AccessError, UserError

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from ..access.access_common import AccessCase

#: The audit trail in the database.
TABLES = ("g2p_bridge_audit", "g2p_bridge_audit_seal")


class AuditCase(AccessCase):
    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.env.flush_all()
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM g2p_bridge_audit")
        (self.before,) = self.env.cr.fetchone()

    def tamper(self, query, *arguments):
        """As somebody does who owns the tables: without triggers."""
        self.env.flush_all()
        for table in TABLES:
            self.env.cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        self.env.cr.execute(query, arguments)
        for table in TABLES:
            self.env.cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def facts(self, *actions, about=None):
        """What was recorded in this test, oldest first."""
        self.env.flush_all()
        domain = [("id", ">", self.before)]
        if actions:
            domain.append(("action", "in", actions))
        if about is not None:
            domain += [("model", "=", about._name), ("res_id", "in", about.ids)]
        return self.env["g2p.bridge.audit"].search(domain, order="id")

    def fact(self, action, about=None):
        facts = self.facts(action, about=about)
        self.assertEqual(len(facts), 1, facts.mapped("what"))
        return facts

    def act_as(self, name):
        return self.env["g2p.bridge.envelope"].with_user(self.users[name])


class TestDecisions(AuditCase):
    """What people decide about money is kept: who, what about, and why."""

    def decide(self, name, kind, records, **values):
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
        self.rpc(name, self.env["g2p.bridge.decision"].browse(wizard), "action_confirm")

    def test_four_eyes(self):
        self.program.write({"own_policies": True, "approval": "any"})
        first = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.rpc("approver", first, "action_reject", "One too many")
        second = self.filled_envelope(cycle_code_mnemonic="2")
        self.approve("approver", second, "Looks right")
        rejected, approved = self.fact("send_back"), self.fact("approve")
        self.assertEqual(rejected.user_id, self.users["approver"])
        self.assertEqual(rejected.login, "bridge_approver")
        self.assertEqual(rejected.reason, "One too many")
        self.assertEqual((approved.res_id, approved.model), (second.id, second._name))
        self.assertEqual(approved.company_id, self.env.company)
        self.assertEqual(approved.record_name, second.display_name)

    def test_steering(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        for kind in ("pause_envelope", "resume_envelope", "cancel_envelope"):
            self.decide("officer", kind, envelope)
        actions = self.facts("pause", "resume", "cancel", about=envelope)
        self.assertEqual(actions.mapped("action"), ["pause", "resume", "cancel"])
        self.assertEqual(set(actions.mapped("reason")), {"The bank wrote so"})
        self.assertEqual(actions.user_id, self.users["officer"])

    def test_amendment(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": envelope.disbursement_envelope_id,
                "number_of_beneficiaries": 4,
                "number_of_disbursements": 4,
                "total_disbursement_amount": "70.75",
                "disbursement_schedule_date": self.today(4),
            }
        )
        fact = self.fact("amend", envelope)
        self.assertIn("3 / 3 / 60.75", fact.old_value)
        self.assertIn("4 / 4 / 70.75", fact.new_value)

    def test_uncertain_outcome(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT", "lost")]}
        batch = self.filled_envelope().bank_batch_ids
        self.run_jobs()
        self.assertEqual(batch.state, "uncertain")
        self.decide("finance", "bank_confirms", batch)
        fact = self.fact("settle", batch.envelope_id)
        self.assertEqual((fact.old_value, fact.new_value), ("uncertain", "done"))
        self.assertIn(batch.reference, fact.what)

    def test_many_lines_are_one_record_with_their_digest(self):
        self.bank_script.script = {"initiate_payment": [Rejected("CLOSED", "no")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.decide("finance", "give_up_batch", envelope.bank_batch_ids)
        fact = self.fact("give_up", envelope)
        ids = sorted(envelope.disbursement_ids.mapped("disbursement_id"))
        self.assertEqual(fact.line_count, 3)
        self.assertEqual(fact.line_digest, hashlib.sha256("\n".join(ids).encode()).hexdigest())

    def test_retry(self):
        self.bank_script.script = {"initiate_payment": [Rejected("CLOSED", "no")]}
        envelope = self.filled_envelope()
        self.run_jobs()
        self.rpc("officer", envelope, "action_try_again")
        self.assertEqual(self.fact("retry", envelope).line_count, 1)

    def test_statement_lines(self):
        statement = self.process(self.entry("D", "NOBODY"))
        entry = statement.entry_ids
        self.decide("finance", "entry_not_ours", entry)
        self.decide("finance", "entry_reopen", entry)
        facts = self.facts("not_ours", "reopened", about=statement)
        self.assertEqual(facts.mapped("action"), ["not_ours", "reopened"])
        self.assertEqual(facts.mapped("line_count"), [1, 1])

    def test_a_decision_that_is_refused_leaves_no_record(self):
        envelope = self.filled_envelope()
        self.run_jobs()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.decide("officer", "cancel_envelope", envelope)
        self.assertFalse(self.facts("cancel"))

    def test_nothing_is_recorded_per_disbursement(self):
        self.process(*[self.entry("D", line) for line in self.shipped("1.00", "2.00", "3.00")])
        self.assertEqual(self.facts().mapped("action"), ["declare"])


class TestConfiguration(AuditCase):
    """What decisions about money depend on: configuration, and who is in which group."""

    def test_bank(self):
        self.rpc("admin", self.bank, "write", {"base_url": "https://bank.example/v2"})
        fact = self.fact("change", self.bank)
        self.assertIn("Address", fact.what)
        self.assertEqual(fact.new_value, "https://bank.example/v2")
        self.assertEqual(fact.user_id, self.users["admin"])

    def test_program_without_the_whole_account_number(self):
        self.rpc("admin", self.program, "write", {"sponsor_bank_account_number": "DE0012345678"})
        fact = self.fact("change", self.program)
        self.assertEqual(fact.new_value, "••••5678")
        self.assertNotIn("CASH-ACCOUNT", fact.old_value)

    def test_policy(self):
        self.program.write({"own_policies": True, "approval": "other"})
        facts = self.facts("change", about=self.program)
        self.assertCountEqual(
            [(fact.old_value, fact.new_value) for fact in facts],
            [("no", "yes"), ("Not needed", "By an approver who did not create the envelope")],
        )

    def test_what_stays_the_same_is_not_told(self):
        self.program.write({"benefit_program_name": self.program.benefit_program_name})
        self.assertFalse(self.facts())

    def test_made_and_deleted(self):
        mapper = self.env["g2p.bridge.mapper"].create({"name": "Second"})
        self.assertIn("Second", self.fact("create", mapper).new_value)
        mapper.unlink()
        self.assertIn("Second", self.facts("delete").old_value)

    def test_secret_only_as_replaced(self):
        self.rpc("admin", self.bank, "write", {"credential_input": "t0p-Secret"})
        self.rpc("admin", self.bank, "write", {"credential_input": False})
        facts = self.facts("secret", about=self.bank)
        self.assertEqual(facts.mapped("new_value"), ["replaced", "removed"])
        self.assertNotIn("t0p-Secret", str(self.facts().read()))

    def test_setting(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.approval", "any")
        self.env["ir.config_parameter"].set_param("g2p_bridge.approval", "other")
        self.env["ir.config_parameter"].set_param("elsewhere", "1")
        facts = self.facts("change")
        self.assertEqual(
            facts.mapped(lambda fact: (fact.old_value or "", fact.new_value)),
            [("none", "any"), ("any", "other")],
        )

    def test_group_of_a_user(self):
        user, group = self.users["officer"], "g2p_bridge_base.group_approver"
        user.group_ids += self.env.ref(group)
        joined = self.fact("group")
        self.assertEqual((joined.res_id, joined.new_value), (user.id, "member"))
        self.assertIn("Approver", joined.what)
        self.env.ref(group).write({"user_ids": [(3, user.id)]})
        left = self.facts("group")[-1]
        self.assertEqual((left.res_id, left.new_value), (user.id, "no member"))

    def test_leaving_user(self):
        self.users["officer"].active = False
        self.assertEqual(self.fact("group").new_value, "no member")


class TestReaders(AuditCase):
    """Auditors and administrators read the trail; nobody changes it."""

    def setUp(self):
        super().setUp()
        self.program.benefit_program_name = "Renamed"
        self.record = self.fact("change")

    def test_who_reads(self):
        for model in ("g2p.bridge.audit", "g2p.bridge.audit.seal"):
            self.assertOnly(
                ("auditor", "admin"),
                lambda name, model=model: self.rpc_model(name, model, "search_read", []),
            )

    def test_nobody_writes(self):
        for name in self.users:
            self.assertForbidden(self.rpc, name, self.record, "write", {"reason": "other"})
            self.assertForbidden(self.rpc, name, self.record, "unlink")
            self.assertForbidden(
                self.rpc_model,
                name,
                "g2p.bridge.audit",
                "create",
                [{"action": "approve", "at": "2026-01-01 00:00:00"}],
            )

    def test_not_even_code(self):
        with self.assertRaises(UserError):
            self.record.sudo().write({"what": "other"})
        with self.assertRaises(UserError):
            self.record.sudo().unlink()
        with self.assertRaises(AccessError):
            self.act_as("admin").env["g2p.bridge.audit"].create({"action": "approve"})

    def test_other_companies_are_not_shown(self):
        company = self.env["res.company"].create({"name": "Other"})
        theirs = self.env["g2p.bridge.sponsor.bank"].create(
            {"name": "Theirs", "code": "THEIRS", "company_id": company.id}
        )
        fact = self.fact("create", theirs)
        found = self.rpc_model("auditor", "g2p.bridge.audit", "search", [("id", "=", fact.id)])
        self.assertFalse(found)

    def test_from_the_envelope(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        envelope._pause("Wait")
        action = self.rpc("auditor", envelope, "action_open_audit")
        found = self.rpc_model("auditor", action["res_model"], "search_read", action["domain"])
        self.assertEqual([fact["action"] for fact in found], ["pause", "declare"])

    def test_export(self):
        exported = self.rpc("auditor", self.record, "export_data", ["at", "login", "new_value"])
        self.assertEqual(exported["datas"][0][2], "Renamed")
