# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .common import make_program

ACTION = "/odoo/action-g2p_bridge.statement_action"


@tagged("post_install", "-at_install")
class TestUploadTours(HttpCase):
    """Statements handed in by a person, in a browser."""

    def tour(self, name, group):
        make_program(self.env, account="0042-001")
        new_test_user(self.env, group, f"g2p_bridge_base.group_{group}")
        self.start_tour(ACTION, f"g2p_bridge_mt940_{name}", login=group, timeout=300)

    def test_finance_hands_in_several_files(self):
        self.tour("upload", "finance")
        statement = self.env["g2p.bridge.statement"].search([])
        self.assertEqual(statement.mapped("file_name"), ["a.sta"])
        self.assertEqual(statement.mapped("account_number"), ["0042-001"])

    def test_auditors_hand_in_nothing(self):
        self.tour("read_only", "auditor")
