# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A credential belongs to the server that it was given for."""

import time
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form
from odoo.tests.common import _super_send

from odoo.addons.g2p_bridge_base.lib import guarded_http, jose
from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.secret import MASK
from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person
from odoo.addons.g2p_bridge_base.tests.signing import target_holds

from .access_common import AccessCase

OLD = "https://bank.example.org/v1"
SECRET = "SUPER-SECRET-BANK-TOKEN"
ELSEWHERE = (
    "https://evil.example.org/v1",
    "http://bank.example.org/v1",
    "https://bank.example.org:8443/v1",
    "http://127.0.0.1:18400/steal",
    False,
)


class TestCredentialOfAnotherServer(AccessCase):
    """Whoever turns an address towards himself gets no credential."""

    def setUp(self):
        super().setUp()
        let_one_person(self)

    def endpoints(self):
        """A bank and a mapper whose credential an administrator has entered."""
        for endpoint in (self.bank, self.mapper):
            self.rpc("admin", endpoint, "write", {"base_url": OLD, "credential_input": SECRET})
            self.assertEqual(endpoint.sudo().credential, SECRET)
            yield endpoint

    def assertDropped(self, endpoint):
        self.env.flush_all()
        self.assertFalse(endpoint.sudo().credential)
        self.assertFalse(endpoint.has_credential)
        said = "".join(endpoint.message_ids[:3].mapped("body"))
        self.assertIn("leads to another server", said)
        self.assertNotIn(SECRET, said)
        told = self.env["g2p.bridge.audit"].search(
            [("model", "=", endpoint._name), ("action", "=", "secret")], limit=2
        )
        self.assertIn("removed", told.mapped("new_value"))

    def test_another_scheme_host_or_port_drops_it(self):
        for address in ELSEWHERE:
            for endpoint in self.endpoints():
                with self.subTest(endpoint._name, address=address):
                    self.rpc("admin", endpoint, "write", {"base_url": address})
                    self.assertDropped(endpoint)
                    # It does not come back with the address.
                    self.rpc("admin", endpoint, "write", {"base_url": OLD})
                    self.assertFalse(endpoint.has_credential)

    def test_however_it_is_written(self):
        evil = "https://evil.example.org"
        ways = {
            "web_save": lambda one: self.rpc(
                "admin", one, "web_save", {"base_url": evil}, specification={}
            ),
            "mask": lambda one: self.rpc(
                "admin", one, "write", {"base_url": evil, "credential_input": f" {MASK} "}
            ),
            "bridge": lambda one: one.sudo().write({"base_url": evil}),
            "import": lambda one: self.rpc_model(
                "admin", one._name, "load", [".id", "base_url"], [[str(one.id), evil]]
            ),
            "two steps": lambda one: (
                self.rpc("admin", one, "write", {"base_url": False}),
                self.rpc("admin", one, "write", {"base_url": evil}),
            ),
        }
        for name, write in ways.items():
            for endpoint in self.endpoints():
                with self.subTest(endpoint._name, way=name):
                    write(endpoint)
                    self.assertEqual(endpoint.base_url, evil)
                    self.assertDropped(endpoint)

    def test_several_at_once(self):
        second = self.bank.copy({"base_url": OLD, "credential": SECRET})
        list(self.endpoints())
        self.rpc("admin", self.bank | second, "write", {"base_url": "https://evil.example.org"})
        for bank in self.bank | second:
            self.assertDropped(bank)

    def test_the_same_server_keeps_it(self):
        for address in ("https://bank.example.org/v2", "https://BANK.example.org:443/v1"):
            for endpoint in self.endpoints():
                with self.subTest(endpoint._name, address=address):
                    self.rpc("admin", endpoint, "write", {"base_url": address})
                    self.assertEqual(endpoint.sudo().credential, SECRET)

    def test_a_new_one_is_entered_with_the_address(self):
        for endpoint in self.endpoints():
            new = {"base_url": "https://new.example.org", "credential_input": "NEW"}
            self.rpc("admin", endpoint, "write", new)
            self.assertEqual(endpoint.sudo().credential, "NEW")

    def test_the_form_says_so_before(self):
        list(self.endpoints())
        with self.assertLogs("odoo.tests.form.onchange", "WARNING") as logged:
            with Form(self.bank.with_user(self.users["admin"])) as form:
                form.base_url = "https://other.example.org"
        self.assertIn("is removed when you save", logged.output[0])

    def test_only_administrators_touch_addresses(self):
        for name in ("officer", "approver", "finance", "auditor", "stranger"):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.rpc(name, self.bank, "write", {"base_url": "https://evil.example.org"})


class TestUnencryptedCredential(AccessCase):
    """Nobody on the way reads a credential."""

    @classmethod
    def _request_handler(cls, session, request, /, **kwargs):
        """Our own adapter judges where requests go: Odoo's guard of tests would be first."""
        return _super_send(session, request, **kwargs)

    def call(self, address, found, networks=()):
        """Call a server of a name that leads to an address; what stopped it."""
        client = self.env["g2p.bridge.bank.connector.http"].with_context(
            sponsor_bank_id=self.bank.id
        )
        self.bank.sudo().write({"base_url": address, "credential": SECRET})
        looked_up = [(2, 1, 6, "", (found, 80))]
        self.startPatcher(
            patch.object(guarded_http.socket, "getaddrinfo", lambda *args, **kw: looked_up)
        )
        self.startPatcher(patch.object(type(client), "_http_networks", lambda client: networks))
        # Whatever is allowed ends here: nothing leaves a test.
        self.startPatcher(
            patch.object(guarded_http.HTTPConnection, "_new_conn", side_effect=OSError("allowed"))
        )
        with self.assertRaises(Unavailable) as caught:
            client._http_call("/funds", {})
        return caught.exception

    def test_none_over_the_internet_without_encryption(self):
        error = self.call("http://bank.example.org", "93.184.216.34")
        self.assertEqual(error.code, "UNENCRYPTED_SECRET")
        self.assertIn("https://", error.message)
        self.assertNotIn(SECRET, error.message)

    def test_an_address_in_figures_is_told_beforehand(self):
        self.bank.sudo().write({"base_url": "http://93.184.216.34", "credential": SECRET})
        client = self.env["g2p.bridge.bank.connector.http"].with_context(
            sponsor_bank_id=self.bank.id
        )
        (gap,) = self.bank._network_gaps(client)
        self.assertIn("Use https://", gap)
        self.bank.sudo().credential = False
        self.assertFalse(list(self.bank._network_gaps(client)))


class TestSignatureTarget(AccessCase):
    """What is signed names where it goes."""

    def test_a_body_for_one_address_is_none_for_another(self):
        key = self.env["g2p.bridge.signing.key"].create({"name": "K", "algorithm": "ES256"})
        key.action_generate()
        key.action_use()
        self.bank.sign_requests = True
        client = self.env["g2p.bridge.bank.connector.http"].with_context(
            sponsor_bank_id=self.bank.id
        )
        self.bank.sudo().write({"base_url": OLD, "credential": SECRET})
        sent = []

        def send(_client, url, body, headers, _timeouts):
            sent.append((url, body, headers))
            raise Unavailable("DOWN", "down")

        self.startPatcher(patch.object(type(client), "_http_send", send))
        with self.assertRaises(Unavailable):
            client._http_call("/initiate_payment", {"amount": 1})
        ((url, body, headers),) = sent
        self.assertEqual(url, f"{OLD}/initiate_payment")
        keys, now = jose.read_public_keys(key.public_key), int(time.time())
        pem = key.public_key
        token = headers["Signature-Target"]
        self.assertTrue(target_holds(token, body, pem, url, now))
        for other in (f"{OLD}/block_funds", "https://other.example.org/v1/initiate_payment"):
            self.assertFalse(target_holds(token, body, pem, other, now))
        self.assertFalse(target_holds(token, body + b" ", pem, url, now))
        self.assertFalse(target_holds(token, body, pem, url, now + 3600))
        self.assertFalse(target_holds(headers["Signature"], body, pem, url, now))
        # Who knows nothing of targets verifies the body, as before.
        self.assertTrue(jose.verify_detached(headers["Signature"], body, keys))
