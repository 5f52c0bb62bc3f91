# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, mute_logger
from psycopg2.errors import CheckViolation

from odoo.addons.g2p_bridge_base.lib.keyring import new_key
from odoo.addons.g2p_bridge_base.models.secret.secret_mixin import KEY
from odoo.addons.g2p_bridge_base.secret import MASK, SecretUnreadable
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from .access_common import LOGGERS, AccessCase

GIVEN = "t0p-Secret-value"


@tagged("post_install", "-at_install")
class TestSecrets(AccessCase):
    """What was entered as a secret comes out nowhere, whoever asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["system"] = new_test_user(
            cls.env,
            "bridge_system",
            groups="base.group_system,base.group_no_one,base.group_allow_export,"
            "g2p_bridge_base.group_admin",
        )

    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.secrets = [
            (self.bank, "credential"),
            (self.bank, "statement_token"),
            (self.mapper, "credential"),
        ]
        for record, name in self.secrets:
            self.rpc("admin", record, "write", {f"{name}_input": GIVEN})

    def each(self):
        return [(user, record, name) for user in self.users for record, name in self.secrets]

    def test_it_is_kept_for_the_connector(self):
        for record, name in self.secrets:
            self.assertEqual(record.sudo()[name], GIVEN)
            self.assertTrue(record[f"has_{name}"])

    def test_nobody_reads_it(self):
        for user, record, name in self.each():
            model = record._name
            for method, args in (
                ("search_read", ([], [name])),
                ("search", ([(name, "=like", "t%")],)),
                ("search_read", ([], ["id"], 0, None, name)),
                ("web_search_read", ([], {name: {}})),
                ("formatted_read_group", ([], [name], ["__count"])),
                ("formatted_read_group", ([], [], [f"{name}:array_agg"])),
            ):
                self.assertForbidden(self.rpc_model, user, model, method, *args)
            for method, args in (
                ("read", ([name],)),
                ("web_read", ({name: {}},)),
            ):
                self.assertForbidden(self.rpc, user, record, method, *args)
            if user != "stranger":
                self.assertForbidden(self.rpc, user, record, "export_data", [name])

    def test_nobody_writes_the_column_itself(self):
        for user, record, name in self.each():
            self.assertForbidden(self.rpc, user, record, "write", {name: "mine"})
            self.assertForbidden(
                self.rpc_model, user, record._name, "create", [{"name": "X", name: "mine"}]
            )

    def test_nobody_is_told_that_there_is_such_a_column(self):
        for user, record, name in self.each():
            if user != "stranger":
                self.assertNotIn(name, self.rpc_model(user, record._name, "fields_get"))

    def test_reading_everything_shows_it_nowhere(self):
        for user, record, _name in self.each():
            if user == "stranger":
                continue
            fields = list(self.rpc_model(user, record._name, "fields_get"))
            self.assertNotIn(GIVEN, str(self.rpc(user, record, "read", fields)))
            exported = [name for name in fields if not name.startswith(("message_", "activity_"))]
            self.assertNotIn(GIVEN, str(self.rpc(user, record, "export_data", exported)))

    def test_the_screen_gets_a_mask(self):
        for name in ("admin", "system"):
            for record, field in self.secrets:
                (values,) = self.rpc(name, record, "read", [f"{field}_input"])
                self.assertEqual(values[f"{field}_input"], MASK)

    def test_saving_answers_with_the_mask(self):
        for values in ({"credential_input": "other"}, {"credential_input": "x", "name": "Renamed"}):
            (answer,) = self.rpc(
                "admin", self.bank, "web_save", values, {"credential_input": {}, "name": {}}
            )
            self.assertEqual(answer["credential_input"], MASK)
        (answer,) = self.rpc_model(
            "admin",
            "g2p.bridge.sponsor.bank",
            "web_save",
            [],
            {"name": "New", "code": "NEW", "credential_input": "fresh"},
            {"credential_input": {}, "statement_token_input": {}},
        )
        self.assertEqual(answer["credential_input"], MASK)
        self.assertFalse(answer["statement_token_input"])

    def test_the_mask_written_back_and_other_changes_leave_it(self):
        self.rpc("admin", self.bank, "write", {"credential_input": MASK, "name": "Renamed"})
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        with Form(self.bank.with_user(self.users["admin"])) as form:
            form.name = "Again"
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        self.assertEqual(self.bank.sudo().statement_token, GIVEN)

    def test_it_can_be_replaced_and_removed(self):
        self.rpc("admin", self.bank, "write", {"credential_input": " other "})
        self.assertEqual(self.bank.sudo().credential, "other")
        self.rpc("admin", self.bank, "write", {"credential_input": False})
        self.assertFalse(self.bank.sudo().credential)
        self.assertFalse(self.bank.has_credential)
        self.assertEqual(self.bank.sudo().statement_token, GIVEN)

    def test_it_can_be_given_when_a_record_is_made(self):
        (made,) = self.rpc_model(
            "admin",
            "g2p.bridge.sponsor.bank",
            "create",
            [{"name": "New", "code": "NEW", "credential_input": "fresh"}],
        )
        bank = self.bank.browse(made)
        self.assertEqual(bank.sudo().credential, "fresh")
        self.assertFalse(bank.sudo().statement_token)

    def test_only_administrators_replace_it(self):
        for record, name in self.secrets:
            self.assertOnly(
                ("admin", "system"),
                lambda user, record=record, name=name: self.rpc(
                    user, record, "write", {f"{name}_input": "mine"}
                ),
            )

    def test_a_copy_has_none(self):
        for record, name in self.secrets:
            copy = record.copy()
            self.assertFalse(copy.sudo()[name])
            self.assertEqual(copy.environment, "disabled")

    def test_the_chatter_says_that_it_was_replaced_and_not_by_what(self):
        for record, _name in self.secrets:
            messages = record.message_ids
            self.assertIn("replaced", str(messages.mapped("body")))
            self.assertNotIn(GIVEN, str(messages.mapped("body")))
            self.assertNotIn(GIVEN, str(messages.tracking_value_ids.read()))

    def test_a_new_statement_token_is_shown_once_to_who_made_it(self):
        action = self.rpc("admin", self.bank, "action_new_statement_token")
        token = action["context"]["default_secret"]
        self.assertEqual(self.bank._from_statement_token(token), self.bank)
        self.assertFalse(self.bank._from_statement_token(GIVEN))
        self.assertNotIn(token, str(self.bank.message_ids.mapped("body")))

    def test_an_address_takes_no_password(self):
        for address in (
            "https://user:pass@example.org",
            "https://example.org/?key=abc",
            "example.org",
            "ftp://example.org",
            "https://",
        ):
            with self.subTest(address), self.assertRaisesRegex(Exception, "address of"):
                self.bank.base_url = address
                self.env.flush_all()

    def test_a_statement_that_fails_puts_it_into_no_log(self):
        for values in ({"connect_timeout": 0}, {"connect_timeout": 0, "credential_input": "n3w"}):
            with (
                self.subTest(values),
                self.assertLogs("odoo.sql_db", "ERROR") as logs,
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.rpc("admin", self.bank, "write", values)
                self.env.flush_all()
            self.assertIn("Failing row", str(logs.output))
            self.assertNotIn(GIVEN, str(logs.output))
            self.assertNotIn("n3w", str(logs.output))

    def test_it_is_sealed_in_the_database(self):
        self.env.flush_all()
        for record, name in self.secrets:
            self.env.cr.execute(
                SQL(
                    "SELECT %s FROM %s WHERE id = %s",
                    SQL.identifier(name),
                    SQL.identifier(record._table),
                    record.id,
                )
            )
            (stored,) = self.env.cr.fetchone()
            self.assertTrue(stored)
            self.assertNotIn(GIVEN, stored)
        self.env.invalidate_all()
        for record, name in self.secrets:
            self.assertEqual(record.sudo()[name], GIVEN)

    def test_with_another_key_it_is_entered_again(self):
        self.env.flush_all()
        self.env.invalidate_all()
        self.env["ir.config_parameter"].sudo().set_param(KEY, new_key())
        self.assertTrue(self.bank.has_credential)
        with self.assertRaises(SecretUnreadable):
            self.bank.sudo().credential  # noqa: B018
        self.rpc("admin", self.bank, "write", {"credential_input": "again"})
        self.assertEqual(self.bank.sudo().credential, "again")

    def test_templates_of_messages_can_not_reach_it(self):
        bank = self.bank.with_user(self.users["system"])
        bank.invalidate_recordset()
        with mute_logger(*LOGGERS), self.assertRaises(AccessError):
            bank.credential  # noqa: B018
