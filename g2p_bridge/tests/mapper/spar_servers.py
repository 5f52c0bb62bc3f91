"""The other sides of the SPAR connectors, over real HTTP on free ports of this machine."""

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

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


class CallBackServer(ThreadingHTTPServer):
    """Stands at this server's call-back address; keeps what arrives."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _CallBackHandler)
        self.arrived = queue.Queue()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        self.shutdown()
        self.server_close()

    def next(self):
        """:return: (path, body decoded from JSON) of the next call-back, once it is there"""
        return self.arrived.get(timeout=30)


class _CallBackHandler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.arrived.put((self.path, json.loads(body)))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        """Say nothing."""
