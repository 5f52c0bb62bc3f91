# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Addresses that prove a caller by a token in their path: it stands in no log of ours."""

import logging
import re

from odoo.http import request


class _HideToken(logging.Filter):
    def __init__(self, root):
        super().__init__()
        self._root, self._token = root, re.compile(rf"({re.escape(root)}/)[^/\s]+")

    def filter(self, record):
        text = record.getMessage()
        if self._root in text:
            record.msg, record.args = self._token.sub(r"\1***", text), ()
        return True


#: Loggers that write addresses of requests: each request, and those that threads are busy with.
_TELLING = ("werkzeug", "odoo.tools.misc")


def hide_token(root):
    """Keep what follows ``root`` in the path of a request out of our logs."""
    for name in _TELLING:
        logging.getLogger(name).addFilter(_HideToken(root))


def token_of(root):
    """:return: the token in the path of this request, which begins with ``root``"""
    return request.httprequest.path.removeprefix(root).split("/")[1]
