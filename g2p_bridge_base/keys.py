# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What only who runs the server decides: its keys, and whether one person may direct money."""

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


def one_person() -> bool:
    """Whether one administrator alone may change what directs money: for trying out, and for
    the first hour of an installation. Every screen of the bridge says so meanwhile."""
    return str(server_options().get("one_person", "")).strip().lower() in ("yes", "true", "1")


def server_options():
    """The section of the bridge in the server's configuration file, as a mapping of texts."""
    parser = ConfigParser(interpolation=None)
    try:
        parser.read(config.get("config") or [])
    except Error:
        return {}
    return parser[SECTION] if parser.has_section(SECTION) else {}
