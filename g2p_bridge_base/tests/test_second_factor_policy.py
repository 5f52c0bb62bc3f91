# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user

from ..lib.second_factor import EACH, read_demand, strictest
from ..models.people import second_factor
from .one_person import let_one_person

ADMIN = "g2p_bridge_base.group_admin"


class TestDemand(TransactionCase):
    def test_what_the_configuration_file_may_say(self):
        for text, demand in (
            (None, None),
            ("", None),
            ("off", None),
            (" Each ", EACH),
            ("15", 15),
        ):
            with self.subTest(text):
                self.assertEqual(read_demand(text), demand)
        for text in ("0", "-5", "always", "1.5"):
            with self.subTest(text), self.assertRaises(ValueError):
                read_demand(text)

    def test_the_strictest_counts(self):
        self.assertIsNone(strictest(None, None))
        self.assertEqual(strictest(None, 15, 5), 5)
        self.assertEqual(strictest(15, EACH, None), EACH)

    def test_a_slip_in_the_configuration_file_opens_nothing(self):
        with patch.object(second_factor, "server_options", lambda: {"second_factor": "eech"}):
            self.assertEqual(second_factor.floor.__wrapped__(), EACH)


class TestPolicy(TransactionCase):
    """Calls without a session of the web client, as programs make them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "factor_admin", groups=f"base.group_system,{ADMIN}")
        cls.key = cls.env["g2p.bridge.signing.key"].create({"name": "Key"})
        cls.company = cls.env.company

    def setUp(self):
        super().setUp()
        let_one_person(self)

    def generate(self):
        self.key.with_user(self.admin).action_generate()

    def test_nothing_is_asked_for_by_default(self):
        self.generate()
        self.assertEqual(self.key.state, "next")

    def test_a_program_can_prove_nothing(self):
        for policy in ("each", "recent"):
            self.company.bridge_second_factor = policy
            with self.subTest(policy), self.assertRaisesRegex(UserError, "web client"):
                self.generate()
            with self.subTest(policy), self.assertRaisesRegex(UserError, "web client"):
                self.env["g2p.bridge.second.factor"].with_user(self.admin).prove("123456")
        self.assertEqual(self.key.state, "draft")

    def test_the_bridge_itself_is_asked_for_nothing(self):
        self.company.bridge_second_factor = "each"
        self.key.with_user(self.admin).sudo().action_generate()
        self.assertEqual(self.key.state, "next")

    def test_no_screen_undercuts_the_server(self):
        with patch.object(second_factor, "floor", lambda: 15), self.assertRaises(UserError):
            self.generate()

    def test_the_strictest_company_of_who_decides_about_none(self):
        """A subject of no company is decided about under the strictest of the user's."""
        other = self.env["res.company"].create(
            {"name": "Strict Ministry", "bridge_second_factor": "each"}
        )
        nobody = self.env["g2p.bridge.second.factor"].with_user(self.admin)
        nobody._demand(nobody)
        self.admin.company_ids += other
        with self.assertRaises(UserError):
            nobody._demand(nobody)

    def test_a_milder_policy_is_asked_for_as_well(self):
        company = self.company.with_user(self.admin)
        company.bridge_second_factor = "each"
        for values in ({"bridge_second_factor": "off"}, {"bridge_second_factor": "recent"}):
            with self.subTest(values), self.assertRaises(UserError):
                company.write(values)
        # Saving what there is already is no change.
        company.write({"bridge_second_factor": "each", "bridge_second_factor_minutes": 15})

    def test_the_policy_is_in_the_audit_trail(self):
        self.company.with_user(self.admin).bridge_second_factor = "each"
        record = self.env["g2p.bridge.audit"].search([], limit=1)
        self.assertEqual(record.what, "Second Factor")
        self.assertEqual(record.old_value, "Not asked for")
        self.assertEqual(record.new_value, "At each decision")

    def test_only_administrators_of_the_bridge_choose_it(self):
        clerk = new_test_user(self.env, "factor_clerk", groups="base.group_system")
        with self.assertRaises(UserError):
            self.company.with_user(clerk).bridge_second_factor = "each"
        made = self.env["res.company"].with_user(clerk).create({"name": "New Ministry"})
        self.assertEqual(made.sudo().bridge_second_factor, "off")
