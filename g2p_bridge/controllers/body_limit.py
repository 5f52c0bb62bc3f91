# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many bytes of a request are read, decided before the first one is."""

from odoo.http import request
from werkzeug.exceptions import abort

#: What a multipart body may hold besides the file: boundaries, headers, other fields.
MULTIPART_BYTES = 2**16


def bounded(limit, refusal):
    """Turn a request away that says itself that it is too large.

    One that says nothing, or something else than it does, is read up to the limit: a
    controller gives this number to ``max_content_length``.

    :param refusal: function that makes the answer
    :return: the limit
    """
    if (request.httprequest.content_length or 0) > limit:
        abort(refusal())
    return limit
