# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An address of a partner's own, with a secret in its path, for one that can send nothing else.

``PREFIX/by-secret/SECRET/OPERATION``. What is kept of the secret is its digest: it has 256 random
bits, so nobody finds it from that.
"""

import hashlib
import ipaddress
import secrets

from .incoming import NO_OPERATION
from .refusal import Refusal

#: The part of the path before the secret, which no log shows.
SEGMENT = "by-secret"
#: Largest networks that say anything: what is larger holds half the world.
WIDEST = {4: 8, 6: 32}
#: Why a call was refused, in our own record alone: the caller gets to know nothing.
FOREIGN_NETWORK = "NETWORK_NOT_ALLOWED"


class NoSuchAddress(Refusal):
    """A secret that is nobody's, or is called from elsewhere: as if nothing were there.

    :param partner: whose address it is, if it is called from outside its networks
    """

    def __init__(self, partner=None):
        super().__init__("G2P-REQ-404", NO_OPERATION, 404, partner)


def split(path: str) -> tuple[str, str]:
    """:return: (secret or "", operation) that a path below the prefix names"""
    first, _slash, rest = path.partition("/")
    if first != SEGMENT:
        return "", path
    secret, _slash, operation = rest.partition("/")
    # An empty one is somebody's as little as a wrong one.
    return secret or "-", operation


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def parse_networks(text: str) -> tuple:
    """The networks in a text, separated by blanks, commas or new lines.

    :raises ValueError: one of them is none, or is so large that it excludes nobody; the text says
        which one and why
    """
    networks = []
    for part in (text or "").replace(",", " ").split():
        try:
            network = ipaddress.ip_network(part)
        except ValueError as error:
            raise ValueError(str(error)) from None
        least = WIDEST[network.version]
        if network.prefixlen < least:
            raise ValueError(f"{part} is too large: at least /{least} is wanted")
        networks.append(network)
    return tuple(networks)


def is_from(address: str, networks) -> bool:
    """Whether a caller's address is in one of the networks."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    # A server that listens to IPv6 sees IPv4 callers so.
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return any(ip.version == network.version and ip in network for network in networks)


def real_address(environ) -> str:
    """:return: the caller's address; "" where it is known to be that of a proxy in between

    Odoo takes what the proxy says of the caller only in ``proxy_mode``, and if the proxy says
    all of it. Otherwise every caller seems to be the proxy, who may well be in the networks.
    """
    behind = "HTTP_X_FORWARDED_FOR" in environ or "HTTP_FORWARDED" in environ
    if behind and "werkzeug.proxy_fix.orig" not in environ:
        return ""
    return environ.get("REMOTE_ADDR") or ""
