"""Answers that never reach the client.

Both act while the web server writes the answer: the transaction is committed by then, and
no database connection is held.
"""

import socket
import time
from contextlib import suppress

from odoo.http import Response, request


class CutConnection:
    """The body of an answer that closes the connection instead of giving a first byte."""

    def __init__(self, connection):
        self.connection = connection

    def __iter__(self):
        return self

    def __next__(self):
        if self.connection:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        # The server takes it for a client that has gone, and sends nothing.
        raise ConnectionAbortedError("simulated fault")


def cut():
    """:return: an answer of which no byte is sent before the connection is closed"""
    # Odoo keeps the socket out of the public environment; its web sockets take it likewise.
    connection = request.httprequest._HTTPRequest__environ.get("socket")
    return Response(CutConnection(connection), mimetype="application/json")


def late(content, seconds):
    """:return: an answer that is sent after ``seconds``, if the client still waits"""

    def body():
        time.sleep(seconds)
        yield content

    return Response(body(), mimetype="application/json")
