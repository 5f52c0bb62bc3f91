# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger
from psycopg2 import IntegrityError

from ..models.entry import LinkConflict
from .common import ask, link

ENTRY = "g2p.bridge.example.mapper.entry"


@tagged("post_install", "-at_install")
class TestEntry(TransactionCase):
    def setUp(self):
        super().setUp()
        self.entries = self.env[ENTRY]

    def addresses(self, *ids):
        answers = self.entries._answer_resolve([ask(id_value, id_value) for id_value in ids])
        return {answer["reference_id"]: answer["fa"] for answer in answers}

    def codes(self, answers):
        return [answer["status_reason_code"] for answer in answers]

    def test_what_is_typed_in_is_resolved_at_once(self):
        entry = self.entries.create({"id_value": "A", "fa": "one"})
        self.assertEqual(self.addresses("A", "B"), {"A": "one", "B": ""})
        entry.fa = "two"
        self.assertEqual(self.addresses("A"), {"A": "two"})

    def test_what_is_linked_by_message_is_seen_on_screen(self):
        self.entries._answer_link([link("r", "A", "one", name="Ann", phone_number="+1")])
        entry = self.entries.search([("id_value", "=", "A")])
        self.assertEqual((entry.fa, entry.name, entry.phone), ("one", "Ann", "+1"))
        self.assertEqual(entry.company_id, self.env.company)

    def test_archived_ids_are_answered_as_not_linked_but_stay_taken(self):
        self.entries.create({"id_value": "A", "fa": "one", "active": False})
        self.assertEqual(self.addresses("A"), {"A": ""})
        self.assertEqual(
            self.codes(self.entries._answer_link([link("r", "A")])), ["rjct.reference_id.duplicate"]
        )

    def test_update_keeps_what_is_not_given_and_the_last_one_wins(self):
        self.entries._answer_link([link("r", "A", name="Ann", phone_number="+1")])
        self.entries._answer_update(
            [link("1", "A", "two", name="Bea"), link("2", "A", "three", phone_number="")]
        )
        entry = self.entries.search([("id_value", "=", "A")])
        self.assertEqual((entry.fa, entry.name, entry.phone), ("three", "Bea", "+1"))

    def test_unlink_of_the_same_id_twice_succeeds_once(self):
        self.entries._answer_link([link("r", "A")])
        answers = self.entries._answer_unlink([link("1", "A"), link("2", "A")])
        self.assertEqual([answer["status"] for answer in answers], ["succ", "rjct"])
        self.assertEqual(self.addresses("A"), {"A": ""})

    def test_unlink_with_another_address_changes_nothing(self):
        self.entries._answer_link([link("r", "A", "one")])
        self.entries._answer_unlink([link("1", "A", "two")])
        self.assertEqual(self.addresses("A"), {"A": "one"})

    def test_a_conflict_links_nothing_of_the_request(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(LinkConflict):
            self.entries._answer_link([link("1", "A"), link("2", "B"), link("3", "B")])
        self.assertEqual(self.addresses("A", "B"), {"A": "", "B": ""})

    def test_each_id_is_linked_once(self):
        self.entries.create({"id_value": "A", "fa": "one"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.entries.create({"id_value": "A", "fa": "two"})

    def test_thousands_of_ids_take_one_query(self):
        ids = [f"ID-{number}" for number in range(5000)]
        self.entries._answer_link([link(id_value, id_value) for id_value in ids])
        with self.assertQueryCount(1):
            answers = self.entries._answer_resolve([ask(id_value, id_value) for id_value in ids])
        self.assertTrue(all(answer["fa"] for answer in answers))

    def test_a_file_can_be_imported(self):
        result = self.entries.load(
            ["id_value", "fa", "name", "phone"],
            [["A", "account_number:1.fa_type:BANK", "Ann", "+1"], ["B", "x", "", ""]],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.addresses("B"), {"B": "x"})

    def test_accounts_are_seen_and_changed_by_system_administrators_only(self):
        entry = self.entries.create({"id_value": "A", "fa": "one"})
        user = new_test_user(self.env, "mapper_reader", groups="base.group_user")
        self.assertFalse(entry.with_user(user).has_access("read"))
        system = new_test_user(self.env, "mapper_system", groups="base.group_system")
        self.assertTrue(entry.with_user(system).has_access("write"))
