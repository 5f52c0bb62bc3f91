"""A partner's server: takes what webhooks send, remembers it, and answers as told."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace


class Receiver:
    """An HTTP server on this machine.

    :param script: what to answer next: a status, or a function of the request handler
    :param requests: what came: ``body`` (bytes), ``headers``, ``message`` (decoded)
    """

    def __init__(self, certificate=None):
        self.script, self.requests = [], []
        self.answer_text = b"thank you"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self.address = f"{scheme}://127.0.0.1:{self._server.server_port}/events"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    @property
    def events(self):
        """The events of all requests, in the order in which they came."""
        return [event for request in self.requests for event in request.message["events"]]

    def sequences(self):
        return [event["sequence"] for event in self.events]


def _handler(receiver):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.requests.append(
                SimpleNamespace(
                    body=body, headers=headers, message=json.loads(body), path=self.path
                )
            )
            answer = receiver.script.pop(0) if receiver.script else 200
            if callable(answer):
                answer(self)
                return
            self.send_response(answer)
            self.send_header("Content-Length", str(len(receiver.answer_text)))
            if 300 <= answer < 400:
                self.send_header("Location", f"{receiver.address}/elsewhere")
            self.end_headers()
            self.wfile.write(receiver.answer_text)

        def log_message(self, *_args):
            pass

    return Handler
