# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Partners that can neither sign nor send a header: an address of their own proves them."""

import json
import logging
import time
from dataclasses import replace
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from odoo.addons.g2p_bridge_base.tests.one_person import let_one_person
from odoo.addons.g2p_bridge_base.tests.signing import sign

from ...lib import replies, secret_address
from ...lib.secret_address import NoSuchAddress
from ..common import ROOT, ApiCase
from .partner_common import PartnerCase

JSON = {"Content-Type": "application/json"}
LOGGER = "odoo.addons.g2p_bridge_api.models.partner.partner_address"


def open_address(partner, networks="127.0.0.0/8 ::1/128"):
    """Have a partner prove itself by a secret address.

    :return: the path of the address, as a client knows it
    """
    partner.write({"proof": "address", "caller_networks": networks})
    shown = partner.action_new_secret_address()["context"]["default_secret"]
    return shown.partition(ROOT)[2]


@tagged("post_install", "-at_install")
class TestSecretAddress(PartnerCase):
    """Who is let in, and who says so."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users["second"] = new_test_user(
            cls.env, "bridge_second", groups="g2p_bridge_base.group_admin"
        )

    def secret(self, partner=None, networks="192.0.2.0/24"):
        address = open_address(partner or self.partner, networks)
        return secret_address.split(address.strip("/"))[0]

    def assertNobody(self, secret, caller="192.0.2.1"):
        with self.assertRaises(NoSuchAddress) as caught, mute_logger(LOGGER):
            self.partners._at_address(secret, caller)
        return caught.exception

    def by_address(self, **header):
        header = {"sender_id": "string", **header}
        return self.call(self.message(**header), address_partner_id=self.partner.id)

    def test_the_address_is_the_partner(self):
        secret, other = self.secret(), self.make_partner("other")
        self.secret(other)
        self.assertEqual(self.partners._at_address(secret, "192.0.2.1"), self.partner)
        for wrong in ("", "-", secret[:-1], secret + "x", secret.upper(), "é", "\ud800"):
            self.assertFalse(self.assertNobody(wrong).partner)

    def test_from_its_networks_alone(self):
        secret = self.secret(networks="192.0.2.16/28, 198.51.100.7/32\n2001:db8::/32")
        for caller in ("192.0.2.16", "198.51.100.7", "2001:db8::1", "::ffff:192.0.2.31"):
            self.assertEqual(self.partners._at_address(secret, caller), self.partner)
        for caller in ("192.0.2.15", "198.51.100.8", "2001:db9::1", "", "x", "2002:c000:210::1"):
            with self.subTest(caller):
                # Whose it is, is for our own record: the answer does not tell.
                self.assertEqual(self.assertNobody(secret, caller).partner, self.partner)

    def test_networks_are_asked_for_and_say_something(self):
        for networks, words in (
            (False, "name the networks"),
            ("", "name the networks"),
            ("0.0.0.0/0", "0.0.0.0/0 is too large"),
            ("0.0.0.0/1, 128.0.0.0/1", "too large"),
            ("::/0", "::/0 is too large"),
            ("192.0.2.7/24", "host bits"),
            ("pbms.example.org", "pbms.example.org"),
        ):
            with self.subTest(networks), self.assertRaisesRegex(ValidationError, words):
                self.partner.write({"proof": "address", "caller_networks": networks})
        bank = self.make_partner("bank", kind="bank")
        with self.assertRaisesRegex(ValidationError, "sponsor bank itself"):
            bank.write({"proof": "address", "caller_networks": "192.0.2.0/24"})

    def test_only_the_digest_is_kept_and_nobody_reads_it(self):
        secret = self.secret()
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT to_jsonb(p)::text FROM g2p_bridge_partner p WHERE id = %s", [self.partner.id]
        )
        (row,) = self.env.cr.fetchone()
        digest = secret_address.digest_of(secret)
        for text in (secret, digest):
            self.assertNotIn(text, row)
        self.assertEqual(self.partner.sudo().address_digest, digest)
        with self.assertRaises(AccessError):
            self.rpc("admin", self.partner, "read", ["address_digest"])
        (shown,) = self.rpc("admin", self.partner, "read", ["secret_url", "has_address_digest"])
        self.assertTrue(shown["has_address_digest"])
        self.assertNotIn(secret, shown["secret_url"])
        self.assertNotIn(secret, self.partner.message_ids.mapped("body"))

    def test_two_people_open_it_and_one_closes_it(self):
        former = self.secret()
        let_one_person(self, False)
        made = self.rpc("admin", self.partner, "action_new_secret_address")
        address = made["context"]["default_secret"].partition(ROOT)[2].strip("/")
        secret = secret_address.split(address)[0]
        self.rpc("admin", self.partner, "write", {"caller_networks": "198.51.100.0/24"})
        self.env.invalidate_all()
        self.assertNobody(secret)
        self.assertEqual(self.partners._at_address(former, "192.0.2.1"), self.partner)
        change = self.env["g2p.bridge.change"]._waiting(self.partner)
        self.assertNotIn(secret, str(change.line_ids.read()))
        with self.assertRaises(AccessError), mute_logger("odoo.http"):
            self.rpc("admin", change, "action_confirm")
        self.rpc("second", change, "action_confirm")
        self.env.invalidate_all()
        self.assertNobody(former, "198.51.100.1")
        self.assertEqual(self.partners._at_address(secret, "198.51.100.1"), self.partner)
        self.rpc("admin", self.partner, "action_close_secret_address")
        self.env.invalidate_all()
        self.assertNobody(secret, "198.51.100.1")

    def test_a_partner_that_nobody_confirmed_or_that_proves_itself_otherwise_has_none(self):
        secret = self.secret()
        for values in ({"is_confirmed": False}, {"proof": "signature"}, {"active": False}):
            with self.subTest(values), self.env.cr.savepoint() as savepoint:
                self.partner.sudo().write(values)
                self.env.flush_all()
                self.assertNobody(secret)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_at_the_usual_address_it_is_a_stranger(self):
        self.secret()
        self.assertRefusedCall("rjct.signature.invalid", self.signed())
        self.partner.proof = "signature"
        self.assertEqual(self.admit(self.signed()), self.partner)

    def test_its_messages_name_it_or_nobody(self):
        self.secret()
        for sender in ("string", "", "pbms"):
            self.assertEqual(self.admit(self.by_address(sender_id=sender)), self.partner)
        self.make_partner("other")
        for sender in ("other", "nobody"):
            self.assertRefusedCall("rjct.signature.invalid", self.by_address(sender_id=sender))

    def test_nothing_else_is_taken_for_a_proof_there(self):
        self.secret()
        call = self.by_address()
        for headers in (
            {"signature": sign("RS256", call.body)},
            {"x-api-key": "a" * 40},
            {"authorization": "Bearer " + "a" * 40},
        ):
            self.assertRefusedCall("rjct.signature.invalid", self.with_headers(call, **headers))

    def test_its_rights_and_header_are_as_of_any_partner(self):
        self.secret()
        self.partner.rate_burst = 1
        self.admit(self.by_address())
        refusal = self.assertRefusedCall("G2P-REQ-429", self.by_address(), 429)
        self.assertEqual(refusal.partner, self.partner)
        self.partner.rate_burst = 100
        self.partner.strict_header = True
        self.assertRefusedCall("rjct.message_id.duplicate", self.by_address(message_id="string"))
        self.partner.operation_ids = False
        self.assertRefusedCall("rjct.action.not_supported", self.by_address())

    def test_a_placeholder_for_the_sender_leaves_it_to_the_key(self):
        """A proxy that adds the API key can't change what the client writes."""
        self.partner.proof = "either"
        key = self.api_key(self.partner)
        call = self.with_headers(self.call(self.message(sender_id="string")), **{"x-api-key": key})
        self.assertEqual(self.admit(call), self.partner)
        self.partner.strict_header = True
        self.assertRefusedCall("rjct.signature.invalid", call)
        self.partner.strict_header = False
        named = self.make_partner("string")
        self.assertRefusedCall("rjct.signature.invalid", call)
        named.proof = "api_key"
        self.assertEqual(
            self.admit(self.with_headers(call, **{"x-api-key": self.api_key(named)})), named
        )

    def test_calls_from_elsewhere_are_counted_and_not_kept_one_by_one(self):
        secret, service = self.secret(), self.env["g2p.bridge.api"]
        refusal = self.assertNobody(secret, "203.0.113.9")
        answer = replace(replies.refused(refusal), code=secret_address.FOREIGN_NETWORK)
        for _time in range(3):
            call = self.call(address="203.0.113.9")
            service._record_alone(call, answer, time.monotonic(), refusal.partner.ids)
        record = self.env["g2p.bridge.api.call"].search([("partner_id", "=", self.partner.id)])
        self.assertEqual((record.code, record.calls), ("NETWORK_NOT_ALLOWED", 3))
        self.assertEqual((record.address, record.http_status), ("203.0.113.9", 404))

    def test_people_are_warned(self):
        self.assertFalse(self.partner.address_warning)
        health = self.env["g2p.bridge.health"]
        self.assertNotIn(self.partner.name, "".join(health._notices()))
        self.partner.write({"proof": "address", "caller_networks": "192.0.2.0/24"})
        self.assertIn("Make a secret address", self.partner.missing)
        self.secret()
        self.assertEqual(self.partner.readiness, "ready")
        self.assertIn("whoever has seen it", self.partner.address_warning)
        self.assertIn("https", self.partner.address_warning)
        self.assertNotIn("this machine itself", self.partner.address_warning)
        self.partner.caller_networks = "127.0.0.1/32"
        self.assertIn("this machine itself", self.partner.address_warning)
        self.assertIn(self.partner.name, "".join(health._notices()))


@tagged("post_install", "-at_install")
class TestSecretAddressHttp(ApiCase):
    """The address as it is called, on a server that lets nobody in without proof."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("g2p_bridge_api.unsigned", "False")
        cls.address = open_address(cls.partner)
        cls.secret = secret_address.split(cls.address.strip("/"))[0]

    def knock(self, address=None, operation="create_disbursement_envelope", **kw):
        """:return: the answer to what PBMS 17 sends to this address"""
        header = dict.fromkeys(("message_id", "message_ts", "action", "sender_id"), "string")
        body = self.request(operation, self.envelope(), total_count=0, meta="string", **header)
        body["signature"] = "string"
        address = self.address if address is None else address
        return self.post(f"{address}/{operation}".strip("/"), {**body, **kw.pop("more", {})}, **kw)

    def test_placeholders_are_enough_at_the_right_address(self):
        answer = self.knock().json()
        self.assertEqual(answer["header"]["status"], "succ", answer)
        self.assertTrue(answer["message"]["disbursement_envelope_id"])
        record = self.records(result="done")
        self.assertEqual((record.partner_id, record.address), (self.partner, "127.0.0.1"))
        refused = self.knock("").json()
        self.assertEqual(refused["header"]["status_reason_message"], "rjct.jwt.invalid")

    def test_a_wrong_address_is_like_any_other_that_is_none(self):
        known = self.knock("/nothing").text
        for wrong in (self.address[:-1], self.address + "x", "/by-secret", "/by-secret/"):
            answer = self.knock(wrong)
            self.assertEqual((answer.status_code, answer.text), (404, known))
        self.env["g2p.bridge.partner"].browse(self.partner.id).caller_networks = "192.0.2.0/24"
        with self.assertLogs(LOGGER, "WARNING") as log:
            answer = self.knock()
        self.assertEqual((answer.status_code, answer.text), (404, known))
        self.assertIn("127.0.0.1", log.output[0])
        for path in ("/ping", "/docs", "/openapi.json", ""):
            answer = self.url_open(f"{ROOT}{self.address}{path}")
            self.assertEqual(answer.status_code, 404)

    def test_a_caller_behind_a_proxy_that_nobody_told_odoo_of_is_in_no_network(self):
        behind = {**JSON, "X-Forwarded-For": "192.0.2.9"}
        told = {**behind, "X-Forwarded-Host": "localhost"}
        with mute_logger(LOGGER):
            self.assertEqual(self.knock(headers=behind).status_code, 404)
            self.assertEqual(self.knock(headers=told).status_code, 404)
        with patch.dict(config.options, {"proxy_mode": True}), mute_logger(LOGGER):
            self.assertEqual(self.knock(headers=behind).status_code, 404)
            self.assertEqual(self.knock(headers=told).status_code, 404)
            self.partner.caller_networks = "192.0.2.0/24"
            self.assertEqual(self.knock(headers=told).status_code, 200)

    def test_a_large_message_is_read(self):
        more = {"message": {**self.envelope(), "remark": "x" * 100_000}}
        self.assertEqual(self.knock(more=more).json()["header"]["status"], "succ")
        self.assertEqual(self.knock("", more=more).status_code, 413)

    def test_no_log_and_no_record_holds_the_secret(self):
        """See also ``tests/test_secrets.py``, which reads the whole log of a server."""
        path = f"{ROOT}{self.address}/create_disbursements"
        for name, text in (
            ("werkzeug", f'"POST {path} HTTP/1.1" 200 -'),
            ("odoo.tools.misc", f"# Thread: x (url:http://localhost{path}) (qc:1)"),
        ):
            record = logging.makeLogRecord({"name": name, "msg": "%s 100%%", "args": (text,)})
            self.assertTrue(logging.getLogger(name).filter(record))
            self.assertIn(f"{ROOT}/by-secret/***/create_disbursements", record.getMessage())
            self.assertNotIn(self.secret, record.getMessage())
        self.knock()
        self.knock(operation="create_disbursements", more={"message": "x"})
        kept = json.dumps(self.records().read(), default=str)
        self.assertIn("create_disbursements", kept)
        self.assertNotIn(self.secret, kept)

    def test_the_unsigned_door_stays_as_it_is(self):
        """The way for tests neither needs nor opens an address."""
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.unsigned", "True")
        self.assertEqual(self.knock("/by-secret/wrong").status_code, 404)
