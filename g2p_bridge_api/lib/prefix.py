# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The path below which the operations are."""

import re

#: Routes are written with it; where another one is configured, it takes its place.
DEFAULT_PREFIX = "/g2p-bridge"
_SOUND = re.compile(r"(?:/[A-Za-z0-9][A-Za-z0-9_.~-]*)+").fullmatch


def is_sound(prefix: str) -> bool:
    """Whether a prefix is one or more plain segments, each after a slash."""
    return bool(_SOUND(prefix)) and len(prefix) <= 100


def is_below(path: str, prefix: str) -> bool:
    """Whether a path is the prefix or lies below it."""
    return path == prefix or path.startswith(f"{prefix}/")


def placed(url: str, prefix: str) -> str:
    """A route's address as it is with this prefix; other addresses as they are."""
    return prefix + url[len(DEFAULT_PREFIX) :] if is_below(url, DEFAULT_PREFIX) else url
