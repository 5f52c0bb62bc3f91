# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.g2p_bridge.tests.access.access_common import AccessCase
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

SERVER = "https://mapper.example.org"


class TestCallBackAddress(AccessCase):
    """The address that a mapper was given is not that of the next one."""

    def setUp(self):
        super().setUp()
        let_one_person(self)

    def test_a_mapper_gets_another_call_back_address(self):
        """The former one knows it, for each question carries it."""
        vals = {"base_url": f"{SERVER}/v1", "credential_input": "SUPER-SECRET-TOKEN"}
        self.rpc("admin", self.mapper, "write", vals)
        token = self.mapper.sudo().call_back_token
        self.rpc("admin", self.mapper, "write", {"base_url": f"{SERVER}/other"})
        self.assertEqual(self.mapper.sudo().call_back_token, token)
        self.rpc("admin", self.mapper, "write", {"base_url": "https://other.example.org"})
        self.assertTrue(self.mapper.sudo().call_back_token)
        self.assertNotEqual(self.mapper.sudo().call_back_token, token)
        self.assertFalse(self.mapper._from_call_back_token(token))
