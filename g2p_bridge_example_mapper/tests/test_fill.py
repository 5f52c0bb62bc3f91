# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestFill(TransactionCase):
    def setUp(self):
        super().setUp()
        self.entries = self.env["g2p.bridge.example.mapper.entry"]
        self.fill = self.env["g2p.bridge.example.mapper.fill"]

    def test_ids_are_linked_by_pattern_and_those_there_stay(self):
        self.entries.create({"id_value": "T0009@test", "fa": "mine"})
        window = self.fill.create(
            {"first": 8, "count": 3, "digits": 4, "id_pattern": "T{number}@test"}
        )
        window.action_fill()
        self.assertEqual(window.linked, 2)
        found = self.entries.search([("id_value", "like", "T00%@test")])
        self.assertEqual(
            found.mapped("id_value"),
            ["T0008@test", "T0009@test", "T0010@test"],
        )
        self.assertEqual(
            found.mapped("fa")[::2],
            [
                f"account_number:{number}.branch_code:BR0001.bank_code:EXAMPLE_BANK"
                ".fa_type:BANK_ACCOUNT"
                for number in ("0008", "0010")
            ],
        )
        self.assertEqual(found[1].fa, "mine")

    def test_numbers_longer_than_the_digits_are_not_cut(self):
        self.fill.create(
            {"first": 99, "count": 2, "digits": 2, "id_pattern": "X{number}"}
        ).action_fill()
        found = self.entries.search([("id_value", "=like", "X%")])
        self.assertEqual(set(found.mapped("id_value")), {"X99", "X100"})

    def test_without_a_name(self):
        self.fill.create(
            {"count": 1, "id_pattern": "Y{number}", "name_pattern": False}
        ).action_fill()
        self.assertFalse(self.entries.search([("id_value", "=like", "Y%")]).name)

    def test_pattern_of_the_id_needs_the_number(self):
        with self.assertRaisesRegex(ValidationError, "number"):
            self.fill.create({"id_pattern": "A"})

    def test_only_system_administrators_fill(self):
        user = new_test_user(self.env, "mapper_filler", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.fill.with_user(user).create({})
