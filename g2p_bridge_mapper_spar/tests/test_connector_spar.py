# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from contextlib import contextmanager

from odoo.tests import TransactionCase, tagged

from odoo.addons.g2p_bridge.lib.mapper_answer import NOT_LINKED
from odoo.addons.g2p_bridge.tests.mapper.mapper_contract import (
    BANK_ADDRESS,
    TRANSACTION,
    MapperContract,
)
from odoo.addons.g2p_bridge_base.lib import jose
from odoo.addons.g2p_bridge_base.lib.errors import Rejected, Unavailable

from .spar_servers import SparServer, written


@tagged("post_install", "-at_install")
class TestSparConnector(MapperContract, TransactionCase):
    def setUp(self):
        super().setUp()
        self.server = SparServer()
        self.addCleanup(self.server.close)
        self.mapper = self.env["g2p.bridge.mapper"].create(
            {
                "name": "SPAR",
                "base_url": self.server.url,
                "environment": "test",
                "sender_id": "ministry",
                "credential": "secret-token",
                "read_timeout": 1,
                "connect_timeout": 1,
            }
        )

    def contract_mapper(self):
        return self.mapper

    def contract_link(self, addresses):
        texts = {key: written(address) for key, address in addresses.items()}
        self.server.addresses.update(texts)

    @contextmanager
    def contract_failure(self, kind):
        if kind == "down":
            free = SparServer()
            free.close()
            self.mapper.base_url = free.url
            yield
            self.mapper.base_url = self.server.url
            return
        self.server.answer = {
            "silent": None,
            "error": (500, {"errors": [{"code": "G2P-REQ-100", "message": "Unknown Error."}]}),
            "nonsense": (200, b"<html>"),
            "refusal": (
                200,
                {
                    "header": {"status": "rjct", "status_reason_code": "rjct.jwt.invalid"},
                    "message": {},
                },
            ),
        }[kind]
        yield
        self.server.answer = ...

    def assertFailure(self, answer, error, code):
        self.server.answer = answer
        with self.assertRaises(error) as caught:
            self._ask(("r1", "A0001"))
        self.assertEqual(caught.exception.code, code)
        self.assertNotIn("secret-token", str(caught.exception))

    def test_request_as_spar_expects_it(self):
        self._ask(("r1", "Ñ0001"))
        server = self.server
        self.assertEqual(server.last_path, "/mapper/sync/resolve")
        self.assertEqual(server.last_headers["Content-Type"], "application/json")
        self.assertEqual(server.last_headers["Authorization"], "Bearer secret-token")
        self.assertNotIn("Signature", server.last_headers)
        body = json.loads(server.last_body)
        self.assertEqual(body["header"]["sender_id"], "ministry")
        self.assertEqual(body["message"]["transaction_id"], TRANSACTION)
        # What is signed is what is sent: compact, keys in their order, ASCII escapes.
        self.assertEqual(server.last_body, json.dumps(body, separators=(",", ":")).encode("ascii"))

    def test_a_signature_covers_the_bytes_that_are_sent(self):
        key = self.env["g2p.bridge.signing.key"].create({"algorithm": "ES256"})
        key.action_generate()
        key.action_use()
        self.mapper.sign_requests = True
        self._ask(("r1", "Ñ0001"))
        keys = jose.read_public_keys(key.public_key)
        signature = self.server.last_headers["Signature"]
        self.assertTrue(jose.verify_detached(signature, self.server.last_body, keys))

    def test_without_a_key_nothing_leaves_unsigned(self):
        self.mapper.sign_requests = True
        with self.assertRaises(Unavailable) as caught:
            self._ask(("r1", "A0001"))
        self.assertEqual(caught.exception.code, "NO_SIGNING_KEY")
        self.assertIsNone(self.server.last_body)
        self.assertIn("no key signs yet", " ".join(self.mapper._gaps()))

    def test_refusals_tell_their_code(self):
        errors = {"errors": [{"code": "G2P-REQ-102", "message": "Invalid Input. Field required"}]}
        self.assertFailure((400, errors), Rejected, "HTTP_400")
        self.assertFailure((404, b"x"), Rejected, "HTTP_404")
        self.assertFailure((429, b"x"), Unavailable, "HTTP_429")
        self.assertFailure((503, b"x"), Unavailable, "HTTP_503")
        self.assertFailure((302, b"x"), Unavailable, "HTTP_302")
        self.assertFailure(
            (200, {"header": {"status": "succ"}, "message": {}}), Unavailable, "INVALID_ANSWER"
        )
        self.assertFailure((200, b"[" * 100_000), Unavailable, "INVALID_ANSWER")

    def test_no_address_or_a_wrong_one_is_unavailable(self):
        for url, code in ((False, "NO_ADDRESS"), ("nonsense", "INVALID_ADDRESS")):
            # As an older version may have left it: none is accepted today.
            self.env.flush_all()
            self.env.cr.execute("UPDATE g2p_bridge_mapper SET base_url = %s", [url or None])
            self.mapper.invalidate_recordset()
            self.assertFailure(..., Unavailable, code)

    def test_not_linked_is_told_from_the_real_answer(self):
        self.contract_link({"A0001": BANK_ADDRESS})
        answers = self._ask(("r1", "A0001"), ("r2", "NOPE"))
        self.assertEqual(answers["r2"].reason_code, NOT_LINKED)
