# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Detached signatures over a file, checked without the whole file in memory.

What is signed is the header, a full stop and the file in base64url; it is digested piece by piece.
Where the algorithm wants the text itself (EdDSA), the file is read if there is such a key at all.
"""

from collections.abc import Sequence
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

from . import jws
from .public_keys import decoy, usable
from .terms import ALGORITHMS

HASHES = {"256": hashes.SHA256, "384": hashes.SHA384, "512": hashes.SHA512}
#: Bytes that are digested at once: base64 turns three into four.
_PIECE = 3 * 2**18


def find_signer(
    signature: jws.Signature, stream: BinaryIO, keys: Sequence[jws.Key]
) -> jws.Key | None:
    """Find the key that made this signature over the exact bytes of a file.

    :param stream: the file; it is read from its beginning, and left there
    :param keys: as for :func:`.jws.find_signed`
    """
    fitting = jws.fitting_keys(signature, keys)
    if signature.segments[1]:
        return None  # nobody puts a file into a header
    if signature.algorithm == "EdDSA":
        return _read(signature, stream, fitting)
    digest = _digest(signature, stream)
    for key in fitting:
        if _made_by(usable(key.pem), signature, digest):
            return key
    if not fitting:
        _made_by(decoy(ALGORITHMS[signature.algorithm]), signature, digest)
    return None


def _read(signature, stream, keys):
    if not keys:
        return None
    stream.seek(0)
    body = stream.read()
    stream.seek(0)
    try:
        return jws.find_signed(signature, [body], keys)[0]
    except jws.SignatureFault:
        return None


def _digest(signature, stream):
    digest = hashes.Hash(HASHES[signature.algorithm[-3:]]())
    digest.update(signature.segments[0] + b".")
    stream.seek(0)
    while piece := stream.read(_PIECE):
        if signature.encoded:
            piece = jws.base64url(piece)
        digest.update(piece)
    stream.seek(0)
    return digest.finalize()


def _made_by(key, signature, digest):
    algorithm, public = signature.algorithm, key.public_key
    try:
        made = jws.decoded(signature.segments[2])
        kind = HASHES[algorithm[-3:]]()
        hashed = Prehashed(kind)
        if algorithm.startswith("ES"):
            size = (public.key_size + 7) // 8
            if len(made) != 2 * size:
                return False
            halves = (int.from_bytes(made[:size], "big"), int.from_bytes(made[size:], "big"))
            public.verify(encode_dss_signature(*halves), digest, ec.ECDSA(hashed))
        elif algorithm.startswith("PS"):
            salted = padding.PSS(padding.MGF1(kind), kind.digest_size)
            public.verify(made, digest, salted, hashed)
        else:
            public.verify(made, digest, padding.PKCS1v15(), hashed)
    except (InvalidSignature, ValueError):
        return False
    return True
