# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Answers that do not reach the client, or not whole.

All act while the web server writes the answer: the transaction is committed by then, and
no database connection is held.
"""

import socket
import time
from contextlib import suppress

from odoo.http import Response, request


class CutConnection:
    """The body of an answer that closes the connection where its next bytes should be.

    :param connection: the socket
    :param parts: bytes that are sent before; without any, not even the headers are
    """

    def __init__(self, connection, *parts):
        self.connection = connection
        self.parts = list(parts)

    def __iter__(self):
        return self

    def __next__(self):
        if self.parts:
            return self.parts.pop(0)
        if self.connection:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        # The server takes it for a client that has gone, and sends nothing.
        raise ConnectionAbortedError("simulated fault")


def cut():
    """:return: an answer of which no byte is sent before the connection is closed"""
    return Response(CutConnection(_connection()), mimetype="application/json")


def cut_after(part, length):
    """:return: an answer that promises ``length`` bytes and ends after ``part``"""
    headers = {"Content-Length": str(length)}
    body = CutConnection(_connection(), part)
    return Response(body, headers=headers, mimetype="application/json")


def _connection():
    # Odoo keeps the socket out of the public environment; its web sockets take it likewise.
    return request.httprequest._HTTPRequest__environ.get("socket")


def late(content, seconds):
    """:return: an answer that is sent after ``seconds``, if the client still waits"""

    def body():
        time.sleep(seconds)
        yield content

    return Response(body(), mimetype="application/json")
