"""Answers that never reach the client.

Both act while the web server writes the answer: the transaction is committed by then, and
no database connection is held.
"""

import time

from odoo.http import Response


def cut():
    """:return: an answer of which no byte is sent before the connection is closed"""

    def body():
        # The server takes it for a client that has gone, and closes the connection.
        raise ConnectionAbortedError("simulated fault")
        yield b""

    return Response(body(), mimetype="application/json")


def late(content, seconds):
    """:return: an answer that is sent after ``seconds``, if the client still waits"""

    def body():
        time.sleep(seconds)
        yield content

    return Response(body(), mimetype="application/json")
