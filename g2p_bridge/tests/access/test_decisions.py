# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError

from odoo.addons.g2p_bridge_base.models.people.res_users import ROLES

from .access_common import AccessCase


class TestDecisions(AccessCase):
    """One table says of each kind of decision what it is about and who may take it."""

    def test_every_kind_stands_in_the_table(self):
        window = self.env["g2p.bridge.decision"]
        kinds = window._decisions()
        self.assertEqual(set(kinds), set(window._fields["kind"].get_values(self.env)))
        for name, kind in kinds.items():
            with self.subTest(name):
                self.assertIn(kind.model, self.env)
                self.assertIn(kind.role, (None, *ROLES))

    def confirm(self, name, record, kind, **values):
        vals = {"kind": kind, "res_model": record._name, "res_ids": str(record.id), **values}
        window = self.rpc_model(name, "g2p.bridge.decision", "create", {"reason": "So", **vals})
        return self.rpc(name, self.env["g2p.bridge.decision"].browse(window), "action_confirm")

    def test_only_its_role_takes_a_decision(self):
        envelope = self.filled_envelope()
        with self.assertRaises(AccessError):
            self.confirm("finance", envelope, "pause_envelope")
        self.assertFalse(envelope.paused)
        self.confirm("officer", envelope, "pause_envelope")
        self.assertTrue(envelope.paused)

    def test_a_decision_is_about_nothing_else_than_it_says(self):
        with self.assertRaisesRegex(UserError, "can't be taken about"):
            self.confirm("officer", self.filled_envelope(), "leave_out")

    def test_a_reason_of_blanks_is_none(self):
        envelope = self.filled_envelope()
        with self.assertRaisesRegex(UserError, "Give a reason"):
            self.confirm("officer", envelope, "pause_envelope", reason=" \n ")
        self.assertFalse(envelope.paused)
