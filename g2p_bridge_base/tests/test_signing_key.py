# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from freezegun import freeze_time
from odoo.exceptions import AccessError, UserError
from odoo.fields import Datetime
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..lib import jose
from ..lib.errors import NoSigningKey, Unavailable
from ..secret import MASK
from .one_person import let_one_person

GROUPS = "g2p_bridge_base.group_"


@tagged("post_install", "-at_install")
class TestSigningKey(TransactionCase):
    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.company = self.env["res.company"].create({"name": "Ministry"})
        self.admin = new_test_user(
            self.env,
            "key_admin",
            groups=GROUPS + "admin",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.keys = self.env["g2p.bridge.signing.key"].with_user(self.admin)

    def make(self, **values):
        key = self.keys.create({"name": "Key", "algorithm": "ES256", **values})
        key.action_generate()
        return key

    def published(self):
        return [key["kid"] for key in self.keys._public_jwks(self.company)["keys"]]

    def sign(self, body=b"{}"):
        return self.keys._sign_detached(self.company, body)

    def test_a_new_key_is_published_before_it_signs(self):
        key = self.make()
        self.assertEqual((key.state, self.published()), ("next", [key.kid]))
        with self.assertRaisesRegex(NoSigningKey, "No key of Ministry signs yet"):
            self.sign()
        self.assertTrue(issubclass(NoSigningKey, Unavailable))

    def test_what_the_current_key_signs_is_checked_by_the_published_ones(self):
        for algorithm in jose.OURS.algorithms:
            key = self.make(algorithm=algorithm)
            key.action_use()
            keys = jose.read_public_keys(json.dumps(self.keys._public_jwks(self.company)))
            self.assertTrue(jose.verify_detached(self.sign(), b"{}", keys))

    def test_keys_rotate_one_signs_and_its_predecessor_stays_published_for_a_while(self):
        first, second = self.make(), self.make()
        first.action_use()
        second.action_use()
        self.assertEqual((first.state, second.state), ("retired", "current"))
        self.assertEqual(self.published(), [second.kid, first.kid])
        self.assertTrue(
            jose.verify_detached(self.sign(), b"{}", jose.read_public_keys(second.public_key))
        )
        with freeze_time(Datetime.now() + timedelta(days=31)):
            self.assertEqual(self.published(), [second.kid])
            self.keys.sudo()._cron_rotate()
        self.assertEqual(first.state, "gone")
        self.assertFalse(first.has_private_key)

    def test_a_retired_key_can_sign_again(self):
        first, second = self.make(), self.make()
        first.action_use()
        second.action_use()
        first.action_use()
        self.assertEqual((first.state, second.state), ("current", "retired"))
        self.assertFalse(first.published_until)

    def test_a_key_takes_over_at_its_time(self):
        first = self.make()
        first.action_use()
        second = self.make(use_from=Datetime.now() + timedelta(days=1))
        self.keys.sudo()._cron_rotate()
        self.assertEqual(second.state, "next")
        with freeze_time(Datetime.now() + timedelta(days=2)):
            self.keys.sudo()._cron_rotate()
        self.assertEqual((first.state, second.state), ("retired", "current"))

    def test_a_withdrawn_key_signs_nothing_and_is_gone_at_once(self):
        key = self.make()
        key.action_use()
        key.action_withdraw()
        self.assertEqual((self.published(), key.has_private_key), ([], False))
        with self.assertRaises(NoSigningKey):
            self.sign()
        with self.assertRaisesRegex(UserError, "can't sign"):
            key.action_use()

    def test_a_key_that_was_made_elsewhere(self):
        pem = jose.generate_private_key("ES256")
        key = self.keys.create(
            {"name": "Ours", "algorithm": "ES256", "private_key_input": pem.replace("\n", "")}
        )
        self.assertEqual((key.state, key.kid), ("next", jose.key_id(pem)))
        self.assertEqual(key.private_key_input, MASK)
        self.assertNotIn(pem, str(key.message_ids.mapped("body")))
        with self.assertRaisesRegex(UserError, "has its key already"):
            key.private_key_input = pem

    def test_a_key_that_can_not_be_used_is_refused(self):
        key = self.keys.create({"name": "Ours", "algorithm": "RS256"})
        for text, words in (
            ("nonsense", "can't be used"),
            (jose.generate_private_key("ES256"), "Choose another algorithm"),
        ):
            with self.assertRaisesRegex(UserError, words):
                key.private_key_input = text
        self.assertEqual((key.state, key.has_private_key), ("draft", False))
        with self.assertRaisesRegex(UserError, "can't sign"):
            key.action_use()

    def test_each_company_signs_with_its_own_key(self):
        self.make().action_use()
        with self.assertRaises(NoSigningKey):
            self.keys._sign_detached(self.env["res.company"].create({"name": "Other"}), b"")

    def test_what_follows_from_the_key_is_written_by_nobody(self):
        key = self.make()
        for values in ({"state": "current"}, {"kid": "x"}, {"public_key": "x"}):
            with self.assertRaises(AccessError):
                key.write(values)
        with self.assertRaises(AccessError):
            self.keys.create({"name": "X", "state": "current"})
        with self.assertRaisesRegex(UserError, "belong to the key"):
            key.algorithm = "RS256"

    def test_a_published_key_is_not_deleted(self):
        key = self.make()
        with self.assertRaisesRegex(UserError, "Withdraw it"):
            key.unlink()
        key.action_withdraw()
        key.unlink()

    def test_administrators_write_auditors_read_nobody_else_sees_keys(self):
        key = self.make()
        company = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        for role in ("auditor", "officer", "approver", "finance"):
            user = new_test_user(self.env, f"key_{role}", groups=GROUPS + role, **company)
            own = key.with_user(user)
            with self.subTest(role), mute_logger("odoo.addons.base.models.ir_model"):
                self.assertEqual(own.has_access("read"), role == "auditor")
                for method in ("action_generate", "action_use", "action_withdraw"):
                    with self.assertRaises(AccessError):
                        getattr(own, method)()
        auditor = self.env["res.users"].search([("login", "=", "key_auditor")])
        self.assertNotIn(
            "private_key_input", key.with_user(auditor).fields_get(["private_key_input"])
        )

    def test_keys_of_another_company_do_not_exist(self):
        key = self.make()
        stranger = new_test_user(self.env, "key_stranger", groups=GROUPS + "admin")
        self.assertFalse(self.keys.with_user(stranger).search([("id", "=", key.id)]))
        with mute_logger("odoo.addons.base.models.ir_rule"), self.assertRaises(AccessError):
            key.with_user(stranger).action_use()
