# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which server an address leads to."""

from urllib.parse import urlsplit

_PORTS = {"http": 80, "https": 443}


def origin_of(address: str) -> tuple[str, str, int] | None:
    """What makes a server another one: scheme, host and port of an address.

    :return: None where there is no address, or none that can be read
    """
    try:
        parts = urlsplit(address or "")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    return (parts.scheme, host, port or _PORTS.get(parts.scheme, 0)) if host else None


def origin_words(address: str) -> str:
    """:return: the same for people: ``https://bank.example:8443``, without a path"""
    origin = origin_of(address)
    if not origin:
        return ""
    scheme, host, port = origin
    host = f"[{host}]" if ":" in host else host
    return f"{scheme}://{host}" if port == _PORTS.get(scheme) else f"{scheme}://{host}:{port}"
