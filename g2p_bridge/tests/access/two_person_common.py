# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A second administrator, on a server on which one person is not enough."""

from odoo.tests import new_test_user

from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from .access_common import AccessCase


class TwoPersonCase(AccessCase):
    """Administrators of one company: ``admin`` and ``second``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["second"] = new_test_user(
            cls.env,
            "bridge_second",
            email="second@example.org",
            groups="g2p_bridge_base.group_admin",
        )
        cls.changes = cls.env["g2p.bridge.change"]

    def setUp(self):
        super().setUp()
        let_one_person(self, False)

    def waiting(self, record):
        """:return: the proposals about a record that wait"""
        self.env.invalidate_all()
        return self.changes._waiting(record)

    def confirm(self, record, name="second"):
        """Have somebody confirm what waits about a record."""
        for change in self.waiting(record):
            self.rpc(name, change, "action_confirm")
        self.env.invalidate_all()

    def proposes(self, record, name, attempt):
        """What an attempt does to a field of a record, and what it proposes.

        :return: (value now, names of the fields that wait)
        """
        before = record[name]
        attempt()
        self.env.invalidate_all()
        self.assertEqual(record[name], before)
        return set().union(*(change._names() for change in self.waiting(record)))
