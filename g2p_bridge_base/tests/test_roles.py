# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user


class TestRoles(TransactionCase):
    """Who has a role of the bridge passes, and the superuser; all others are refused."""

    def check(self, user, *roles):
        self.env["res.users"].with_user(user)._g2p_bridge_check_role(*roles)

    def test_one_of_several_roles_is_enough(self):
        user = new_test_user(self.env, "of_finance", "g2p_bridge_base.group_finance")
        self.check(user, "finance")
        self.check(user, "officer", "finance")
        self.assertIn("finance", self.env["res.users"].with_user(user)._g2p_bridge_roles())

    def test_others_are_told_whom_to_ask(self):
        user = new_test_user(self.env, "of_nothing", "base.group_user")
        group = self.env.ref("g2p_bridge_base.group_finance").name
        with self.assertRaisesRegex(AccessError, group):
            self.check(user, "finance", "admin")

    def test_superuser_mode_is_that_of_the_caller(self):
        user = new_test_user(self.env, "in_sudo", "base.group_user")
        self.env["res.users"].with_user(user).sudo()._g2p_bridge_check_role("admin")
        with self.assertRaises(AccessError):
            self.env["res.users"].with_user(user)._g2p_bridge_check_role("admin")
