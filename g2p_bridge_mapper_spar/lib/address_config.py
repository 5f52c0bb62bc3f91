# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a deployment writes financial addresses: configuration text, checked and compiled.

Keys, one a line: ``key on the wire = field``, where field is one of :data:`FIELDS` or
``ignore``. Templates, one a line: fields in braces with fixed text between them. Empty
lines and lines that begin with ``#`` do not count.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

#: Key whose entry carries nothing that the bridge needs.
IGNORE = "ignore"
#: What an entry can stand for.
FIELDS = (
    "fa_type",
    "account_number",
    "bank_code",
    "bank_name",
    "branch_code",
    "branch_name",
    "phone",
    "email",
    "mobile_wallet_provider",
    "email_wallet_provider",
    "wallet_provider_name",
    "wallet_provider_code",
)
DEFAULT_ENTRY_SEPARATOR = "."
DEFAULT_PAIR_SEPARATOR = ":"
#: All keys seen on SPAR 1.x and 2.x.
DEFAULT_KEYS_TEXT = """\
fa_type = fa_type
account_number = account_number
bank_code = bank_code
bank_name = bank_name
branch_code = branch_code
branch_name = branch_name
mobile_number = phone
phone_number = phone
email_address = email
mobile_wallet_provider = mobile_wallet_provider
email_wallet_provider = email_wallet_provider
wallet_provider_name = wallet_provider_name
wallet_provider_code = wallet_provider_code
strategy_id = ignore
"""
#: Forms of deployments from before addresses had keys.
DEFAULT_TEMPLATES_TEXT = """\
bank_{account_number}_{bank_code}_{branch_code}_{fa_type}
mobile_{phone}_{mobile_wallet_provider}_{fa_type}
email_{email}_{email_wallet_provider}_{fa_type}
"""

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


class ConfigError(ValueError):
    """The configuration cannot be used; the text names the line and the remedy."""


@dataclass(frozen=True, slots=True)
class Template:
    """One older form: fixed text and fields in turn.

    :param source: the line as configured
    :param before: the fixed text before each field
    :param names: the fields
    :param after: the fixed text behind the last field
    """

    source: str
    before: tuple[str, ...]
    names: tuple[str, ...]
    after: str

    def readings(
        self, text: str, accepts: Callable[[str, str], bool]
    ) -> list[list[tuple[str, str]]]:
        """The ways in which ``text`` can have come from this template.

        :param accepts: whether a field can have a value
        :return: none, one, or two if there are two or more (which is one too many)
        """
        known: dict[tuple[int, int], list[list[tuple[str, str]]]] = {}

        def rest(index, start):
            """Readings of ``text[start:]`` by the fields from ``index`` on."""
            if (index, start) not in known:
                known[index, start] = list(self._from(text, index, start, accepts, rest))[:2]
            return known[index, start]

        return rest(0, 0)

    def _from(self, text, index, start, accepts, rest):
        if not text.startswith(self.before[index], start):
            return
        start += len(self.before[index])
        name = self.names[index]
        last = index == len(self.names) - 1
        following = self.after if last else self.before[index + 1]
        end = len(text) - len(following) if last else text.find(following, start)
        while start <= end:
            value = text[start:end]
            if value and text.startswith(following, end) and accepts(name, value):
                for more in [[]] if last else rest(index + 1, end):
                    yield [(name, value), *more]
            if last:
                return
            end = text.find(following, end + 1)


def parse_keys(text: str, separators: tuple[str, str] = ("", "")) -> MappingProxyType:
    """Read the configuration of keys.

    :param separators: the entry and the pair separator, which no key may contain
    :return: key → field
    :raises ConfigError: the line cannot be used
    """
    keys: dict[str, str] = {}
    for number, line in _lines(text):
        key, equals, name = (part.strip() for part in line.partition("="))
        if not equals:
            raise ConfigError(f"Line {number}, '{line}': write it as 'key = field'.")
        if not _KEY(key):
            raise ConfigError(
                f"Line {number}: the key '{key}' may have letters, digits and underscores only, "
                "and must not begin with a digit."
            )
        if any(separator and separator in key for separator in separators):
            raise ConfigError(f"Line {number}: the key '{key}' contains a separator.")
        if name not in FIELDS and name != IGNORE:
            raise ConfigError(
                f"Line {number}: '{name}' is no field; choose one of "
                f"{', '.join((*FIELDS, IGNORE))}."
            )
        if key in keys:
            raise ConfigError(f"Line {number}: the key '{key}' stands on an earlier line already.")
        keys[key] = name
    if "fa_type" not in keys.values():
        raise ConfigError("One line must name the key that gives the type: 'fa_type = fa_type'.")
    return MappingProxyType(keys)


def parse_templates(text: str) -> tuple[Template, ...]:
    """Read the configuration of templates.

    :raises ConfigError: the line cannot be used
    """
    return tuple(_template(number, line) for number, line in _lines(text))


def check_separators(entry: str, pair: str) -> None:
    """:raises ConfigError: the two separators cannot tell entries, keys and values apart"""
    for title, separator in (("entry", entry), ("pair", pair)):
        if not separator:
            raise ConfigError(f"The {title} separator must not be empty.")
        if any(sign.isalnum() or sign in "_@+" for sign in separator):
            raise ConfigError(
                f"The {title} separator '{separator}' must be of signs that keys, e-mail "
                "addresses and phone numbers do not begin with: no letters, digits, '_', '@', '+'."
            )
    if entry in pair or pair in entry:
        raise ConfigError(f"The separators '{entry}' and '{pair}' cannot be told apart.")


def _template(number: int, line: str) -> Template:
    pieces = _PLACEHOLDER.split(line)
    fixed, names = pieces[0::2], pieces[1::2]
    if any(sign in piece for piece in fixed for sign in "{}"):
        raise ConfigError(f"Line {number}, '{line}': the braces do not match.")
    for name in names:
        if name not in FIELDS and name != IGNORE:
            raise ConfigError(
                f"Line {number}: '{{{name}}}' is no field; choose one of "
                f"{', '.join((*FIELDS, IGNORE))}."
            )
        if name != IGNORE and names.count(name) > 1:
            raise ConfigError(f"Line {number}: '{{{name}}}' stands there twice.")
    if "fa_type" not in names:
        raise ConfigError(f"Line {number}, '{line}': '{{fa_type}}' is missing.")
    if not all(fixed[1:-1]):
        raise ConfigError(f"Line {number}, '{line}': put fixed text between two fields.")
    return Template(line, tuple(fixed[:-1]), tuple(names), fixed[-1])


def _lines(text: str):
    for number, raw in enumerate((text or "").splitlines(), start=1):
        line = raw.strip()
        if line and not line.startswith("#"):
            yield number, line


DEFAULT_KEYS = parse_keys(DEFAULT_KEYS_TEXT, (DEFAULT_ENTRY_SEPARATOR, DEFAULT_PAIR_SEPARATOR))
DEFAULT_TEMPLATES = parse_templates(DEFAULT_TEMPLATES_TEXT)
