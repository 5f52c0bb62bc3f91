# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext

from odoo.tests import HttpCase, tagged

from ..access.two_person_common import TwoPersonCase

BANKS = "/odoo/action-g2p_bridge_bank_connector.sponsor_bank_action"
CHANGES = "/odoo/action-g2p_bridge_base.change_action"


@tagged("post_install", "-at_install")
class TestTwoPeopleTours(TwoPersonCase, HttpCase):
    """Proposing and confirming in the browser."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def test_one_proposes_and_another_confirms(self):
        self.bank.base_url = "https://old.example.org"
        self.start_tour(BANKS, "g2p_bridge_propose", login="bridge_admin", timeout=300)
        self.env.invalidate_all()
        self.assertEqual(self.bank.base_url, "https://old.example.org")
        self.start_tour(CHANGES, "g2p_bridge_confirm", login="bridge_second", timeout=300)
        self.env.invalidate_all()
        self.assertEqual(self.bank.base_url, "https://new.example.org")
