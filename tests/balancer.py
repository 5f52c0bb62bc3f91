# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A load balancer: connections go to one server after the other, never to a dead one."""

import socket
import socketserver
from contextlib import suppress
from itertools import count
from threading import Thread


class Balancer(socketserver.ThreadingTCPServer):
    """Listens on a port of loopback from its creation on, until it is closed.

    :param ports: of the servers behind it
    """

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, ports):
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port = self.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._ports = list(ports)
        self._turn = count()
        Thread(target=self.serve_forever, daemon=True).start()

    def connect(self):
        """A connection to the server whose turn it is.

        :raises OSError: none of them answers
        """
        turn = next(self._turn)
        for number in range(len(self._ports)):
            port = self._ports[(turn + number) % len(self._ports)]
            with suppress(ConnectionRefusedError):
                return socket.create_connection(("127.0.0.1", port))
        raise ConnectionRefusedError("no server answers")

    def close(self):
        self.shutdown()
        self.server_close()


class _Connection(socketserver.BaseRequestHandler):
    """Bytes go both ways until either side ends."""

    def handle(self):
        with suppress(OSError), self.server.connect() as server:
            back = Thread(target=_pump, args=(server, self.request), daemon=True)
            back.start()
            _pump(self.request, server)
            back.join()


def _pump(source, sink):
    with suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
