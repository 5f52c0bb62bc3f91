"""Sealing of secrets: what is stored tells nobody anything without the key."""

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken

#: What every sealed text begins with.
MARK = "sealed:"


class Unreadable(Exception):
    """A sealed text was not sealed with this key, or was changed since."""


def new_key():
    """:return: a key made by chance, as text"""
    return Fernet.generate_key().decode()


class Seal:
    """Seals and opens texts with one key."""

    def __init__(self, key):
        self._fernet = Fernet(key.encode())

    def close(self, text):
        """:return: ``text`` sealed; one that this key has sealed already stays as it is"""
        if self._is_ours(text):
            return text
        return MARK + self._fernet.encrypt(text.encode()).decode()

    def open(self, text):
        """:return: what was sealed; a text that never was, as it is

        :raises Unreadable: it is sealed with another key
        """
        if not text.startswith(MARK):
            return text
        try:
            return self._fernet.decrypt(text.removeprefix(MARK).encode()).decode()
        except InvalidToken as error:
            raise Unreadable("sealed with another key") from error

    def _is_ours(self, text):
        try:
            return text.startswith(MARK) and self.open(text) is not None
        except Unreadable:
            return False


@lru_cache(maxsize=64)
def seal_with(key):
    """:return: the :class:`Seal` of a key"""
    return Seal(key)
