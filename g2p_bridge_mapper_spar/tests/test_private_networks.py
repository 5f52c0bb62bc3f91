# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.tests import TransactionCase, tagged

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Unavailable
from odoo.addons.g2p_bridge_base.models.endpoint import http_client

from .spar_servers import SparServer

SETTING = "g2p_bridge.private_networks"


@tagged("post_install", "-at_install")
class TestPrivateNetworks(TransactionCase):
    """Mappers and banks are called where they may stand, and nowhere else."""

    def setUp(self):
        super().setUp()
        self.patch(http_client, "server_networks", lambda: ())
        self.server = SparServer()
        self.addCleanup(self.server.close)
        self.mapper = self.env["g2p.bridge.mapper"].create(
            {"name": "SPAR", "connector": "spar_1", "base_url": self.server.url}
        )

    def allow(self, networks):
        self.env["ir.config_parameter"].set_param(SETTING, networks)

    def resolve(self):
        return self.mapper._get_connector().resolve("t1", [("r1", "b1")])

    def assertForbidden(self, *words):
        """Assert that nothing was sent, and that the refusal has these words."""
        with self.assertRaises(Unavailable) as caught:
            self.resolve()
        self.assertIsNone(self.server.last_path)
        self.assertEqual(caught.exception.code, "FORBIDDEN_ADDRESS")
        for word in words:
            self.assertIn(word, str(caught.exception))

    def test_a_refusal_names_the_address_the_reason_and_the_remedy(self):
        self.assertForbidden("127.0.0.1", "this machine itself", "Private Networks", "Settings")

    def test_a_name_is_told_with_where_it_leads(self):
        self.mapper.base_url = self.server.url.replace("127.0.0.1", "localhost")
        self.assertForbidden("localhost leads to", "which is this machine itself")

    def test_what_settings_or_the_server_allow_is_called(self):
        self.allow("127.0.0.1")
        self.resolve()
        self.assertTrue(self.server.last_path)
        self.allow("")
        self.server.last_path = None
        self.assertForbidden()
        self.patch(
            http_client, "server_networks", lambda: http_client.parse_networks("127.0.0.0/8")
        )
        self.resolve()
        self.assertTrue(self.server.last_path)

    def test_everything_is_not_this_machine(self):
        self.allow("0.0.0.0/0, ::/0")
        self.assertForbidden()

    def test_a_setting_that_is_none_sends_nothing_and_is_refused_in_settings(self):
        self.allow("everywhere")
        with self.assertRaises(Unavailable) as caught:
            self.resolve()
        self.assertEqual(caught.exception.code, "INVALID_SETTING")
        self.assertIn("everywhere", str(caught.exception))
        with self.assertRaisesRegex(UserError, "10.1.0.0/16"):
            self.env["res.config.settings"].create({"g2p_bridge_private_networks": "everywhere"})

    def test_a_bare_forbidden_address_is_told_before_anything_is_enabled(self):
        for address, words in (
            ("http://169.254.169.254/latest", "clouds hand out"),
            ("https://10.1.2.3/spar", "private network"),
            ("https://[::ffff:127.0.0.1]/spar", "this machine"),
        ):
            self.mapper.base_url = address
            with self.assertRaisesRegex(UserError, words):
                self.mapper.action_enable()
            self.assertEqual(self.mapper.environment, "disabled")
        self.allow("10.1.0.0/16")
        self.mapper.base_url = "https://10.1.2.3/spar"
        self.mapper.action_enable()

    def test_an_address_that_is_not_plain_is_refused_with_its_remedy(self):
        banks = self.env["g2p.bridge.sponsor.bank"]
        bank = banks.create({"name": "Bank", "code": "BANK"})
        for address in (
            "file:///etc/passwd",
            "gopher://127.0.0.1:11211/",
            "ftp://example.org/",
            "//example.org/",
            "http://user:secret@example.org/",
            "http://user@example.org/",
            "http://example.org:0/",
            "http://example.org:99999/",
            "http://example.org:port/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://①②⑦.⓪.⓪.①/",
            "http://bücher.example/",
            "http://example.org./",
            "http://example.org\\@127.0.0.1/",
            "http://[::1/",
            "http://",
        ):
            for record in (bank, self.mapper):
                with self.assertRaises(ValidationError, msg=address), self.env.cr.savepoint():
                    record.base_url = address

    def test_the_connection_test_says_what_to_do(self):
        window = self.env["g2p.bridge.mapper.test"].create(
            {"mapper_id": self.mapper.id, "beneficiary_id": "b1"}
        )
        window.action_resolve()
        self.assertEqual(window.result, "failed")
        self.assertIn("127.0.0.1", window.details)
        self.assertIn("Private Networks", window.details)
        self.assertEqual(self.mapper.last_test_cause, "forbidden")
        self.assertIsNone(self.server.last_path)

    def test_a_redirect_is_not_followed(self):
        """It may have been taken, as any answer that is none: a bank would be asked about it."""
        self.allow("127.0.0.1")
        self.server.answer = (307, {})
        http = self.mapper._get_connector()
        with self.assertRaises(OutcomeUnknown) as caught:
            http._http_call("/x", {})
        self.assertEqual(caught.exception.code, "HTTP_307")
