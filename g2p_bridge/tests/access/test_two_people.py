# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from .two_person_common import TwoPersonCase

THEIRS = "https://bank.example.org/v1"
EVIL = "https://evil.example.org/steal"


@tagged("post_install", "-at_install")
class TestTwoPeople(TwoPersonCase):
    """What directs money is proposed by one administrator and confirmed by another."""

    def setUp(self):
        super().setUp()
        self.bank.base_url = THEIRS
        self.mapper.base_url = THEIRS

    def propose(self, record=None, name="admin", **values):
        record = record if record is not None else self.bank
        self.rpc(name, record, "write", values or {"base_url": EVIL})
        return self.waiting(record)

    # Nobody alone

    def test_an_address_is_another_one_only_after_another_administrator_has_confirmed(self):
        for record in (self.bank, self.mapper):
            change = self.propose(record)
            self.assertEqual((record.base_url, change.field_names), (THEIRS, "base_url"))
            with self.assertRaisesRegex(AccessError, "another administrator"):
                self.rpc("admin", change, "action_confirm")
            for name in ("officer", "approver", "finance", "auditor", "stranger"):
                self.assertForbidden(self.rpc, name, change, "action_confirm")
            self.rpc("second", change, "action_confirm")
            self.env.invalidate_all()
            self.assertEqual((record.base_url, change.state), (EVIL, "confirmed"))
            self.assertEqual(change.decided_by_id, self.users["second"])

    def test_no_way_of_writing_gets_round_it(self):
        bank, program, other = self.bank, self.program, self.env["g2p.bridge.mapper"]
        other = other.create({"name": "Other"})
        load = {"id": bank._get_external_ids()[bank.id] or self.bank_xmlid(), "base_url": EVIL}
        ways = {
            "write": (
                bank,
                "base_url",
                lambda: self.rpc("admin", bank, "write", {"base_url": EVIL}),
            ),
            "web_save": (
                bank,
                "base_url",
                lambda: self.rpc("admin", bank, "web_save", {"base_url": EVIL}, specification={}),
            ),
            "load": (
                bank,
                "base_url",
                lambda: self.rpc_model(
                    "admin", bank._name, "load", [*load], [[str(value) for value in load.values()]]
                ),
            ),
            "capability": (
                bank,
                "lacks_idempotent_block",
                lambda: self.rpc("admin", bank, "write", {"has_idempotent_block": False}),
            ),
            "credential": (
                bank,
                "has_credential",
                lambda: self.rpc("admin", bank, "write", {"credential_input": "theirs"}),
            ),
            "token": (
                bank,
                "has_statement_token",
                lambda: self.rpc("admin", bank, "action_new_statement_token"),
            ),
            "enable": (
                bank,
                "environment",
                lambda: self.rpc("admin", bank, "write", {"environment": "enabled"}),
            ),
            "unarchive": (
                program,
                "active",
                lambda: (
                    self.rpc("admin", program, "action_archive"),
                    self.env.invalidate_all(),
                    self.assertFalse(program.active),
                    self.rpc("admin", program, "action_unarchive"),
                    self.env.invalidate_all(),
                    self.assertFalse(program.active),
                    program.action_unarchive(),
                    self.rpc("admin", program, "write", {"start": "manual"}),
                ),
            ),
            "other side": (
                program,
                "mapper_id",
                lambda: self.rpc(
                    "admin", other, "write", {"program_ids": [Command.link(program.id)]}
                ),
            ),
        }
        for way, (record, name, attempt) in ways.items():
            with self.subTest(way):
                self.assertTrue(self.proposes(record, name, attempt))
                self.waiting(record).with_user(self.users["admin"]).action_withdraw()

    def bank_xmlid(self):
        self.env["ir.model.data"].create(
            {
                "module": "g2p_bridge",
                "name": "two_people_bank",
                "model": self.bank._name,
                "res_id": self.bank.id,
            }
        )
        return "g2p_bridge.two_people_bank"

    def test_several_at_once_wait_each_by_itself(self):
        other = self.bank.copy({"name": "Other", "code": "OTHER", "base_url": THEIRS})
        self.rpc("admin", self.bank | other, "write", {"base_url": EVIL})
        self.assertEqual(len(self.waiting(self.bank | other)), 2)
        self.assertEqual({self.bank.base_url, other.base_url}, {THEIRS})

    def test_the_rest_of_a_form_is_written_at_once(self):
        self.rpc("admin", self.bank, "write", {"name": "Renamed", "base_url": EVIL})
        self.env.invalidate_all()
        self.assertEqual((self.bank.name, self.bank.base_url), ("Renamed", THEIRS))

    def test_the_same_value_again_proposes_nothing(self):
        self.assertFalse(self.propose(base_url=THEIRS, connector=False))

    def test_stopping_waits_for_nobody(self):
        self.rpc("admin", self.bank, "action_disable")
        self.rpc("admin", self.program, "action_archive")
        self.env.invalidate_all()
        self.assertEqual((self.bank.environment, self.program.active), ("disabled", False))

    def test_a_secret_is_another_one_only_after_it_is_confirmed_and_is_told_nowhere(self):
        change = self.propose(credential_input="NEW-SECRET")
        self.assertFalse(self.bank.has_credential)
        told = str(change.line_ids.read() + self.bank.message_ids.read(["body"]))
        told += str(self.env["g2p.bridge.audit"].search([], limit=5).read())
        self.assertNotIn("NEW-SECRET", told)
        with self.assertRaises(AccessError):
            self.rpc("second", change, "read", ["content"])
        self.env.cr.execute("SELECT content FROM g2p_bridge_change WHERE id = %s", [change.id])
        self.assertNotIn("NEW-SECRET", self.env.cr.fetchone()[0])
        self.confirm(self.bank)
        self.assertEqual(self.bank.sudo().credential, "NEW-SECRET")
        self.assertFalse(change.sudo().content)

    def test_to_take_a_secret_away_waits_for_nobody(self):
        self.bank.credential = "known"
        self.rpc("admin", self.bank, "write", {"credential_input": False})
        self.env.invalidate_all()
        self.assertFalse(self.bank.has_credential)

    def test_what_is_not_possible_is_refused_when_it_is_proposed(self):
        with self.assertRaisesRegex(ValidationError, "can't be used"):
            self.propose(base_url="no address")
        self.assertFalse(self.waiting(self.bank))

    # What is confirmed is what was seen

    def test_the_window_shows_exactly_what_is_written_and_full_accounts_only_to_who_may(self):
        self.program.sponsor_bank_account_number = "1111-SAME"
        change = self.propose(self.program, sponsor_bank_account_number="9999-SAME")
        (line,) = self.rpc("second", change.line_ids, "read", ["before", "after"])
        self.assertEqual((line["before"], line["after"]), ("1111-SAME", "9999-SAME"))
        masked = ["before_masked", "after_masked"]
        (line,) = self.rpc("auditor", change.line_ids, "read", masked)
        self.assertNotIn("9999", str(line))
        self.assertForbidden(self.rpc, "auditor", change.line_ids, "read", ["after"])

    def test_what_changes_meanwhile_overtakes_the_proposal(self):
        change = self.propose()
        self.bank.base_url = "https://new.example.org"
        self.assertEqual(change.state, "overtaken")
        with self.assertRaisesRegex(UserError, "does not wait any more"):
            self.rpc("second", change, "action_confirm")
        self.assertEqual(self.bank.base_url, "https://new.example.org")

    def test_what_changes_beside_the_bridge_is_not_overwritten(self):
        change = self.propose()
        self.env.flush_all()
        self.env.cr.execute("UPDATE g2p_bridge_sponsor_bank SET base_url = 'https://sql.example'")
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, "has changed since"):
            self.rpc("second", change, "action_confirm")

    def test_a_proposal_can_neither_be_written_nor_deleted_nor_made_by_hand(self):
        change = self.propose()
        for name in ("admin", "second", "auditor"):
            for method, *args in (
                ("write", {"state": "confirmed"}),
                ("write", {"maker_ids": [Command.clear()]}),
                ("unlink",),
            ):
                self.assertForbidden(self.rpc, name, change, method, *args)
                self.assertForbidden(self.rpc, name, change.line_ids, method, *args)
        values = {"model": self.bank._name, "res_id": self.bank.id, "kind": "change"}
        self.assertForbidden(self.rpc_model, "admin", change._name, "create", values)

    def test_what_one_person_proposes_in_turn_is_joined(self):
        first = self.propose()
        second = self.propose(sign_requests=True)
        self.assertEqual((first.state, len(second)), ("overtaken", 1))
        self.assertEqual(second.field_names, "base_url sign_requests")

    def test_another_value_for_what_somebody_else_has_proposed_is_refused(self):
        self.propose()
        with self.assertRaisesRegex(UserError, "Confirm or refuse that first"):
            self.propose(name="second", base_url=THEIRS + "/2")
        self.propose(name="second", sign_requests=True)
        self.assertEqual(len(self.waiting(self.bank)), 2)

    # Deciding

    def test_a_refusal_has_a_reason_and_changes_nothing(self):
        change = self.propose()
        with self.assertRaisesRegex(UserError, "Give a reason"):
            self.rpc("second", change, "action_refuse", " ")
        self.rpc("second", change, "action_refuse", "The bank says no")
        self.assertEqual((change.state, self.bank.base_url), ("refused", THEIRS))
        self.assertIn("The bank says no", str(self.bank.message_ids.mapped("body")))

    def test_only_who_had_a_part_withdraws(self):
        change = self.propose()
        with self.assertRaisesRegex(UserError, "refuse it"):
            self.rpc("second", change, "action_withdraw")
        self.rpc("admin", change, "action_withdraw")
        self.assertEqual(change.state, "withdrawn")

    def test_proposal_and_decision_are_in_the_history_and_in_the_trail(self):
        self.propose()
        self.confirm(self.bank)
        trail = self.env["g2p.bridge.audit"].search(
            [("model", "=", self.bank._name), ("res_id", "=", self.bank.id)]
        )
        told = {(fact.action, fact.user_id) for fact in trail}
        self.assertIn(("propose", self.users["admin"]), told)
        self.assertIn(("confirm", self.users["second"]), told)
        confirmed = trail.filtered(lambda fact: fact.action == "confirm")
        self.assertIn(EVIL, confirmed.new_value)
        self.assertIn(self.users["admin"].name, confirmed.what)
        history = str(self.bank.message_ids.mapped("body"))
        self.assertIn("Proposed: Address", history)
        self.assertIn("Confirmed: Address", history)

    def test_those_who_may_confirm_get_a_mail_without_the_values(self):
        former = self.env["mail.mail"].search([])
        change = self.propose()
        mail = self.env["mail.mail"].search([]) - former
        self.assertEqual(mail.recipient_ids & change._others().partner_id, mail.recipient_ids)
        self.assertIn(self.users["second"].partner_id, mail.recipient_ids)
        self.assertNotIn(EVIL, mail.body_html)

    def test_an_administrator_of_another_company_does_not_see_it(self):
        change = self.propose()
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.users["second"].write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        self.assertForbidden(self.rpc, "second", change, "action_confirm")

    def test_the_form_says_what_waits(self):
        self.propose()
        (values,) = self.rpc("officer", self.bank, "read", ["change_notice"])
        self.assertIn("Address: proposed by", values["change_notice"])
        arch = self.rpc_model("second", self.bank._name, "get_view", view_type="form")["arch"]
        self.assertIn("action_open_changes", arch)
        action = self.rpc("second", self.bank, "action_open_changes")
        self.assertEqual(action["res_id"], self.waiting(self.bank).id)

    def test_the_dashboard_asks_only_who_may_confirm(self):
        self.propose()
        for name, mine in (("second", 1), ("admin", 0), ("auditor", 0)):
            tasks = self.rpc_model(name, "g2p.bridge.dashboard", "read_dashboard")["tasks"]
            (task,) = [task for task in tasks if task["key"] == "change"]
            self.assertEqual((task["value"], task["mine"]), (1, mine))
        tasks = self.rpc_model("officer", "g2p.bridge.dashboard", "read_dashboard")["tasks"]
        self.assertNotIn("change", [task["key"] for task in tasks])

    # New records

    def test_a_new_bank_is_called_by_nobody_before_it_is_confirmed(self):
        (made,) = self.rpc_model(
            "admin",
            self.bank._name,
            "create",
            [{"name": "New", "code": "NEW", "environment": "enabled", "base_url": EVIL}],
        )
        bank = self.bank.browse(made)
        self.assertFalse(bank.is_confirmed)
        connector = self.env["g2p.bridge.bank.connector.http"].with_context(sponsor_bank_id=made)
        with self.assertRaises(Unavailable) as caught:
            connector._http_call("/pay", {})
        self.assertEqual(caught.exception.code, "NOT_CONFIRMED")
        self.program.sponsor_bank_id = bank
        envelope = self.filled_envelope()
        self.assertIn("second person", envelope._bank_refusal())
        self.run_jobs()
        self.assertFalse(self.bank_script.calls)
        self.confirm(bank)
        self.run_jobs()
        self.assertTrue(self.bank_script.payments)

    def test_nobody_says_that_a_new_record_is_confirmed(self):
        values = {"name": "New", "code": "NEW"}
        with self.assertRaises(UserError):
            self.rpc_model("admin", self.bank._name, "create", {**values, "is_confirmed": True})
        context = {"default_is_confirmed": True}
        made = self.rpc_model("admin", self.bank._name, "create", values, context=context)
        self.assertFalse(self.bank.browse(made).is_confirmed)
        with self.assertRaises(UserError):
            self.rpc("admin", self.bank.browse(made), "write", {"is_confirmed": True})
        (copy,) = self.rpc("admin", self.bank, "copy")
        self.assertFalse(self.bank.browse(copy).is_confirmed)

    def test_a_new_program_takes_no_envelope_before_it_is_confirmed(self):
        made = self.rpc_model(
            "admin",
            self.program._name,
            "create",
            {
                "benefit_program_mnemonic": "NEW",
                "benefit_program_name": "New",
                "sponsor_bank_id": self.bank.id,
                "sponsor_bank_account_number": "NEW-ACCOUNT",
                "currency_id": self.currency.id,
            },
        )
        values = self.envelope_values(benefit_program_mnemonic="NEW")
        refused = self.assertRefused(
            "INVALID_PROGRAM_MNEMONIC", self.service.create_disbursement_envelope, values
        )
        self.assertIn("confirmation", str(refused))
        self.confirm(self.program.browse(made))
        self.assertTrue(self.service.create_disbursement_envelope(values))

    def test_whoever_edits_a_new_record_has_a_part_in_it(self):
        made = self.rpc_model("admin", self.bank._name, "create", {"name": "New", "code": "NEW"})
        bank = self.bank.browse(made)
        first = self.waiting(bank)
        self.rpc("second", bank, "write", {"base_url": EVIL})
        self.env.invalidate_all()
        change = self.waiting(bank)
        self.assertEqual((bank.base_url, first.state), (EVIL, "overtaken"))
        self.assertEqual(change.maker_ids, self.users["admin"] | self.users["second"])
        self.assertForbidden(self.rpc, "second", change, "action_confirm")

    def test_what_was_refused_stays_without_effect_until_it_is_proposed_anew(self):
        made = self.rpc_model("admin", self.bank._name, "create", {"name": "New", "code": "NEW"})
        bank = self.bank.browse(made)
        self.rpc("second", self.waiting(bank), "action_refuse", "Wrong code")
        self.env.invalidate_all()
        self.assertFalse(bank.is_confirmed)
        self.rpc("admin", bank, "write", {"code": "RIGHT"})
        self.confirm(bank)
        self.assertTrue(bank.is_confirmed)

    def test_who_runs_the_server_confirms_what_nobody_else_can(self):
        change = self.propose()
        change.action_confirm()
        self.assertEqual(self.bank.base_url, EVIL)

    # One person

    def test_where_the_server_says_so_one_person_is_enough(self):
        change = self.propose()
        let_one_person(self)
        self.rpc("admin", change, "action_confirm")
        self.rpc("admin", self.mapper, "write", {"base_url": EVIL})
        made = self.rpc_model("admin", self.bank._name, "create", {"name": "N", "code": "N"})
        self.env.invalidate_all()
        self.assertEqual({self.bank.base_url, self.mapper.base_url}, {EVIL})
        self.assertTrue(self.bank.browse(made).is_confirmed)
        self.assertTrue(self.rpc_model("admin", "g2p.bridge.health", "read_health")["one_person"])

    # Moving to another company

    def test_what_money_goes_by_stays_in_its_company(self):
        """Its administrators would direct the money of those who still use it."""
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.users["admin"].company_ids |= company
        self.program.write({"mapper_id": self.mapper.id})
        self.filled_envelope()
        for record in (self.bank, self.mapper, self.program):
            with self.subTest(record._name), self.assertRaises(UserError):
                self.rpc("admin", record, "write", {"company_id": company.id})
            with self.subTest(record._name), self.assertRaises(UserError):
                record.company_id = company

    # Settings

    def settings(self, user, **values):
        model = self.env["res.config.settings"].with_user(user)
        return model.create(values).execute()

    def test_a_setting_that_directs_money_waits_as_well(self):
        root = self.env.ref("base.user_admin")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("g2p_bridge.approval", "other")
        self.settings(root, g2p_bridge_approval="none", g2p_bridge_ship_attempts=7)
        self.assertEqual(parameters.get_param("g2p_bridge.approval"), "other")
        self.assertEqual(parameters.get_param("g2p_bridge.ship_attempts"), "7")
        change = self.waiting(parameters)
        self.assertEqual((change.kind, change.field_names), ("setting", "g2p_bridge.approval"))
        self.assertEqual(change.line_ids.after, "Not needed")
        with self.assertRaises(AccessError):
            change.with_user(root).action_confirm()
        self.rpc("second", change, "action_confirm")
        self.assertEqual(parameters.get_param("g2p_bridge.approval"), "none")

    def test_no_person_writes_the_parameter_itself(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("g2p_bridge.approval", "other")
        own = parameters.with_user(self.env.ref("base.user_admin"))
        parameter = own.search([("key", "=", "g2p_bridge.approval")])
        plain = own.create({"key": "anything", "value": "1"})
        for attempt in (
            lambda: own.set_param("g2p_bridge.approval", "none"),
            lambda: own.set_param("g2p_bridge.private_networks", "0.0.0.0/0"),
            lambda: own.set_param("g2p_bridge_base.secret_key", "known"),
            lambda: parameter.write({"value": "none"}),
            lambda: parameter.write({"key": "other"}),
            lambda: plain.write({"key": "g2p_bridge.start"}),
            parameter.unlink,
        ):
            with self.assertRaisesRegex(UserError, "directs money"):
                attempt()
        own.set_param("g2p_bridge.stall_minutes", "45")


@tagged("post_install", "-at_install")
class TestDirectionOfEnvelopes(TwoPersonCase):
    """Approved envelopes whose money would go another way are approved again."""

    def setUp(self):
        super().setUp()
        self.program.write({"own_policies": True, "approval": "any"})
        self.bank.base_url = THEIRS

    def approved(self, **values):
        envelope = self.filled_envelope(**values)
        envelope.action_approve()
        return envelope

    def sent(self):
        return [call for call in self.bank_script.calls if call[0] == "initiate_payment"]

    def test_before_its_funds_are_touched(self):
        envelope = self.approved(disbursement_schedule_date=self.today(3))
        self.rpc("admin", self.bank, "write", {"base_url": EVIL})
        self.assertEqual(envelope.state, "scheduled")
        self.confirm(self.bank)
        self.assertEqual((envelope.state, bool(envelope.approved_by_id)), ("to_approve", False))
        self.assertIn("Address", str(envelope.message_ids.mapped("body")))
        self.assertTrue(envelope.activity_ids)
        trail = self.env["g2p.bridge.audit"].search([("action", "=", "take_back")])
        self.assertEqual(trail.res_id, envelope.id)

    def hold_back(self):
        """Have the funds blocked, and nothing shipped."""
        self.bank_script.script["initiate_payment"] = [Unavailable("BUSY", "later")]
        envelope = self.approved()
        self.run_jobs()
        self.assertEqual((envelope.state, len(self.sent())), ("shipping", 1))
        return envelope

    def test_when_its_funds_are_blocked_nothing_leaves_before_it_is_approved_again(self):
        envelope = self.hold_back()
        self.rpc("admin", self.bank, "write", {"base_url": EVIL})
        self.confirm(self.bank)
        batch = envelope.bank_batch_ids
        batch.next_attempt_at = False
        batch._job_step()
        self.run_jobs()
        self.assertEqual((envelope.state, len(self.sent())), ("to_approve", 1))
        self.approve("approver", envelope)
        self.env.invalidate_all()
        self.assertEqual(envelope.state, "shipping")
        batch._job_step()
        self.run_jobs()
        self.assertEqual((envelope.state, len(self.sent())), ("shipped", 2))

    def test_an_approver_may_also_send_it_back(self):
        envelope = self.hold_back()
        self.bank.base_url = EVIL
        self.rpc("approver", envelope, "action_reject", "Whose address is that?")
        envelope.bank_batch_ids.next_attempt_at = False
        self.run_jobs()
        self.env.invalidate_all()
        self.assertEqual(len(self.sent()), 1)
        self.assertIn("sent back", envelope.waiting_for)

    def test_what_only_starts_or_stops_takes_no_approval_back(self):
        envelope = self.approved(disbursement_schedule_date=self.today(3))
        self.bank.action_disable()
        self.bank.action_enable()
        self.bank.statement_token = "another"
        self.assertTrue(envelope.approved_by_id)

    def test_without_an_approval_it_goes_on(self):
        self.program.approval = "none"
        envelope = self.filled_envelope(disbursement_schedule_date=self.today(3))
        self.bank.base_url = EVIL
        self.assertEqual(envelope.state, "scheduled")

    def test_a_mapper_concerns_those_whom_it_has_still_to_resolve(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper.environment = "disabled"
        waiting = self.approved(cycle_code_mnemonic="1")
        self.mapper.environment = "test"
        self.run_jobs()
        done = self.approved(cycle_code_mnemonic="2", disbursement_schedule_date=self.today(3))
        self.run_jobs()
        self.mapper.environment = "disabled"
        waiting = self.approved(cycle_code_mnemonic="3", disbursement_schedule_date=self.today(3))
        self.mapper.base_url = EVIL
        self.assertTrue(done.approved_by_id)
        self.assertFalse(waiting.approved_by_id)

    def test_the_policies_of_the_program_and_those_of_settings(self):
        envelope = self.approved(disbursement_schedule_date=self.today(3))
        self.program.process_future_dated = True
        self.assertFalse(envelope.approved_by_id)
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("g2p_bridge.approval", "any")
        self.program.own_policies = False
        envelope.action_approve()
        parameters.set_param("g2p_bridge.unresolved", "leave_out")
        self.assertTrue(envelope.approved_by_id)
        parameters.set_param("g2p_bridge.unresolved", "hold")
        self.assertFalse(envelope.approved_by_id)
