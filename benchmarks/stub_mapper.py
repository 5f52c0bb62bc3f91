# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A SPAR 1.x mapper that knows everybody and answers as fast as it can.

Started as a process of its own, so that what it costs is not counted as the bridge's. Prints
its port and serves until its standard input is closed.
"""

import json
import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS = "account_number:{}.branch_code:BR1.bank_code:BANK1.fa_type:BANK_ACCOUNT"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    #: The answer leaves in one piece, at once.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        items = [
            {
                "reference_id": item["reference_id"],
                "timestamp": item["timestamp"],
                "fa": ADDRESS.format(item["id"]),
                "id": item["id"],
                "account_provider_info": None,
                "status": "succ",
                "status_reason_code": None,
                "status_reason_message": None,
                "additional_info": None,
                "locale": "en",
            }
            for item in asked["message"]["resolve_request"]
        ]
        message = {"transaction_id": asked["message"]["transaction_id"], "resolve_response": items}
        data = json.dumps({"header": {"status": "succ"}, "message": message}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *args):
        """Say nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_address[1], flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
    os._exit(0)
