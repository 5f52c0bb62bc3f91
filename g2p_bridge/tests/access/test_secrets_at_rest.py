# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from tempfile import NamedTemporaryFile
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from odoo.addons.g2p_bridge_base import keys
from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.lib.keyring import (
    MARK,
    KeyFault,
    Keyring,
    Unreadable,
    new_key,
    read_keys,
)
from odoo.addons.g2p_bridge_base.secret import MASK, SecretUnreadable
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person

from .access_common import AccessCase

GIVEN = "t0p-Secret-välue"
OLD, NEW = new_key(), new_key()
CONNECTOR = "odoo.addons.g2p_bridge_bank_connector"


class TestAtRest(AccessCase):
    """The database holds secrets only as the server's key made them."""

    def setUp(self):
        super().setUp()
        let_one_person(self)
        self.use(NEW)

    def use(self, *ring):
        """From now on the server has these keys."""
        for module in ("keys", "models.secret.secret_mixin"):
            patcher = patch(f"{CONNECTOR}.{module}.server_keys", lambda: ring)
            patcher.start()
            self.addCleanup(patcher.stop)
        self.env.invalidate_all()

    def give(self, value=GIVEN):
        self.rpc("admin", self.bank, "write", {"credential_input": value})

    def stored(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT credential FROM g2p_bridge_sponsor_bank WHERE id = %s", [self.bank.id]
        )
        return self.env.cr.fetchone()[0]

    def test_stored_encrypted_and_read_in_clear(self):
        self.give()
        self.assertTrue(self.stored().startswith(MARK))
        self.assertNotIn(GIVEN, self.stored())
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        self.env.invalidate_all()
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        self.assertTrue(self.bank.has_credential)

    def test_given_when_a_record_is_made(self):
        (made,) = self.rpc_model(
            "admin",
            "g2p.bridge.sponsor.bank",
            "create",
            [{"name": "New", "code": "NEW", "credential_input": GIVEN}],
        )
        self.env.flush_all()
        self.env.cr.execute("SELECT credential FROM g2p_bridge_sponsor_bank WHERE id = %s", [made])
        self.assertTrue(self.env.cr.fetchone()[0].startswith(MARK))

    def test_twice_the_same_secret_is_stored_as_two_texts(self):
        self.give()
        first = self.stored()
        self.give("other")
        self.give()
        self.assertNotEqual(self.stored(), first)

    def test_what_looks_encrypted_is_encrypted_too(self):
        self.give(MARK + "mine")
        self.env.invalidate_all()
        self.assertEqual(self.bank.sudo().credential, MARK + "mine")

    def test_the_bank_proves_itself_by_its_token(self):
        self.rpc("admin", self.bank, "write", {"statement_token_input": GIVEN})
        banks = self.env["g2p.bridge.sponsor.bank"]
        self.assertEqual(banks._from_statement_token(GIVEN), self.bank)
        self.assertFalse(banks._from_statement_token(self.stored()))
        self.assertFalse(banks._from_statement_token("wrong"))

    def test_without_a_key_the_database_seals_with_its_own(self):
        self.use()
        self.give()
        self.assertTrue(self.stored().startswith(MARK))
        self.assertEqual(self.bank.sudo().credential, GIVEN)

    def test_a_key_that_appears_seals_what_is_there(self):
        self.use()
        self.give()
        self.rpc("admin", self.mapper, "write", {"credential_input": "plain"})
        self.env.flush_all()
        self.env.cr.execute("UPDATE g2p_bridge_mapper SET credential = 'plain'")
        self.use(NEW)
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        self.assertEqual(self.mapper.sudo().credential, "plain")
        self.assertFalse(Keyring((NEW,)).opens(self.stored()))
        with self.assertLogs(CONNECTOR, logging.INFO) as logs:
            self.env["g2p.bridge.secret.mixin"]._seal_at_start()
        self.assertIn("server's key from now on", logs.output[0])
        self.assertEqual(Keyring((NEW,)).open(self.stored()), GIVEN)
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        self.env.cr.execute("SELECT credential FROM g2p_bridge_mapper")
        self.assertNotIn("plain", str(self.env.cr.fetchall()))

    def test_production_is_told_that_there_is_no_key(self):
        self.use()
        self.give()
        with self.assertLogs(CONNECTOR, logging.WARNING) as logs:
            self.env["g2p.bridge.secret.mixin"]._seal_at_start()
        self.assertIn("beside", logs.output[0])
        self.assertFalse(self.bank.lacks_server_key)
        self.bank.environment = "enabled"
        self.bank.invalidate_recordset(["lacks_server_key"])
        self.assertTrue(self.bank.lacks_server_key)
        self.use(NEW)
        self.bank.invalidate_recordset(["lacks_server_key"])
        self.assertFalse(self.bank.lacks_server_key)

    def gaps(self):
        return " ".join(self.bank._secret_gaps())

    def test_another_key_gives_a_sentence_and_no_secret(self):
        # Another server would get no secret of the former one.
        self.bank.base_url = "http://127.0.0.1:9"
        self.use(OLD)
        self.give()
        self.use(NEW)
        with self.assertRaises(SecretUnreadable) as caught:
            self.bank.sudo().credential  # noqa: B018
        self.assertIn("another key", str(caught.exception))
        self.assertNotIn(self.stored(), str(caught.exception))
        self.assertIn("another key", self.gaps())
        # Nothing was sent, and no trace with its surroundings is logged.
        with self.assertRaises(Unavailable) as caught, self.assertNoLogs("odoo", logging.WARNING):
            self.call_bank()
        self.assertEqual(caught.exception.code, "UNREADABLE_CREDENTIAL")

    def call_bank(self):
        client = self.env["g2p.bridge.bank.connector.http"].with_context(
            sponsor_bank_id=self.bank.id
        )
        client._http_call("/funds", {})

    def test_with_another_key_the_form_opens_and_takes_the_secret_again(self):
        self.use(OLD)
        self.give()
        self.use(NEW)
        (values,) = self.rpc(
            "admin", self.bank, "read", ["credential_input", "has_credential", "name"]
        )
        self.assertEqual((values["credential_input"], values["has_credential"]), (MASK, True))
        with Form(self.bank.with_user(self.users["admin"])) as form:
            form.name = "Renamed"
        self.assertEqual(self.bank._without_secrets("text"), "text")
        self.assertFalse(self.bank._from_statement_token("x"))
        self.give("entered again")
        self.assertEqual(self.bank.sudo().credential, "entered again")

    def test_rotation(self):
        secrets = self.env["g2p.bridge.secret.mixin"]
        self.use(OLD)
        self.give()
        self.use(NEW, OLD)
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        self.assertGreaterEqual(secrets._rotate(), 1)
        self.assertEqual(secrets._rotate(), 0)
        self.use(NEW)
        self.assertEqual(self.bank.sudo().credential, GIVEN)
        self.assertEqual(secrets._count_unreadable(), 0)

    def test_rotation_without_the_former_key_changes_nothing(self):
        self.use(OLD)
        self.give()
        before = self.stored()
        self.use(NEW)
        with self.assertRaisesRegex(UserError, "1 secrets were stored with a key"):
            self.env["g2p.bridge.secret.mixin"]._rotate()
        self.assertEqual(self.stored(), before)

    def test_nothing_of_it_in_exports_chatter_and_trail(self):
        self.give()
        seen = [
            self.bank.message_ids.mapped("body"),
            self.env["g2p.bridge.audit"].search([]).read(),
        ]
        fields = self.rpc_model("auditor", self.bank._name, "fields_get")
        exported = [name for name in fields if not name.startswith(("message_", "activity_"))]
        seen.append(self.rpc("auditor", self.bank, "export_data", exported))
        for text in (GIVEN, self.stored()):
            self.assertNotIn(text, str(seen))

    def test_search_by_value_is_refused(self):
        self.give()
        banks = self.env["g2p.bridge.sponsor.bank"].sudo()
        self.assertIn(self.bank, banks.search([("credential", "!=", False)]))
        self.assertNotIn(self.bank, banks.search([("credential", "=", False)]))
        with mute_logger("odoo.sql_db"), self.assertRaises(NotImplementedError):
            banks.search([("credential", "=", GIVEN)])


class TestKeys(AccessCase):
    """Where the server's key comes from."""

    def keys(self, environment=None, options=None):
        return read_keys(environment or {}, options or {})

    def test_places(self):
        self.assertEqual(self.keys(), ())
        self.assertEqual(self.keys({"G2P_BRIDGE_SECRET_KEY": NEW}), (NEW,))
        self.assertEqual(self.keys(options={"secret_key": f"{OLD},{NEW}"}), (OLD, NEW))
        path = self.temporary_file(f"{NEW}\n{OLD}\n")
        self.assertEqual(self.keys({"G2P_BRIDGE_SECRET_KEY_FILE": path}), (NEW, OLD))
        self.assertEqual(self.keys(options={"secret_key_file": path}), (NEW, OLD))
        self.assertEqual(self.keys({"G2P_BRIDGE_SECRET_KEY": NEW}, {"secret_key": OLD}), (NEW,))

    def temporary_file(self, text):
        file = NamedTemporaryFile("w")
        self.addCleanup(file.close)
        file.write(text)
        file.flush()
        return file.name

    def test_what_is_no_key_is_named_by_its_place_and_not_quoted(self):
        for environment in (
            {"G2P_BRIDGE_SECRET_KEY": "my-password"},
            {"G2P_BRIDGE_SECRET_KEY": f"{NEW},my-password"},
            {"G2P_BRIDGE_SECRET_KEY_FILE": "/no/such/file"},
            {"G2P_BRIDGE_SECRET_KEY": "ключ"},
        ):
            with self.assertRaises(KeyFault) as caught:
                self.keys(environment)
            (name,) = environment
            self.assertIn(name, str(caught.exception))
            self.assertNotIn("my-password", str(caught.exception))

    def test_a_key_that_is_none_stops_nothing_but_secrets(self):
        def broken():
            raise KeyFault("G2P_BRIDGE_SECRET_KEY: not a key.")

        for module in ("keys", "models.secret.secret_mixin"):
            self.startPatcher(patch(f"{CONNECTOR}.{module}.server_keys", broken))
        with self.assertLogs(CONNECTOR, logging.ERROR):
            self.env["g2p.bridge.secret.mixin"]._seal_at_start()
        with self.assertRaisesRegex(UserError, "not a key"):
            self.rpc("admin", self.bank, "write", {"credential_input": GIVEN})
        self.assertFalse(keys.has_key())
        self.rpc("admin", self.bank, "write", {"name": "Renamed"})

    def test_ring(self):
        ring = Keyring((NEW, OLD))
        for text in ("t0p-Secret", "Überweisung 中", MARK, MARK + "gAAAA"):
            self.assertNotIn("t0p", ring.close(text))
            self.assertEqual(ring.open(ring.close(text)), text)
        former = Keyring((OLD,)).close(GIVEN)
        self.assertEqual(ring.open(former), GIVEN)
        self.assertEqual((ring.opens(former), ring.is_current(former)), (True, False))
        self.assertTrue(ring.is_current(ring.close(GIVEN)))
        self.assertEqual(Keyring().open("never sealed"), "never sealed")
        for other, stored in (
            (Keyring((OLD,)), ring.close(GIVEN)),
            (Keyring(), former),
            (ring, former[:-3] + "AAA"),
        ):
            with self.assertRaises(Unreadable):
                other.open(stored)
