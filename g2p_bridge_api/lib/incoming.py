# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Requests as the web server hands them over, judged before a byte of the body is read."""

from .messages.operations import OPERATIONS
from .refusal import Refusal

JSON, MULTIPART = "application/json", "multipart/form-data"
NO_OPERATION = "There is no operation at this address. The addresses are in openapi.json."
#: Addresses that are read, not written to.
PAGES = frozenset({"ping", "openapi.json", "docs"})


def check_address(name, method):
    """:return: the ``Operation`` at an address
    :raises Refusal: there is none, or it is called by another method
    """
    operation = OPERATIONS.get(name)
    if not operation and name not in PAGES:
        raise Refusal("G2P-REQ-404", NO_OPERATION, 404)
    allowed = "POST" if operation else "GET"
    if method != allowed:
        raise Refusal("G2P-REQ-405", f"Call this address by {allowed}.", 405)
    return operation


def check_body(operation, headers, mimetype, length, most_bytes, is_plausible=True):
    """Judge a body by its headers alone.

    :param most_bytes: how many it may have
    :param is_plausible: whether the headers hold what may prove its sender
    :raises Refusal: compressed, of unknown length, too large, or of another type
    """
    if headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refusal("G2P-REQ-415", "Send the body as it is, without Content-Encoding.", 415)
    if "Transfer-Encoding" in headers:
        raise Refusal("G2P-REQ-411", "Send the body in one piece, with Content-Length.", 411)
    if (length or 0) > most_bytes:
        remedy = "Send it in parts."
        if not is_plausible:
            remedy = (
                "More is taken only with a signature in the header Signature, or a valid API key "
                "in X-API-Key."
            )
        raise Refusal(
            "G2P-REQ-413",
            f"The body has {length} bytes, at most {most_bytes} are taken. {remedy}",
            413,
        )
    wanted = MULTIPART if operation.is_upload else JSON
    if mimetype != wanted:
        raise Refusal("G2P-REQ-415", f"Send the body as Content-Type {wanted}.", 415)
