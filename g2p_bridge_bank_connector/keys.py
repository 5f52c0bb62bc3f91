"""The keys of this server."""

import os
from configparser import ConfigParser, Error
from functools import lru_cache

from odoo.tools import config

from .lib.keyring import SECTION, KeyFault, read_keys


@lru_cache(maxsize=1)
def server_keys() -> tuple[str, ...]:
    """The keys that this server seals secrets with, the first one, and opens them with.

    They are read once in its life.

    :raises KeyFault: what is configured is no key
    """
    return read_keys(os.environ, server_options())


def has_key() -> bool:
    """Whether this server has a key of its own; False also if it is not usable."""
    try:
        return bool(server_keys())
    except KeyFault:
        return False


def server_options():
    """The section of the bridge in the server's configuration file, as a mapping of texts."""
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(config.get("config") or [])
    except Error:
        return {}
    return parser[SECTION] if parser.has_section(SECTION) else {}
