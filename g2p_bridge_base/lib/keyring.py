# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The keys that stored secrets are sealed with: where they come from and what they do.

Sealing is Fernet of the ``cryptography`` package (AES-128-CBC with HMAC-SHA-256). The first
key of a ring seals; all of them open, so that a key can be replaced without a gap.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

#: What every sealed text begins with.
MARK = "sealed:"
#: Environment variables: the keys themselves, or a file that holds them.
VARIABLE, FILE_VARIABLE = "G2P_BRIDGE_SECRET_KEY", "G2P_BRIDGE_SECRET_KEY_FILE"
#: The same in the section of the server's configuration file.
SECTION, OPTION, FILE_OPTION = "g2p_bridge", "secret_key", "secret_key_file"


class KeyFault(Exception):
    """A key can't be used; the message says which place it came from, never the key."""


class Unreadable(Exception):
    """A sealed text was not sealed with one of these keys, or was changed since."""


def new_key() -> str:
    """A key made by chance."""
    return Fernet.generate_key().decode()


class Keyring:
    """Some keys, perhaps none.

    :param keys: Fernet keys, the one that seals first
    :raises ValueError: one of them is no key
    """

    def __init__(self, keys: tuple[str, ...] = ()):
        self._fernets = [Fernet(key) for key in keys]
        self._all = MultiFernet(self._fernets) if self._fernets else None

    def close(self, text: str) -> str:
        """The text sealed; another one each time."""
        return MARK + self._all.encrypt(text.encode()).decode()

    def open(self, stored: str) -> str:
        """What was sealed; a text that never was, as it is.

        :raises Unreadable: none of the keys opens it
        """
        if not stored.startswith(MARK):
            return stored
        return self._decrypt(self._all, stored)

    def is_current(self, stored: str) -> bool:
        """Whether it is sealed with the key that seals now."""
        return self._opens(self._fernets[0] if self._fernets else None, stored)

    def opens(self, stored: str) -> bool:
        """Whether it is sealed with one of the keys."""
        return self._opens(self._all, stored)

    def _opens(self, fernet, stored):
        try:
            return stored.startswith(MARK) and self._decrypt(fernet, stored) is not None
        except Unreadable:
            return False

    def _decrypt(self, fernet, stored):
        if fernet is None:
            raise Unreadable
        try:
            return fernet.decrypt(stored.removeprefix(MARK).encode()).decode()
        except InvalidToken as error:
            raise Unreadable from error


@lru_cache(maxsize=64)
def ring_of(keys: tuple[str, ...]) -> Keyring:
    """The ring of these keys."""
    return Keyring(keys)


def read_keys(environment: Mapping, options: Mapping) -> tuple[str, ...]:
    """The server's keys: those of the environment; where it has none, of the configuration.

    :param options: the section of the configuration file
    :raises KeyFault: a key or a file can't be used
    """
    for source, name, is_file in (
        (environment, VARIABLE, False),
        (environment, FILE_VARIABLE, True),
        (options, OPTION, False),
        (options, FILE_OPTION, True),
    ):
        if source.get(name):
            return _keys(source[name], name, is_file)
    return ()


def _keys(value, name, is_file):
    try:
        text = Path(value).read_text(encoding="utf-8") if is_file else value
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFault(f"{name}: the file {value} can't be read") from error
    keys = tuple(text.replace(",", " ").split())
    try:
        Keyring(keys)
    except ValueError:
        # Without the cause: its text could quote the key.
        raise KeyFault(
            f"{name}: not a key. A key has 44 characters; make one with odoo-bin g2p_bridge new-key"
        ) from None
    return keys
