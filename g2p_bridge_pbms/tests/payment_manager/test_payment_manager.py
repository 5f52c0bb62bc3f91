# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user

from ..common import MANAGER, PbmsCase


class TestPaymentManager(PbmsCase):
    """How the manager is chosen and configured, and what it says is missing."""

    def test_it_is_offered_like_any_other_manager(self):
        selection = self.env["g2p.program.payment.manager"]._selection_manager_ref_id()
        self.assertIn((MANAGER, "G2P Bridge"), selection)
        self.assertEqual(self.pbms_program.get_manager(7), self.manager)

    def test_form_has_defaults_and_says_what_is_missing(self):
        program = self.env["g2p.program"].create({"name": "New"})
        manager = self.env[MANAGER].with_context(default_program_id=program.id)
        with Form(manager.with_user(self.manager_user)) as form:
            self.assertIn("Choose the benefit program", form.missing)
            self.assertIn("Choose the ID type", form.missing)
            form.bridge_program_id = self.program
            form.id_type_id = self.id_type
            self.assertFalse(form.missing)
        self.assertEqual(form.record.name, "G2P Bridge")
        self.assertEqual(form.record.automatic_start, "manual")

    def test_templates_are_checked_when_saved(self):
        for name, value, word in (
            ("narrative_template", "{cycle.nam}", "{cycle.nam}"),
            ("narrative_template", "{cycle.name", "can't be used"),
            ("narrative_template", "{cycle.__class__}", "__class__"),
            ("narrative_template", "{cycle.name!r:>9}", "!r"),
            ("narrative_template", "{}", "{}"),
            ("narrative_template", "  ", "empty"),
            ("cycle_code_template", "{entitlement.code}", "{entitlement.code}"),
        ):
            with self.subTest(value=value), self.assertRaises(ValidationError) as caught:
                self.manager[name] = value
            self.assertIn(word, str(caught.exception))

    def test_benefit_program_of_another_company_is_refused(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.pbms_program.company_id = company
        with self.assertRaises(ValidationError):
            self.manager.bridge_program_id = self.program

    def test_cycle_code_of_the_template(self):
        self.manager.cycle_code_template = "{program.name} {cycle.start_date} no. {cycle.sequence}"
        cycle = self.make_cycle(self.make_people(1), sequence=4, start_date="2026-01-31")
        self.approve(cycle)
        self.assertEqual(self.envelopes(cycle).cycle_code_mnemonic, "Child Grant 2026-01-31 no. 4")

    def test_groups_of_pbms_are_mapped(self):
        def groups(xmlid):
            user = new_test_user(self.env, xmlid.replace(".", "_"), groups=xmlid)
            return {
                name
                for name in ("officer", "approver", "finance", "admin", "auditor")
                if user.has_group(f"g2p_bridge_base.group_{name}")
            }

        self.assertEqual(groups("g2p_programs.g2p_program_manager"), {"officer"})
        self.assertEqual(groups("g2p_programs.g2p_finance_validator"), {"finance"})
        self.assertEqual(groups("g2p_registry_base.group_g2p_admin"), {"admin"})
        self.assertEqual(groups("g2p_programs.g2p_program_cycle_approver"), set())
        self.assertEqual(groups("g2p_programs.g2p_program_validator"), set())

    def test_only_managers_and_administrators_configure(self):
        with self.assertRaises(AccessError):
            self.manager.with_user(self.approver).write({"batch_size": 1})
        self.manager.with_user(self.manager_user).write({"batch_size": 1})


class TestScheduleDate(PbmsCase):
    """When a cycle is paid: days of the company's own calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager.automatic_start = "schedule"

    def scheduled(self, rule, days=0, weekday="0", **vals):
        """The schedule date of a cycle that is approved at noon on Wednesday 2026-11-11."""
        self.manager.write(
            {"schedule_rule": rule, "schedule_days": days, "schedule_weekday": weekday}
        )
        moment = vals.pop("moment", "2026-11-11 12:00:00")
        with freeze_time(moment):
            self.manager.automatic_since = datetime(2020, 1, 1)
            cycle = self.make_cycle(self.make_people(1), **vals)
            self.approve(cycle)
        return self.envelopes(cycle).disbursement_schedule_date.isoformat()

    def test_start_of_the_cycle(self):
        self.assertEqual(self.scheduled("cycle_start", start_date="2026-12-01"), "2026-12-01")

    def test_start_of_the_cycle_and_days(self):
        self.assertEqual(self.scheduled("cycle_start", 3, start_date="2026-12-01"), "2026-12-04")

    def test_a_past_start_is_today(self):
        self.assertEqual(self.scheduled("cycle_start", start_date="2026-11-01"), "2026-11-11")

    def test_days_after_approval(self):
        self.assertEqual(self.scheduled("approval", 5), "2026-11-16")

    def test_days_of_notice_of_the_benefit_program(self):
        self.program.write({"own_policies": True, "disbursement_sla_days": 3})
        self.assertEqual(self.scheduled("approval"), "2026-11-14")

    def test_fixed_weekday(self):
        self.assertEqual(self.scheduled("weekday", weekday="0"), "2026-11-16")

    def test_fixed_weekday_may_be_the_same_day(self):
        self.assertEqual(self.scheduled("weekday", weekday="2"), "2026-11-11")

    def test_fixed_weekday_after_the_notice(self):
        self.assertEqual(self.scheduled("weekday", 1, weekday="2"), "2026-11-18")

    def test_days_are_those_of_the_company(self):
        self.env.company.partner_id.tz = "Asia/Manila"
        day = self.scheduled("approval", 1, moment="2026-11-11 17:00:00")
        self.assertEqual(day, "2026-11-13")

    def test_on_approval_is_paid_today_whatever_the_rule(self):
        self.manager.automatic_start = "approval"
        self.assertEqual(self.scheduled("approval", 9), "2026-11-11")

    def test_scheduled_envelope_waits_for_its_day(self):
        self.manager.write({"schedule_rule": "approval", "schedule_days": 7})
        cycle = self.make_cycle(self.make_people(2))
        self.approve(cycle)
        envelope = self.envelopes(cycle)
        self.assertEqual(envelope.state, "scheduled")
        self.assertEqual(len(self.disbursements(cycle)), 2)
        with freeze_time(datetime.now() + timedelta(days=7)):
            envelope._advance()
            self.run_jobs()
        self.assertEqual(envelope.state, "shipped")
