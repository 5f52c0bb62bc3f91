import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from odoo.tests import TransactionCase, tagged

from odoo.addons.g2p_bridge_bank_connector.lib.errors import Rejected, Unavailable

from ..lib.mapper_answer import NOT_LINKED
from .mapper_contract import BANK_ADDRESS, MapperContract
from .test_lib_spar import item, not_linked, reply


class SparServer(ThreadingHTTPServer):
    """A SPAR mapper on a free port of this machine, over real HTTP.

    It knows ``addresses``; ``answer`` replaces its answer: (HTTP status, body) or None for
    silence until the server is closed. The last request is kept for the tests to look at.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.addresses = {}
        self.answer = ...
        self.closing = threading.Event()
        self.last_headers = self.last_body = self.last_path = None
        self.url = f"http://127.0.0.1:{self.server_address[1]}/mapper/"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.closing.set()
        self.shutdown()
        self.server_close()

    def resolve(self, body):
        answers = []
        for asked in json.loads(body)["message"]["resolve_request"]:
            reference, id_value = asked["reference_id"], asked["id"]
            if not id_value:
                answers.insert(0, item(reference, None, "", status="rjct"))
            elif id_value in self.addresses:
                answers.append(item(reference, id_value, self.addresses[id_value]))
            else:
                answers.append(not_linked(reference))
        return 200, reply(*answers)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        server = self.server
        server.last_path, server.last_headers = self.path, self.headers
        server.last_body = self.rfile.read(int(self.headers["Content-Length"]))
        if server.answer is None:
            server.closing.wait()
            return
        status, body = server.resolve(server.last_body) if server.answer is ... else server.answer
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Say nothing."""


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
        self.server.addresses.update(addresses)

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
        self.assertEqual(body["message"]["transaction_id"], "transaction-1")
        # What is signed is what is sent: compact, keys in their order, ASCII escapes.
        self.assertEqual(server.last_body, json.dumps(body, separators=(",", ":")).encode("ascii"))

    def test_a_signature_covers_the_bytes_that_are_sent(self):
        signed = []

        def sign(connector, body):
            signed.append(body)
            return "eyJhbGciOiJSUzI1NiJ9..c2ln"

        connector = type(self.env["g2p.bridge.mapper.connector.spar_1"])
        with patch.object(connector, "_signature", sign):
            self._ask(("r1", "A0001"))
        self.assertEqual(signed, [self.server.last_body])
        self.assertEqual(self.server.last_headers["Signature"], "eyJhbGciOiJSUzI1NiJ9..c2ln")

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
