# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown

from .test_audit import AuditCase

#: Columns that name a person and are no decision, with the reason.
NO_DECISION = {
    ("g2p.bridge.audit", "user_id"): "the trail itself",
    ("g2p.bridge.statement.file", "received_by_id"): "who handed it in, by that very record",
    ("g2p.bridge.program", "responsible_id"): "configuration, which is audited by field",
    ("g2p.bridge.mapper", "last_test_by_id"): "a test call has no effect",
    ("g2p.bridge.sponsor.bank", "last_test_by_id"): "a test call has no effect",
    ("g2p.bridge.webhook", "last_test_by_id"): "a test call has no effect",
    ("g2p.bridge.webhook", "responsible_id"): "configuration, which is audited by field",
    ("g2p.bridge.webhook.delivery", "replayed_by_id"): "the same message once more",
    ("g2p.bridge.partner", "user_id"): "the partner's own technical user",
    ("g2p.bridge.change", "proposer_id"): "what it leads to is audited by field",
    ("g2p.bridge.change", "decided_by_id"): "what it leads to is audited by field",
}


class TestDecisions(AuditCase):
    """What is written past the buttons has no record, and Verify finds it."""

    def setUp(self):
        super().setUp()
        self.audit = self.env["g2p.bridge.audit"]
        self.program.write({"own_policies": True, "approval": "any"})

    def verify(self):
        self.env.flush_all()
        verdict = self.audit._verify()
        return verdict.first

    def assertFound(self, record, label=""):
        first = self.verify()
        self.assertIn(record.display_name, first)
        self.assertIn(label, first)

    def force(self, records, **values):
        """Write what a server action may write, or whoever works on the database."""
        records.sudo().write(values)
        self.env.flush_all()

    def test_nothing_is_found_where_all_went_by_the_buttons(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT", "lost")]}
        envelope = self.filled_envelope()
        self.approve("approver", envelope)
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "uncertain")
        envelope.bank_batch_ids._settle(True, "The bank said so")
        second = self.filled_envelope(
            cycle_code_mnemonic="2", disbursement_schedule_date=self.today(3)
        )
        self.rpc("approver", second, "action_reject", "One too many")
        second._pause("Wait")
        second._resume("Go on")
        self.service.cancel_disbursement_envelope(
            {"disbursement_envelope_id": second.disbursement_envelope_id}, "No more"
        )
        self.assertFalse(self.verify())

    def test_approved_by_a_server_action(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        system = new_test_user(self.env, "system", groups="base.group_system")
        action = (
            self.env["ir.actions.server"]
            .with_user(system)
            .create(
                {
                    "name": "Quickly",
                    "model_id": self.env["ir.model"]._get_id(envelope._name),
                    "state": "code",
                    "code": f"""
env["g2p.bridge.envelope"].sudo().browse({envelope.id}).write({{
    "approved_by_id": {self.users["approver"].id}, "approved_at": datetime.datetime.now()
}})
""",
                }
            )
        )
        action.run()
        self.assertEqual(envelope.approved_by_id, self.users["approver"])
        self.assertFound(envelope, "Approved By")

    def test_approved_again_after_it_was_sent_back(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.approve("approver", envelope)
        at = envelope.approved_at
        self.service.cancel_disbursements(
            [{"disbursement_id": envelope.disbursement_ids[0].disbursement_id}]
        )
        self.assertFalse(envelope.approved_by_id)
        self.assertFalse(self.verify())
        self.force(envelope, approved_by_id=self.users["approver"].id, approved_at=at)
        self.assertFound(envelope, "Approved By")

    def test_approved_by_another_or_at_another_time(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.approve("approver", envelope)
        for values in (
            {"approved_by_id": self.users["officer"].id},
            {"approved_at": "2026-01-01 00:00:00"},
        ):
            with self.subTest(values), self.env.cr.savepoint() as undo:
                self.force(envelope, **values)
                self.assertFound(envelope, "Approved By")
                undo.rollback()
            self.env.invalidate_all()

    def test_each_column_of_an_envelope(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        officer = self.users["officer"].id
        for label, values in {
            "Sent Back By": {"rejected_by_id": officer, "rejected_at": "2026-01-01 00:00:00"},
            "Started By": {"started_by_id": officer},
            "Paused": {"paused": True},
            "Cancellation Status": {"cancellation_status": "cancelled"},
            "Disbursements": {"number_of_disbursements": 2},
        }.items():
            with self.subTest(label), self.env.cr.savepoint() as undo:
                self.force(envelope, **values)
                self.assertFound(envelope, label)
                undo.rollback()
            self.env.invalidate_all()

    def test_resumed(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        envelope._pause("Wait")
        self.assertFalse(self.verify())
        self.force(envelope, paused=False)
        self.assertFound(envelope, "Paused")

    def test_a_declaration_that_nobody_made(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.assertFalse(self.verify())
        envelope.copy({"cycle_code_mnemonic": "3", "disbursement_envelope_id": "EFORGED"})
        self.assertIn("EFORGED", self.verify())

    def test_settled(self):
        self.bank_script.script = {"initiate_payment": [OutcomeUnknown("TIMEOUT", "lost")]}
        envelope = self.filled_envelope()
        self.approve("approver", envelope)
        self.run_jobs()
        self.force(envelope.bank_batch_ids, state="done")
        self.assertFound(envelope.bank_batch_ids)

    def test_money_that_left_without_an_approval(self):
        envelope = self.filled_envelope()
        self.force(envelope.bank_batch_ids, payload_digest="0" * 64)
        self.assertFound(envelope, "State")

    def test_lines_of_statements(self):
        entry = self.process(self.entry("D", "NOBODY")).entry_ids
        entry.with_user(self.users["finance"]).sudo()._decide_not_ours("A fee")
        self.assertFalse(self.verify())
        self.force(entry, decided_by_id=self.users["admin"].id)
        self.assertFound(entry, "Decided by")

    def test_statements(self):
        statement = self.process(self.entry("D", "NOBODY"))
        for label, values in {
            "Another Statement": {"is_another": True},
            "State": {"state": "cancelled"},
        }.items():
            with self.subTest(label), self.env.cr.savepoint() as undo:
                self.force(statement, **values)
                self.assertFound(statement, label)
                undo.rollback()
            self.env.invalidate_all()

    def test_single_payments(self):
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        for column, value in (
            ("left_out", True),
            ("state", "cancelled"),
            ("reason_code", "HOLD_RELEASED"),
        ):
            with self.subTest(column), self.env.cr.savepoint() as undo:
                self.env.cr.execute(
                    SQL(
                        "UPDATE g2p_bridge_disbursement SET %s = %s WHERE envelope_id = %s",
                        SQL.identifier(column),
                        value,
                        envelope.id,
                    )
                )
                self.assertFound(envelope)
                undo.rollback()
            self.env.invalidate_all()

    def test_every_column_that_names_a_person_is_compared(self):
        """A new one is added to the table of decisions, or to the list above with its reason."""
        compared = {
            (one.model, name) for one in self.audit._decisions() for name in (one.who, one.column)
        }
        named = {
            (name, field.name)
            for name, model in self.env.registry.items()
            if name.startswith("g2p.bridge.") and model._auto and not model._transient
            for field in model._fields.values()
            if field.type == "many2one"
            and field.comodel_name == "res.users"
            and field.store
            and not field.related
            and field.name not in ("create_uid", "write_uid", "activity_user_id")
        }
        self.assertEqual(named - compared - set(NO_DECISION), set())


class TestDeclarations(AuditCase):
    """What was declared, and which file it came from, is kept with who did so."""

    def test_declared(self):
        service = self.service.with_user(self.users["officer"])
        reply = service.create_disbursement_envelope(self.envelope_values())
        envelope = self.find_envelope(reply["disbursement_envelope_id"])
        fact = self.fact("declare", envelope)
        self.assertEqual(fact.user_id, self.users["officer"])
        self.assertIn("3 / 3 / 60.75", fact.new_value)
        service.create_disbursement_envelope(self.envelope_values())
        self.assertEqual(len(self.facts("declare")), 1, "a repetition declares nothing")
