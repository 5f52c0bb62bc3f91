"""Answers that never reach the client.

Both act while the web server writes the answer: the transaction is committed by then, and
no database connection is held.
"""

import socket
import time
from contextlib import suppress

from odoo.http import Response, request


def cut():
    """:return: an answer of which no byte is sent before the connection is closed"""
    # Odoo keeps the socket out of the public environment; its web sockets take it likewise.
    connection = request.httprequest._HTTPRequest__environ.get("socket")

    def body():
        if connection:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        # The server takes it for a client that has gone, and sends nothing.
        raise ConnectionAbortedError("simulated fault")
        yield b""

    return Response(body(), mimetype="application/json")


def late(content, seconds):
    """:return: an answer that is sent after ``seconds``, if the client still waits"""

    def body():
        time.sleep(seconds)
        yield content

    return Response(body(), mimetype="application/json")
