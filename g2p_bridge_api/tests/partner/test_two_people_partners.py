# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person
from odoo.addons.g2p_bridge_base.tests.signing import private_key, public_pem

from ...models.partner.partner_user import SCOPE
from .partner_common import PartnerCase


@tagged("post_install", "-at_install")
class TestTwoPeopleForPartners(PartnerCase):
    """Nobody alone lets a system send payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["second"] = new_test_user(
            cls.env, "bridge_second", groups="g2p_bridge_base.group_admin"
        )

    def setUp(self):
        super().setUp()
        let_one_person(self, False)

    def confirm(self, record):
        self.env.invalidate_all()
        for change in self.env["g2p.bridge.change"]._waiting(record):
            self.rpc("second", change, "action_confirm")
        self.env.invalidate_all()

    def add_key_as_admin(self, partner, key):
        wizard = self.rpc_model(
            "admin",
            "g2p.bridge.partner.key.add",
            "create",
            {"partner_id": partner.id, "text": public_pem(key), "valid_from": "2026-01-01"},
        )
        self.rpc("admin", self.env["g2p.bridge.partner.key.add"].browse(wizard), "action_add")
        self.env.invalidate_all()
        return partner.key_ids[:1]

    def test_a_partner_with_a_key_of_ones_own_is_a_stranger_until_both_are_confirmed(self):
        made = self.rpc_model(
            "admin", "g2p.bridge.partner", "create", {"name": "Mine", "code": "mine"}
        )
        partner, key = self.partners.browse(made), private_key("ES256")
        stored = self.add_key_as_admin(partner, key)
        self.assertEqual((partner.is_confirmed, stored.state), (False, "waiting"))
        self.assertFalse(self.partners._of_code("mine"))
        self.assertFalse(partner._valid_keys())
        self.confirm(partner)
        self.assertTrue(self.partners._of_code("mine"))
        self.assertFalse(partner._valid_keys())
        self.confirm(stored)
        self.assertEqual(partner._valid_keys(), stored)

    def test_the_window_of_a_key_shows_its_fingerprint(self):
        stored = self.add_key_as_admin(self.partner, private_key("ES256"))
        change = self.env["g2p.bridge.change"]._waiting(stored)
        self.assertIn(stored.fingerprint, change.line_ids.mapped("after"))
        self.assertIn(self.partner.name, change.line_ids.mapped("after"))

    def test_what_a_partner_may_do_waits(self):
        for values in (
            {"all_programs": not self.partner.all_programs},
            {"program_ids": [(4, self.program.id)]},
            {"operation_ids": [(5,)]},
            {"proof": "either"},
            {"strict_header": not self.partner.strict_header},
            {"exact_bytes": True},
        ):
            (name,) = values
            before = self.partner[name]
            with self.subTest(name):
                self.rpc("admin", self.partner, "write", values)
                self.env.invalidate_all()
                self.assertEqual(self.partner[name], before)
                self.confirm(self.partner)
                self.assertNotEqual(self.partner[name], before)

    def test_nobody_makes_a_program_by_the_list_of_a_partner(self):
        commands = [(0, 0, {"benefit_program_mnemonic": "X"})]
        with self.assertRaisesRegex(UserError, "choose among"):
            self.rpc("admin", self.partner, "write", {"program_ids": commands})

    def test_a_longer_life_of_a_key_waits_and_its_end_does_not(self):
        key = self.partner.key_ids[:1]
        key.valid_until = "2030-01-01"
        self.rpc("admin", key, "write", {"valid_until": "2099-01-01"})
        self.env.invalidate_all()
        self.assertEqual(key.valid_until.year, 2030)
        self.rpc("admin", key, "action_revoke")
        self.env.invalidate_all()
        self.assertEqual(key.state, "revoked")
        self.assertFalse(self.env["g2p.bridge.change"]._waiting(key))

    def test_an_api_key_opens_nothing_before_it_is_confirmed(self):
        first = self.rpc("admin", self.partner, "action_new_api_key")["context"]["default_secret"]
        second = self.rpc("admin", self.partner, "action_new_api_key")["context"]["default_secret"]
        keys = self.env["res.users.apikeys"]
        for key in (first, second):
            self.assertIsNone(keys._check_credentials(scope=SCOPE, key=key))
        self.confirm(self.partner)
        for key in (first, second):
            self.assertEqual(keys._check_credentials(scope=SCOPE, key=key), self.partner.user_id.id)
        self.assertEqual(self.partner.api_key_count, 2)
        self.rpc("admin", self.partner, "action_revoke_api_keys")
        self.env.invalidate_all()
        self.assertFalse(self.partner.accepted_api_keys)

    def test_where_events_go_waits(self):
        webhook = self.env["g2p.bridge.webhook"].create(
            {"name": "Hook", "partner_id": self.partner.id, "base_url": "https://old.example"}
        )
        self.rpc("admin", webhook, "write", {"base_url": "https://new.example"})
        self.env.invalidate_all()
        self.assertEqual(webhook.base_url, "https://old.example")

    def test_what_a_partner_speaks_of_stays_in_its_company(self):
        company = self.env["res.company"].create({"name": "Other Ministry"})
        self.partner.write({"all_programs": False, "program_ids": [(6, 0, self.program.ids)]})
        with self.assertRaises(ValidationError):
            self.program.company_id = company
