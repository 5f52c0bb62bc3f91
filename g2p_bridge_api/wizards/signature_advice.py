# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a fault of a signature means and what to do about it, in words for an administrator."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: Cause of a ``SignatureFault`` → advice; ``%s`` stands for its detail.
ADVICE = {
    "malformed": _lt(
        "This is no signature: it has three parts of letters, digits, - and _ with dots between "
        "them. Where the message is sent beside it, the part in the middle is empty: header..end"
    ),
    "too_long": _lt("The signature is too long. Perhaps a chain of certificates is in it."),
    "header": _lt("The first part of the signature is not JSON in base64url."),
    "algorithm": _lt(
        "The algorithm %s is not accepted. RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, "
        "ES512 and EdDSA are. A shared secret (HS256) proves nothing here."
    ),
    "critical": _lt("The signature asks for something that is not understood here: %s."),
    "no_key": _lt("The partner has no key that is valid now. See the dates under Keys."),
    "key_kind": _lt(
        "None of the partner's valid keys fits the algorithm %s: it is of another kind, or stored "
        "for another algorithm."
    ),
    "payload": _lt(
        "The message in the middle of the signature is not the body. It was signed for another "
        "message, or the body was changed on its way."
    ),
    "signature": _lt(
        "None of the partner's valid keys has made this signature over this body. Either another "
        "key signs than the ones that are stored, or the body was changed since: compare it byte "
        "by byte with what was signed, blanks and line breaks too."
    ),
}
