# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user
from passlib.context import CryptContext

from .. import keys
from .people import let_write_people

GROUP = "g2p_bridge_base.group_%s"


class RoleCase(TransactionCase):
    """People who may change users, with and without a role in the bridge."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo hashes a password half a second long: here are many of them.
        quick = CryptContext(["pbkdf2_sha512", "plaintext"], pbkdf2_sha512__rounds=1)
        users = type(cls.env["res.users"])
        cls.startClassPatcher(patch.object(users, "_crypt_context", lambda user: quick))
        admin = GROUP % "admin"
        contacts = "base.group_partner_manager"
        cls.erp = new_test_user(cls.env, "role_erp", groups=f"base.group_erp_manager,{contacts}")
        cls.system = new_test_user(cls.env, "role_system", groups="base.group_system")
        cls.admin = new_test_user(cls.env, "role_admin", groups=admin)
        cls.both = new_test_user(
            cls.env, "role_both", groups=f"base.group_erp_manager,{contacts},{admin}"
        )
        let_write_people(cls.erp + cls.system + cls.both)
        cls.person = new_test_user(cls.env, "role_person", email="person@ministry.test")
        cls.approver = cls.env.ref(GROUP % "approver")
        cls.finance = cls.env.ref(GROUP % "finance")

    def waiting(self, user):
        return self.env["g2p.bridge.change"]._waiting(user)

    def confirm(self, change, by):
        change.with_user(by).action_confirm()
        self.env.invalidate_all()

    def has(self, user, group=None):
        return (group or self.approver) in user.all_group_ids

    def assertProposed(self, user, group=None):
        """The user has no role and a proposal waits; another administrator makes it one."""
        self.assertFalse(self.has(user, group))
        change = self.waiting(user)
        self.assertEqual(len(change), 1)
        self.assertEqual(change.kind, "role")
        self.assertIn((group or self.approver).full_name, change.line_ids.after)
        self.confirm(change, self.admin)
        self.assertTrue(self.has(user, group))


class TestRoleProposal(RoleCase):
    """Each way in which a person could give a role, tried by who may change users."""

    def test_on_the_users_form(self):
        self.person.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        self.assertProposed(self.person)

    def test_what_is_no_role_is_given_at_once(self):
        export = self.env.ref("base.group_allow_export")
        groups = [Command.link(export.id), Command.link(self.approver.id)]
        self.person.with_user(self.erp).write({"group_ids": groups})
        self.assertIn(export, self.person.group_ids)
        self.assertProposed(self.person)

    def test_to_oneself(self):
        self.erp.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        self.assertProposed(self.erp)

    def test_on_the_groups_form(self):
        for field in ("user_ids", "all_user_ids"):
            person = self.person.copy({"login": field})
            values = {field: [Command.link(person.id)]}
            self.approver.with_user(self.system).write(values)
            with self.subTest(field):
                self.assertProposed(person)

    def test_with_a_new_user(self):
        users = self.env["res.users"].with_user(self.erp)
        values = {"name": "New", "login": "role_new", "group_ids": [Command.set(self.approver.ids)]}
        new = users.create(values)
        self.assertTrue(new._is_internal())
        self.assertProposed(new)

    def test_by_a_copy(self):
        self.person.group_ids += self.approver
        copy = self.person.with_user(self.erp).copy({"login": "role_copy"})
        self.assertProposed(copy)

    def test_by_an_import(self):
        users = self.env["res.users"].with_user(self.system)
        result = users.load(
            ["id", "name", "login", "group_ids/id"],
            [["__import__.role_imported", "Imported", "role_imported", GROUP % "approver"]],
        )
        self.assertTrue(result["ids"], result["messages"])
        self.assertProposed(self.env["res.users"].browse(result["ids"]))

    def test_by_a_group_of_ones_own_that_brings_it(self):
        group = self.env["res.groups"].with_user(self.system)
        group = group.create({"name": "Team", "implied_ids": [Command.link(self.approver.id)]})
        self.person.with_user(self.erp).write({"group_ids": [Command.link(group.id)]})
        self.assertFalse(self.has(self.person))
        self.assertNotIn(group, self.person.group_ids)
        self.confirm(self.waiting(self.person), self.admin)
        self.assertTrue(self.has(self.person))

    def test_not_by_what_a_group_means(self):
        """It would be given to everybody who is in the group, none of them by name."""
        internal = self.env.ref("base.group_user")
        own = self.env["res.groups"].create({"name": "Own", "user_ids": self.person.ids})
        for group, values in (
            (internal, {"implied_ids": [Command.link(self.approver.id)]}),
            (own, {"implied_ids": [Command.link(self.approver.id)]}),
            (self.approver, {"implied_by_ids": [Command.link(internal.id)]}),
            (self.env.ref(GROUP % "admin"), {"implied_ids": [Command.link(self.approver.id)]}),
        ):
            with self.subTest(group.name, values=values):
                with self.assertRaisesRegex(UserError, "by name"), self.env.cr.savepoint():
                    group.with_user(self.system).write(values)
                self.env.invalidate_all()
                self.env.registry.clear_cache("groups")
                self.assertFalse(self.has(self.person))
                self.assertIn(internal, self.person.all_group_ids)

    def test_not_by_a_group_that_was_moved_away(self):
        self.approver.with_user(self.system).write({"privilege_id": False})
        self.person.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        self.assertProposed(self.person)

    def test_not_by_an_archived_user_who_comes_back(self):
        self.person.group_ids += self.approver
        self.person.active = False
        self.person.with_user(self.erp).write({"active": True})
        self.assertProposed(self.person)

    def test_a_second_role_keeps_the_first(self):
        self.person.group_ids += self.finance
        self.person.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        self.assertTrue(self.has(self.person, self.finance))
        self.assertProposed(self.person)
        self.assertTrue(self.has(self.person, self.finance))

    def test_neither_the_proposer_nor_the_person_confirms(self):
        self.person.with_user(self.both).write({"group_ids": [Command.link(self.approver.id)]})
        with self.assertRaisesRegex(AccessError, "part in"):
            self.waiting(self.person).with_user(self.both).action_confirm()
        self.admin.with_user(self.both).write({"group_ids": [Command.link(self.approver.id)]})
        with self.assertRaisesRegex(AccessError, "part in"):
            self.waiting(self.admin).with_user(self.admin).action_confirm()

    def test_nobody_without_a_role_confirms(self):
        self.person.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        for user in (self.erp, self.system, self.person):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.waiting(self.person).with_user(user).action_confirm()
        self.assertFalse(self.has(self.person))

    def test_what_was_taken_away_since_is_not_given_back(self):
        self.person.group_ids += self.finance
        self.person.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        change = self.waiting(self.person)
        self.person.with_user(self.erp).write({"group_ids": [Command.unlink(self.finance.id)]})
        with self.assertRaises(UserError):
            self.confirm(change, self.admin)
        self.assertFalse(self.has(self.person, self.finance))

    def test_taking_a_role_away_waits_for_nobody(self):
        self.person.group_ids += self.approver
        self.person.with_user(self.erp).write({"group_ids": [Command.unlink(self.approver.id)]})
        self.assertFalse(self.has(self.person))
        self.assertFalse(self.waiting(self.person))

    def test_the_fields_behind_it_are_nobodys(self):
        for values in ({"bridge_role_ids": [Command.link(self.approver.id)]},):
            with self.assertRaises(AccessError):
                self.person.with_user(self.system).write(values)

    def test_the_trail_says_who_proposed_and_who_confirmed(self):
        self.person.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        self.confirm(self.waiting(self.person), self.admin)
        records = self.env["g2p.bridge.audit"].search(
            [("model", "=", "res.users"), ("res_id", "=", self.person.id)], order="id"
        )
        told = [(record.action, record.user_id) for record in records]
        self.assertEqual(
            told, [("propose", self.erp), ("group", self.admin), ("confirm", self.admin)]
        )

    def test_the_bridge_itself_and_one_person_alone_wait_for_nobody(self):
        self.person.with_user(self.erp).sudo().write({"group_ids": [Command.link(self.finance.id)]})
        self.assertTrue(self.has(self.person, self.finance))
        with patch.object(keys, "one_person", lambda: True):
            self.person.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        self.assertTrue(self.has(self.person))
