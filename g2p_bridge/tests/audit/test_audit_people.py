# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.g2p_bridge_base.tests.people import let_write_people

from .test_audit import AuditCase


class TestPeople(AuditCase):
    """Who takes over the account of somebody who decides leaves a record, though no secret."""

    def setUp(self):
        super().setUp()
        self.master = new_test_user(
            self.env, "master", groups="base.group_erp_manager,base.group_partner_manager"
        )
        self.users["master"] = self.master
        let_write_people(self.master)
        self.approver = self.users["approver"]
        self.facts()  # what the above has written is not looked at
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM g2p_bridge_audit")
        (self.before,) = self.env.cr.fetchone()

    def write(self, **values):
        self.rpc("master", self.approver, "write", values)

    def test_password(self):
        self.write(password="t0p-Secret-1")
        fact = self.fact("secret", self.approver)
        self.assertEqual((fact.login, fact.new_value), ("master", "replaced"))
        self.assertIn("Password", fact.what)
        self.assertNotIn("t0p-Secret-1", str(self.facts().read()))

    def test_login_and_where_links_to_a_new_password_go(self):
        self.write(login="other", email="mine@example.org")
        said = {fact.what: (fact.old_value, fact.new_value) for fact in self.facts("change")}
        self.assertEqual(said["Login"], ("bridge_approver", "other"))
        self.assertEqual(said["Email"][1], "mine@example.org")

    def test_a_name_by_which_another_is_known(self):
        self.rpc("approver", self.approver, "write", {"name": "The Minister"})
        fact = self.fact("change", self.approver)
        self.assertEqual(fact.new_value, "The Minister")
        self.approver.partner_id.sudo().write({"name": "Somebody"})
        self.assertEqual(self.facts("change")[-1].new_value, "Somebody")

    def test_companies(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.write(company_ids=[Command.link(company.id)], company_id=company.id)
        facts = self.facts("change", about=self.approver)
        self.assertEqual(facts.mapped("what"), ["Company", "Companies"])
        self.assertIn("Other Ministry", facts[1].new_value)

    def test_archived_and_back(self):
        self.write(active=False)
        self.write(active=True)
        facts = self.facts("change", about=self.approver)
        self.assertEqual(facts.mapped("new_value"), ["no", "yes"])
        self.write(active=False)
        self.env["res.users"].browse(self.approver.id).sudo().write({"password": "t0p-Secret-2"})
        self.assertEqual(len(self.facts("secret")), 1, "an archived user comes back some day")

    def test_second_factor(self):
        if "totp_secret" not in self.approver._fields:
            self.skipTest("auth_totp is not installed")
        self.approver.sudo().totp_secret = "JBSWY3DPEHPK3PXP"
        self.approver.sudo().write({"totp_secret": False})
        facts = self.facts("secret", about=self.approver)
        self.assertEqual(facts.mapped("new_value"), ["replaced", "removed"])
        self.assertNotIn("JBSWY3DPEHPK3PXP", str(facts.read()))

    def test_api_keys(self):
        keys = self.env["res.users.apikeys"].with_user(self.approver)
        key = keys.sudo()._generate(None, "My script", None)
        keys.sudo().search([("user_id", "=", self.approver.id)]).unlink()
        facts = self.facts("secret", about=self.approver)
        self.assertEqual(facts.mapped("new_value"), ["made", "removed"])
        self.assertNotIn(key, str(facts.read()))

    def test_a_new_one_and_one_who_goes(self):
        user = new_test_user(self.env, "new_approver", groups="g2p_bridge_base.group_approver")
        self.assertIn("new_approver", self.fact("create", user).new_value)
        user.unlink()
        self.assertEqual(self.facts("delete")[-1].old_value, "new_approver")

    def test_who_loses_his_role_with_the_same_change(self):
        group = self.env.ref("g2p_bridge_base.group_approver")
        self.write(login="gone", group_ids=[Command.unlink(group.id)])
        self.assertEqual(self.fact("change", self.approver).new_value, "gone")

    def test_who_may_hand_out_roles(self):
        self.rpc(
            "master",
            self.users["stranger"],
            "write",
            {"group_ids": [Command.link(self.env.ref("base.group_erp_manager").id)]},
        )
        self.assertIn("Access Rights", self.fact("group").what)

    def test_nobody_else_is_told_of(self):
        self.rpc(
            "master", self.users["stranger"], "write", {"password": "x-Secret-12", "login": "a"}
        )
        self.assertFalse(self.facts())


class TestRights(AuditCase):
    """What opens doors, or runs code in anybody's name, leaves a record as well."""

    def setUp(self):
        super().setUp()
        self.users["system"] = new_test_user(self.env, "system", groups="base.group_system")
        self.facts()
        self.env.cr.execute("SELECT COALESCE(MAX(id), 0) FROM g2p_bridge_audit")
        (self.before,) = self.env.cr.fetchone()

    def make(self, model, **values):
        made = self.rpc_model("system", model, "create", values)
        return self.env[model].browse(made)

    def model_of(self, name):
        return self.env["ir.model"]._get_id(name)

    def assertKept(self, record, values, words):
        """Made, changed and removed: three records, and what it said at first."""
        name = record._name
        self.assertIn(words, self.fact("create", record).new_value)
        self.rpc("system", record, "write", values)
        self.assertTrue(self.facts("change", about=record))
        self.rpc("system", record, "unlink")
        self.assertTrue(self.facts("delete").filtered(lambda fact: fact.model == name).old_value)
        self.assertEqual(set(self.facts().mapped("login")), {"system"})

    def test_access_line(self):
        line = self.make(
            "ir.model.access",
            name="back door",
            model_id=self.model_of("g2p.bridge.program"),
            group_id=self.env.ref("base.group_user").id,
            perm_write=True,
        )
        self.assertKept(line, {"perm_unlink": True}, "back door")

    def test_rule(self):
        rule = self.make(
            "ir.rule",
            name="all companies",
            model_id=self.model_of("g2p.bridge.envelope"),
            domain_force="[(1, '=', 1)]",
        )
        self.assertKept(rule, {"domain_force": "[]"}, "[(1, '=', 1)]")

    def test_server_action_with_its_code(self):
        action = self.make(
            "ir.actions.server",
            name="tidy up",
            model_id=self.model_of("g2p.bridge.envelope"),
            state="code",
            code="records.sudo().write({'approved_by_id': 6})",
        )
        self.assertKept(action, {"code": "pass"}, "approved_by_id")

    def test_scheduled_action_but_not_its_runs(self):
        cron = self.env.ref("g2p_bridge_base.cron_audit_publish")
        self.rpc("system", cron, "write", {"active": False})
        fact = self.fact("change", cron)
        self.assertEqual((fact.old_value, fact.new_value), ("yes", "no"))
        cron.sudo().write({"nextcall": "2099-01-01 00:00:00", "failure_count": 1})
        self.assertEqual(len(self.facts("change", about=cron)), 1)

    def test_field_that_shows_what_has_no_rights(self):
        field = self.make(
            "ir.model.fields",
            name="x_account",
            field_description="Account",
            model_id=self.model_of("g2p.bridge.envelope"),
            ttype="char",
            related="sponsor_bank_account_number",
        )
        self.assertIn("sponsor_bank_account_number", self.fact("create", field).new_value)

    def test_view_that_people_decide_by(self):
        view = self.env.ref("g2p_bridge.envelope_view_form")
        self.rpc("system", view, "write", {"arch": view.arch.replace("Approve", "Look at")})
        self.assertIn("Look at", self.fact("change", view).new_value)
        other = self.env.ref("base.view_partner_form")
        self.rpc("system", other, "write", {"name": "other"})
        self.assertFalse(self.facts(about=other))

    def test_default_of_a_form(self):
        self.rpc_model("system", "ir.default", "set", "g2p.bridge.program", "approval", "none")
        self.assertIn("none", self.fact("create").new_value)

    def test_addon(self):
        module = self.env["ir.module.module"].search([("state", "=", "uninstalled")], limit=1)
        self.rpc("system", module, "write", {"state": "to install"})
        self.assertIn(module.name, self.fact("change", module).what)

    def test_settings_of_every_addon(self):
        key = "g2p_bridge_api.skew_minutes"
        self.env["ir.config_parameter"].set_param(key, "30")
        self.assertEqual(self.fact("change").new_value, "30")
        parameter = self.env["ir.config_parameter"].search([("key", "=", key)])
        parameter.key = "elsewhere"
        last = self.facts("change")[-1]
        self.assertEqual((last.old_value, last.new_value or ""), ("30", ""))

    def test_a_secret_among_settings_is_not_told(self):
        self.env["ir.config_parameter"].set_param("g2p_bridge_x.api_token", "t0p-Secret")
        fact = self.fact("change")
        self.assertEqual(fact.new_value, "a secret")
        self.assertNotIn("t0p-Secret", str(fact.read()))


@tagged("post_install", "-at_install")
class TestInAnothersName(HttpCase):
    """A record that code has written in another's name tells who was logged in."""

    def test_both_are_named(self):
        user = new_test_user(self.env, "approver_x")
        action = self.env["ir.actions.server"].create(
            {
                "name": "In another's name",
                "model_id": self.env["ir.model"]._get_id("g2p.bridge.program"),
                "state": "code",
                "code": f"""
env["g2p.bridge.audit"].with_user({user.id}).sudo()._record_fact("approve", env.company, "Approved")
""",
            }
        )
        self.authenticate("admin", "admin")
        self.make_jsonrpc_request("/web/action/run", {"action_id": action.id, "context": {}})
        fact = self.env["g2p.bridge.audit"].search([("what", "=", "Approved")], limit=1)
        self.assertEqual((fact.user_id, fact.login), (user, "approver_x ← admin"))
