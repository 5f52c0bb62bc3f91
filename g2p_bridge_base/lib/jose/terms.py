# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who may sign with what."""

from dataclasses import dataclass

#: Algorithm → the kind of key that it needs: all that is ever made or accepted here, neither
#: ``none`` nor a shared secret (HMAC), for which a public key could be taken.
ALGORITHMS = {
    **dict.fromkeys(("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"), "RSA"),
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    "EdDSA": "Ed25519",
}
#: Kind of key → its type in a JWK (kty).
KEY_TYPES = {"RSA": "RSA", "P-256": "EC", "P-384": "EC", "P-521": "EC", "Ed25519": "OKP"}


@dataclass(frozen=True, slots=True)
class Terms:
    """What is taken from one kind of signer.

    :param algorithms: names of :data:`ALGORITHMS`; keys of other kinds are refused
    :param strict: no certificates, whose dates nobody would keep; each member of a JWK is what
        RFC 7517 says; a signature that names a key is not that of a key of another name
    :param max_header: longest header of a signature, as sent
    :param max_signature: longest signature proper, as sent
    """

    algorithms: tuple[str, ...]
    strict: bool
    max_header: int
    max_signature: int

    @property
    def kinds(self) -> list[str]:
        """The kinds of keys that these algorithms need."""
        return list(dict.fromkeys(ALGORITHMS[name] for name in self.algorithms))


#: Ourselves, and the ID mappers that answer us. We choose what we sign with, and every verifier
#: of SPAR knows these; a mapper signs with what it verifies. Its keys stand as a text on its
#: record, and are read anew each time.
OURS = Terms(
    algorithms=("RS256", "PS256", "ES256"),
    strict=True,
    max_header=4096,
    max_signature=1024,  # that of an RSA key of 6144 bits
)
#: Partners that call us. They come with the keys that they have, so all algorithms are taken; a
#: partner's record keeps each key by itself, with its dates and what it is meant for.
PARTNERS = Terms(
    algorithms=tuple(ALGORITHMS),
    strict=False,
    max_header=8192,  # a chain of certificates has room in it
    max_signature=1400,  # that of an RSA key of 8192 bits
)
