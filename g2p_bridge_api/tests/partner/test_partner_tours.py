# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext

from odoo.tests import HttpCase, tagged

from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from .partner_common import PartnerCase

START = "/odoo/action-g2p_bridge_bank_connector.sponsor_bank_action"


@tagged("post_install", "-at_install")
class TestPartnerTours(PartnerCase, HttpCase):
    """Partners in the browser."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def test_an_administrator_lets_a_system_in(self):
        let_one_person(self)
        self.partner.active = False
        self.start_tour(START, "g2p_bridge_partner", login="bridge_admin", timeout=300)
        made = self.partners.search([("code", "=", "tour-pbms")])
        self.assertEqual(made.proof, "either")
        self.assertIn("create_disbursements", made.operation_ids.mapped("code"))
        self.assertFalse(made._programs(), "nobody has said of which programs")
        self.assertEqual(made.api_key_count, 1)
        self.assertEqual(made.key_ids.kind, "Ed25519")
        self.assertTrue(made.key_ids.revoked_at)
        self.assertEqual(made.company_id, self.env.company)

    def test_an_auditor_reads(self):
        self.start_tour(START, "g2p_bridge_partner_read_only", login="bridge_auditor", timeout=300)

    def test_every_screen_warns_of_calls_without_proof(self):
        self.bank.environment = "disabled"
        self.env["ir.config_parameter"].sudo().set_param("g2p_bridge_api.unsigned", "True")
        self.start_tour(START, "g2p_bridge_unsigned", login="bridge_admin", timeout=300)
