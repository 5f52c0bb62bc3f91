# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Those whom the bridge speaks to in tests: HTTP servers on free ports of this machine."""

import json
import queue
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace


class Peer(ThreadingHTTPServer):
    """Somebody to whom the bridge posts, until it is closed. Heirs say what is answered.

    :param path: of its address
    :param certificate: file with a certificate and its key, for HTTPS
    """

    daemon_threads = True

    def __init__(self, path="", certificate=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)
            scheme = "https"
        self.url = f"{scheme}://127.0.0.1:{self.server_port}{path}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def respond(self, request):
        """What is answered to a request.

        :param request: its ``path``, ``headers`` and ``body`` (bytes)
        :return: status; body, if any: bytes, or what becomes JSON; more headers, if any. None:
            the connection is closed without an answer
        """
        raise NotImplementedError

    def serve(self, handler, request):
        """Answer a request by means of its handler; rather override :meth:`respond`."""
        answer = self.respond(request)
        if answer:
            _send(handler, *answer)

    def close(self):
        self.shutdown()
        self.server_close()


class CallBackServer(Peer):
    """Stands at the address to which others call back; keeps what arrives."""

    def __init__(self, path=""):
        self.arrived = queue.Queue()
        super().__init__(path)

    def respond(self, request):
        self.arrived.put((request.path, json.loads(request.body)))
        return 200, {}

    def next(self):
        """:return: (path, body decoded from JSON) of the next call-back, once it is there"""
        return self.arrived.get(timeout=30)


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        request = SimpleNamespace(path=self.path, headers=self.headers, body=body)
        self.server.serve(self, request)

    def log_message(self, *args):
        """Say nothing."""


def _send(handler, status, body=b"", headers=()):
    is_json = not isinstance(body, bytes)
    data = json.dumps(body).encode() if is_json else body
    handler.send_response(status)
    if is_json:
        handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(data)))
    for name, value in headers:
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)
