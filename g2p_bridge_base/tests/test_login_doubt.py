# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.exceptions import AccessError, UserError

from .test_role_proposal import RoleCase

SECRET = "JBSWY3DPEHPK3PXP"


class TestLoginDoubt(RoleCase):
    """Nobody decides in the name of somebody whose way in he has set himself."""

    def setUp(self):
        super().setUp()
        self.person.group_ids += self.env.ref("g2p_bridge_base.group_admin")
        self.key = self.env["g2p.bridge.signing.key"].create({"name": "Key"})

    def decide(self):
        """Something that the person decides, undone."""
        with self.env.cr.savepoint() as savepoint:
            self.key.with_user(self.person).action_generate()
            savepoint.rollback()

    def assertDoubted(self):
        with self.assertRaisesRegex(UserError, "changed how you sign in"):
            self.decide()

    def mails(self):
        return self.env["mail.mail"].search([("email_to", "!=", False)]).mapped("email_to")

    def test_each_way_to_get_hold_of_a_login(self):
        self.person.totp_secret = SECRET
        wizard = self.env["change.password.wizard"].with_user(self.erp)
        for name, take in (
            ("password", lambda user: user.write({"password": "taken-over"})),
            ("new password", lambda user: user.write({"new_password": "taken-over"})),
            ("login", lambda user: user.write({"login": "taken-over"})),
            ("e-mail", lambda user: user.write({"email": "mine@example.test"})),
            ("contact", lambda user: user.partner_id.write({"email": "mine@example.test"})),
            ("other contact", lambda user: user.write({"partner_id": self.new_partner().id})),
            ("no second factor", lambda user: user.sudo().write({"totp_secret": False})),
            (
                "window",
                lambda user: wizard.create(
                    {"user_ids": [Command.create({"user_id": user.id, "new_passwd": "taken"})]}
                ).change_password_button(),
            ),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self.decide()
                take(self.person.with_user(self.erp))
                self.env.flush_all()
                self.assertDoubted()
                self.assertEqual(self.waiting(self.person).kind, "login")
                savepoint.rollback()
                self.env.invalidate_all()

    def new_partner(self):
        return self.env["res.partner"].create({"name": "Other", "email": "mine@example.test"})

    def test_what_changes_nothing_raises_no_doubt(self):
        user = self.person.with_user(self.erp)
        user.write({"login": user.login, "email": user.email, "name": "Married", "lang": "en_US"})
        self.decide()

    def test_the_bridge_and_the_person_raise_no_doubt(self):
        self.person.sudo().write({"password": "by the link that was mailed"})
        self.person.with_user(self.person).write({"email": "own@ministry.test"})
        self.person.with_user(self.person).sudo()._change_password("chosen by the person")
        self.decide()

    def test_another_administrator_confirms_the_login(self):
        self.person.with_user(self.both).write({"password": "taken-over"})
        change = self.waiting(self.person)
        with self.assertRaisesRegex(AccessError, "part in"):
            change.with_user(self.both).action_confirm()
        with self.assertRaisesRegex(UserError, "changed how you sign in"):
            change.with_user(self.person).action_confirm()
        self.assertDoubted()
        self.confirm(change, self.admin)
        self.decide()

    def test_who_set_it_first_has_a_part_in_it_later(self):
        self.person.with_user(self.both).write({"password": "taken-over"})
        self.person.with_user(self.erp).write({"password": "set anew"})
        with self.assertRaisesRegex(AccessError, "part in"):
            self.waiting(self.person).with_user(self.both).action_confirm()

    def test_who_was_doubted_confirms_nothing_either(self):
        self.person.with_user(self.erp).write({"password": "taken-over"})
        self.admin.with_user(self.erp).write({"group_ids": [Command.link(self.approver.id)]})
        with self.assertRaisesRegex(UserError, "changed how you sign in"):
            self.waiting(self.admin).with_user(self.person).action_confirm()

    def test_a_second_factor_that_was_set_up_since_proves_nothing(self):
        self.person.with_user(self.erp).write({"password": "taken-over"})
        with self.assertRaisesRegex(UserError, "changed how you sign in"):
            self.person.with_user(self.person)._totp_try_setting(SECRET, 123456)

    def test_the_person_is_told_at_the_address_of_before(self):
        self.person.with_user(self.erp).write({"email": "mine@example.test"})
        self.assertEqual({*self.mails()}, {"person@ministry.test", "mine@example.test"})
        activity = self.person.partner_id.activity_ids
        self.assertEqual(activity.user_id, self.person)
        self.assertIn(self.erp.name, activity.note)

    def test_who_has_no_role_is_not_asked_about(self):
        clerk = self.env["res.users"].create({"name": "Clerk", "login": "role_clerk"})
        clerk.with_user(self.erp).write({"password": "taken-over"})
        self.assertFalse(self.waiting(clerk))

    def test_a_new_user_with_a_password_is_asked_about_with_the_role(self):
        """Whoever makes a user could else be the approver that he has had confirmed."""
        users = self.env["res.users"].with_user(self.both)
        groups = [Command.set(self.env.ref("g2p_bridge_base.group_admin").ids)]
        values = {"name": "Nobody", "login": "role_nobody", "password": "known-to-me"}
        self.person = users.create({**values, "group_ids": groups}).with_user(self.env.user)
        self.confirm(self.waiting(self.person), self.admin)
        self.assertDoubted()
        change = self.waiting(self.person)
        self.assertEqual(change.proposer_id, self.both)
        self.confirm(change, self.admin)
        self.decide()

    def test_nobody_writes_that_there_is_no_doubt(self):
        self.person.with_user(self.erp).write({"password": "taken-over"})
        for values in ({"bridge_login_is_own": True}, {"bridge_login_set_at": False}):
            with self.subTest(values), self.assertRaises(AccessError):
                self.person.with_user(self.system).write(values)
        self.assertDoubted()
