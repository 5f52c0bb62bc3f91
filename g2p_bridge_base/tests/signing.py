# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the other side does to sign and to check, apart from our own code."""

import base64
import hashlib
import json
from functools import lru_cache

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

CURVES = {"ES256": ec.SECP256R1, "ES384": ec.SECP384R1, "ES512": ec.SECP521R1}
HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@lru_cache
def private_key(algorithm, number=0):
    """A private key for an algorithm; another number is another key. Made once."""
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm]())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public_pem(key):
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def public_jwk(key, **members):
    """The public half as a JWK, put together by hand."""
    numbers = key.public_key()
    if isinstance(key, rsa.RSAPrivateKey):
        found = numbers.public_numbers()
        jwk = {"kty": "RSA", "n": _integer(found.n), "e": _integer(found.e)}
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        raw = numbers.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": base64url(raw)}
    else:
        found, size = numbers.public_numbers(), (key.key_size + 7) // 8
        jwk = {
            "kty": "EC",
            "crv": f"P-{key.key_size}",
            "x": base64url(found.x.to_bytes(size, "big")),
            "y": base64url(found.y.to_bytes(size, "big")),
        }
    return {**jwk, **members}


def sign(algorithm, payload, key=None, attached=False, **header):
    """:return: a JWS over these bytes, detached unless said otherwise"""
    key = key or private_key(algorithm)
    head = base64url(json.dumps({"alg": algorithm, **header}).encode())
    plain = header.get("b64") is False
    message = payload if plain else base64url(payload).encode()
    end = base64url(_signature(algorithm, key, head.encode() + b"." + message))
    return ".".join((head, message.decode() if attached else "", end))


def target_holds(token, body, pem, url, now):
    """Whether the holder of an EC key says that this body was posted to this address just now."""
    expected = {"aud": url, "htm": "POST", "sha256": hashlib.sha256(body).hexdigest()}
    try:
        found = jws.deserialize_compact(token, ECKey.import_key(pem), ["ES256"])
        claims = json.loads(found.payload)
    except (JoseError, ValueError):
        return False
    return expected.items() <= claims.items() and now < claims["exp"]


def _signature(algorithm, key, data):
    if algorithm == "EdDSA":
        return key.sign(data)
    digest = HASHES[algorithm[2:]]
    if algorithm in CURVES:
        size = (key.key_size + 7) // 8
        return b"".join(
            number.to_bytes(size, "big")
            for number in decode_dss_signature(key.sign(data, ec.ECDSA(digest)))
        )
    if algorithm.startswith("PS"):
        form = padding.PSS(padding.MGF1(digest), digest.digest_size)
        return key.sign(data, form, digest)
    return key.sign(data, padding.PKCS1v15(), digest)


def _integer(number):
    return base64url(number.to_bytes((number.bit_length() + 7) // 8, "big"))
