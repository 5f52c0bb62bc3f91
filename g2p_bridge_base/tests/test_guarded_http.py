# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import socket
import threading
import unittest
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

import requests

from ..lib.diagnosis import chain
from ..lib.guarded_http import AnswerTooLarge, ForbiddenAddress, GuardedAdapter
from ..lib.networks import leads_outside, parse_networks

OWN = parse_networks("127.0.0.0/8")
_lookup = socket.getaddrinfo


class Server(ThreadingHTTPServer):
    """Counts who connects, keeps the headers of requests and answers with ``answer``."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.connections, self.headers, self.answer = 0, [], _small
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        self.connections += 1
        return super().get_request()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.headers.append(self.headers)
        self.server.answer(self)

    def log_message(self, *_args):
        pass


def _send(handler, body, *headers, status=200):
    handler.send_response(status)
    for name, value in (("Content-Length", str(len(body))), *headers):
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


def _small(handler):
    _send(handler, b"fine")


class TestGuardedHttp(unittest.TestCase):
    """Requests go where they may, and answers end."""

    def setUp(self):
        self.server = Server()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def post(self, host="127.0.0.1", networks=OWN, seconds=5, has_secret=False, **options):
        adapter = GuardedAdapter((seconds, seconds), networks, **{"most": 1000, **options})
        adapter.has_secret = has_secret
        with requests.Session() as session:
            session.mount("http://", adapter)
            session.mount("https://", adapter)
            url = f"http://{host}:{self.server.server_port}/"
            return session.post(url, data=b"money", allow_redirects=False)

    def names(self, *answers):
        """Have the name server give one answer after the other; the last one for ever."""
        rest = list(answers)

        def lookup(host, port, *args, **kwargs):
            if host.replace(".", "").isdigit():
                return _lookup(host, port, *args, **kwargs)
            found = rest.pop(0) if len(rest) > 1 else rest[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]

        patcher = patch("socket.getaddrinfo", lookup)
        patcher.start()
        self.addCleanup(patcher.stop)

    def assertForbidden(self, host, networks=()):
        with self.assertRaises(ForbiddenAddress) as caught:
            self.post(host, networks)
        self.assertEqual(self.server.connections, 0, "somebody connected")
        return caught.exception

    def test_a_forbidden_address_is_not_even_connected_to(self):
        error = self.assertForbidden("127.0.0.1")
        self.assertEqual((error.address, error.kind), ("127.0.0.1", "own"))

    def test_no_spelling_of_an_address_gets_by(self):
        for host in (
            "localhost",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "127.1",
            "0",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "①②⑦.⓪.⓪.①",
        ):
            with self.subTest(host):
                try:
                    self.post(host, ())
                except (ForbiddenAddress, requests.RequestException):
                    pass
                else:
                    self.fail("it was called")
                self.assertEqual(self.server.connections, 0)

    def test_a_name_is_called_at_the_address_that_was_judged(self):
        self.names(["127.0.0.1"], ["10.9.8.7"])
        self.assertEqual(self.post("bank.example").content, b"fine")
        self.assertEqual(self.server.headers[0]["Host"], f"bank.example:{self.server.server_port}")

    def test_a_name_that_turns_elsewhere_after_it_was_judged_changes_nothing(self):
        # The first answer is of a network that is allowed, and nobody is there.
        self.names(["127.99.99.99"], ["127.0.0.1"])
        with self.assertRaises(requests.ConnectionError):
            self.post("bank.example", parse_networks("127.99.99.99"))
        self.assertEqual(self.server.connections, 0)

    def test_one_forbidden_address_among_good_ones_is_enough(self):
        self.names(["127.0.0.1", "10.0.0.1"])
        self.assertEqual(self.assertForbidden("bank.example", OWN).address, "10.0.0.1")

    def test_a_secret_without_encryption_goes_to_private_networks_only(self):
        self.assertEqual(self.post(has_secret=True).content, b"fine")
        self.names(["93.184.216.34"])
        with self.assertRaises(ForbiddenAddress) as caught:
            self.post("bank.example", has_secret=True)
        self.assertEqual(caught.exception.kind, "plain")
        self.assertTrue(leads_outside("93.184.216.34"))
        self.assertFalse(leads_outside("93.184.216.34", parse_networks("93.184.216.0/24")))
        self.assertFalse(leads_outside("10.0.0.1"))

    def test_the_next_address_is_tried_where_nobody_listens(self):
        self.names(["127.99.99.99", "127.0.0.1"])
        self.assertEqual(self.post("bank.example").content, b"fine")

    def test_a_name_that_leads_nowhere_is_told_as_before(self):
        with self.assertRaises(requests.ConnectionError) as caught:
            self.post("bank.invalid")
        kinds = [type(error) for error in chain(caught.exception)]
        self.assertIn(socket.gaierror, kinds)

    def test_a_proxy_of_the_environment_is_not_asked(self):
        nowhere = "http://127.0.0.1:9"
        with patch.dict(os.environ, {"HTTP_PROXY": nowhere, "http_proxy": nowhere, "no_proxy": ""}):
            self.assertEqual(self.post().content, b"fine")

    def test_a_redirect_is_an_answer_and_not_a_way(self):
        self.server.answer = lambda handler: _send(
            handler, b"", ("Location", "http://169.254.169.254/latest/meta-data/"), status=307
        )
        self.assertEqual(self.post().status_code, 307)
        self.assertEqual(self.server.connections, 1)

    def test_a_long_answer_is_an_error_or_is_cut(self):
        self.server.answer = lambda handler: _send(handler, b"x" * 5000)
        with self.assertRaises(AnswerTooLarge):
            self.post(cut=False)
        self.assertEqual(len(self.post().content), 1000)
        self.assertEqual(len(self.post(most=5000, cut=False).content), 5000)

    def test_a_packed_answer_that_unpacks_to_very_much_is_an_error(self):
        deflate = zlib.compressobj(wbits=31)
        packed = b"".join(deflate.compress(bytes(2**20)) for _ in range(64)) + deflate.flush()
        self.server.answer = lambda handler: _send(handler, packed, ("Content-Encoding", "gzip"))
        with self.assertRaises(AnswerTooLarge):
            self.post(cut=False, most=2**20)

    def test_an_answer_that_comes_byte_by_byte_ends(self):
        done = threading.Event()
        self.addCleanup(done.set)

        def drip(handler):
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
            try:
                while not done.wait(0.05):
                    handler.wfile.write(b"x")
            except OSError:
                pass  # the other side hung up, as it should

        self.server.answer = drip
        with self.assertRaises(requests.exceptions.ReadTimeout):
            self.post(seconds=0.5, cut=False)
