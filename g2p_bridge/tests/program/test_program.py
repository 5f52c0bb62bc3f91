# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged

from ...lib.policy import NAMES, POLICIES
from ..common import BridgeCase

GROUP = "g2p_bridge_base.group_"


@tagged("post_install", "-at_install")
class TestProgram(BridgeCase):
    """What an administrator is told about a program."""

    def setUp(self):
        super().setUp()
        for role in ("officer", "approver"):
            self.env.ref(f"{GROUP}{role}").user_ids = False
        self.program.responsible_id = new_test_user(
            self.env, "responsible", groups="base.group_user"
        )

    def assertMissing(self, *words, program=None):
        program = program or self.program
        program.invalidate_recordset()
        self.assertEqual(program.readiness, "incomplete" if words else "ready", program.missing)
        for word in words:
            self.assertIn(word, str(program.missing))

    def test_nothing_is_missing_where_an_envelope_can_be_paid(self):
        self.assertMissing()

    def test_a_bank_that_can_not_pay_is_named(self):
        self.bank.environment = "disabled"
        self.assertMissing("Scripted Bank is disabled")
        self.bank.active = False
        self.assertMissing("Scripted Bank is archived")

    def test_a_mapper_counts_where_it_is_asked(self):
        self.mapper.environment = "disabled"
        self.assertMissing()
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.assertMissing("Scripted Mapper is disabled")

    def test_somebody_has_to_approve(self):
        self.program.write({"own_policies": True, "approval": "any"})
        self.assertMissing("approver")
        person = new_test_user(self.env, "only", groups=f"{GROUP}approver,{GROUP}officer")
        self.assertMissing()
        self.program.approval = "other"
        self.assertMissing(person.name)
        new_test_user(self.env, "second", groups=f"{GROUP}approver")
        self.assertMissing()

    def test_somebody_has_to_start(self):
        self.program.write({"own_policies": True, "start": "manual"})
        self.assertMissing("officer")
        new_test_user(self.env, "starter", groups=f"{GROUP}officer")
        self.assertMissing()

    def test_somebody_has_to_get_the_to_dos(self):
        self.program.responsible_id = False
        self.assertMissing("responsible")

    def test_accounts_and_codes_from_a_spreadsheet_are_refused(self):
        for record, name, value, shown in (
            (self.program, "sponsor_bank_account_number", "1.23457E+17", "••••E+17"),
            (self.program, "sponsor_bank_account_number", "123456789012.0", "••••12.0"),
            (self.program, "sponsor_bank_branch_code", "#N/A", "#N/A"),
            (self.bank, "code", "1,2E+05", "1,2E+05"),
        ):
            with (
                self.subTest(value),
                self.assertRaises(ValidationError) as caught,
                self.env.cr.savepoint(),
            ):
                record[name] = value
            self.assertIn(f"“{shown}”", str(caught.exception))
            self.assertIn("Enter it as it was", str(caught.exception))
        self.program.sponsor_bank_account_number = "12E5"

    def test_copies_are_programs_of_their_own(self):
        first, second = self.program.copy(), self.program.copy()
        names = (self.program | first | second).mapped("benefit_program_mnemonic")
        self.assertEqual(names, ["CASH", "CASH_COPY", "CASH_COPY_COPY"])
        self.assertFalse(first.envelope_ids)
        self.assertEqual(first.sponsor_bank_account_number, "CASH-ACCOUNT")

    def test_a_new_program_starts_with_the_only_bank(self):
        (self.bank.search([]) - self.bank).active = False
        self.assertEqual(Form(self.env["g2p.bridge.program"]).sponsor_bank_id, self.bank)
        self.bank.copy()
        self.assertFalse(Form(self.env["g2p.bridge.program"]).sponsor_bank_id)

    def test_a_disabled_bank_says_how_many_envelopes_wait(self):
        self.bank.environment = "disabled"
        self.filled_envelope()
        self.filled_envelope(cycle_code_mnemonic="2026-12")
        self.run_jobs()
        self.assertEqual(self.bank.waiting_envelope_count, 2)
        self.assertEqual(self.program.waiting_envelope_count, 2)
        action = self.bank.action_open_waiting_envelopes()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 2)
        self.bank.environment = "enabled"
        self.env["g2p.bridge.envelope"]._cron_heartbeat(("check", "block", "ship", "release"))
        self.run_jobs()
        self.bank.invalidate_recordset()
        self.assertEqual(self.bank.waiting_envelope_count, 0)

    def test_a_bank_counts_programs_and_accounts(self):
        self.make_program("SECOND", sponsor_bank_account_number="CASH-ACCOUNT")
        officer = new_test_user(self.env, "counter", groups=f"{GROUP}officer")
        bank = self.bank.with_user(officer)
        self.assertEqual((bank.program_count, bank.account_count), (2, 1))

    def test_the_policies_of_settings_are_told_where_they_hold(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge.approval", "any")
        self.program.invalidate_recordset()
        self.assertIn("By an approver", self.program.policy_words)

    def test_programs_and_settings_have_every_policy_as_it_is_said_once(self):
        program, settings = self.env["g2p.bridge.program"], self.env["res.config.settings"]
        for name, policy in POLICIES.items():
            setting = settings._fields[f"g2p_bridge_{name}"]
            self.assertEqual(setting.config_parameter, f"g2p_bridge.{name}")
            for field in (setting, program._fields[name]) if name in NAMES else (setting,):
                with self.subTest(field=str(field)):
                    self.assertEqual(field.string, policy.metadata["label"])
                    self.assertEqual(field.default(program), policy.default)
