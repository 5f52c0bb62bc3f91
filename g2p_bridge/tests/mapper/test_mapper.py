# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.g2p_bridge_base.secret import MASK
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

GROUPS = "g2p_bridge_base.group_"


@tagged("post_install", "-at_install")
class TestMapper(TransactionCase):
    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.mapper = self.env["g2p.bridge.mapper"].create({"name": "Mapper"})

    def user(self, group):
        return new_test_user(self.env, f"mapper_{group}", groups=GROUPS + group)

    def test_credential_can_be_replaced_but_not_read_on_screen(self):
        self.mapper.credential_input = "token-1"
        self.assertTrue(self.mapper.has_credential)
        self.assertEqual(self.mapper.credential, "token-1")
        self.mapper.invalidate_recordset()
        self.assertEqual(self.mapper.credential_input, MASK)
        self.mapper.credential_input = MASK
        self.assertEqual(self.mapper.credential, "token-1")
        self.assertFalse(self.mapper.copy().credential)
        for group in ("officer", "admin"):
            mapper = self.mapper.with_user(self.user(group))
            self.assertTrue(mapper.has_credential)
            with self.assertRaises(AccessError):
                mapper.read(["credential"])

    def test_only_administrators_change_or_test_a_mapper(self):
        for group in ("officer", "approver", "finance", "auditor"):
            mapper = self.mapper.with_user(self.user(group))
            self.assertEqual(mapper.name, "Mapper")
            with self.assertRaises(AccessError):
                mapper.base_url = "https://example.org"
            with self.assertRaises(AccessError):
                mapper.action_test()
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                self.env["g2p.bridge.mapper.test"].with_user(mapper.env.user).create(
                    {"mapper_id": mapper.id, "beneficiary_id": "A"}
                )
        self.mapper.with_user(self.user("admin")).base_url = "https://example.org"

    def test_missing_connector_is_told(self):
        self.env.flush_all()
        self.env.cr.execute("UPDATE g2p_bridge_mapper SET connector = 'gone'")
        self.mapper.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "no usable connector"):
            self.mapper._get_connector()
