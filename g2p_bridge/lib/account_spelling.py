# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which account a bank's statement means, however the bank spells its number.

Banks write more than the number that payments are made from: a currency behind it, a bank code
before it, an IBAN or only its national part, blanks and leading zeros. An account is found by
the strictest rule by which any is found, and only if it is the only one: nothing is guessed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from .iban import groups_of, is_iban

#: What stands between the characters of a number: blanks, dots, slashes and any kind of dash.
_BETWEEN = re.compile(r"[\s./\u2010-\u2015\u2212-]+")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_BANK_CODE = re.compile(r"[0-9]{3,12}")
#: A shorter end of an IBAN is a check digit and no number.
_SHORTEST = 5


@dataclass(frozen=True, slots=True)
class Account:
    """An account that is known.

    :param key: what the caller knows it by
    :param number: as payments are made from it
    :param currency: ISO code
    :param spellings: further ones that people have entered
    """

    key: Any
    number: str
    currency: str = ""
    spellings: tuple[str, ...] = ()


class Form(NamedTuple):
    """One way to read a text: a bank's own code, empty if it is not said, and a number there."""

    bank: str
    number: str


class KnownAccounts:
    """Accounts that statements may lead to."""

    def __init__(self, accounts: Iterable[Account]) -> None:
        self._exact = defaultdict(dict)
        self._plain = defaultdict(dict)
        self._with_currency = defaultdict(dict)
        self._forms = defaultdict(list)
        self._currencies = {}
        for account in accounts:
            self._add(account)

    def _add(self, account: Account) -> None:
        self._exact[account.number.strip()][account.key] = True
        for spelling in (account.number, *account.spellings):
            self._plain[plain(spelling)][account.key] = True
        short = _without_currency(account.number, account.currency)
        if short:
            self._with_currency[plain(short), account.currency][account.key] = True
        for form in forms(account.number):
            self._forms[form.number].append((form.bank, account.key))
        self._currencies.setdefault(account.key, account.currency)

    def find(self, written: str, currency: str = "") -> list:
        """Find the accounts that a text may mean.

        :param written: as the bank writes it
        :param currency: ISO code of the statement; empty if it is not known
        :return: keys, all found by the strictest rule that finds any: none or several mean
            that nobody knows which account it is
        """
        shorter = [
            text
            for suffix in ([currency] if currency else sorted(set(self._currencies.values())))
            if (text := _without_currency(written, suffix))
        ]
        rules = (
            self._exact.get(written.strip(), ()),
            self._plain.get(plain(written), ()),
            self._with_currency.get((plain(written), currency), ()),
            _keys(self._plain.get(plain(text), ()) for text in shorter),
            _keys(self._by_forms(text) for text in (written, *shorter)),
        )
        return list(next(filter(None, rules), ()))

    def currency_of(self, key: Any) -> str:
        return self._currencies[key]

    def same(self, written: str) -> list:
        """The accounts whose number, or a spelling that people have entered, a text is."""
        return list(self._plain.get(plain(written), ()))

    def _by_forms(self, text: str) -> dict:
        return dict.fromkeys(
            key
            for form in forms(text)
            for bank, key in self._forms.get(form.number, ())
            if _same_bank(form.bank, bank)
        )


def lines_of(text: str | None) -> list[str]:
    """The spellings that people have entered, one a line; empty lines are none."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def plain(text: str) -> str:
    """A text without what stands between its characters, in capitals."""
    return _BETWEEN.sub("", text).upper()


def forms(text: str) -> Iterator[Form]:
    """Every way to read an account number; numbers are without leading zeros."""
    yield Form("", _significant(plain(text)))
    yield from _iban_forms(plain(text))
    before, slash, after = text.partition("/")
    code, number = plain(before), plain(after)
    if slash and number:
        if _BIC.fullmatch(code):
            yield Form("", _significant(number))
            yield from _iban_forms(number)
        elif _BANK_CODE.fullmatch(code):
            yield Form(code, _significant(number))


def _iban_forms(number: str) -> Iterator[Form]:
    """An IBAN's national part, and the account in it with or without the bank before it."""
    if not is_iban(number):
        return
    national = number[4:]
    yield Form("", _significant(national))
    lengths = groups_of(number)
    ends = [len(national)]
    if lengths and lengths[-1] <= 2:
        ends.append(len(national) - lengths[-1])  # without the national check digits
    for end in ends:
        begin = 0
        for length in lengths[:-1]:
            begin += length
            if end - begin >= _SHORTEST:
                yield Form(national[:begin], _significant(national[begin:end]))


def _significant(number: str) -> str:
    return number.lstrip("0") or number


def _without_currency(text: str, currency: str) -> str:
    """The text without a currency behind it; empty if there is none."""
    bare = text.strip().upper()
    return bare.removesuffix(currency) if currency and bare.endswith(currency) else ""


def _same_bank(one: str, other: str) -> bool:
    """Whether two bank codes may be the same: one may be empty, or only the end of the other."""
    return one.endswith(other) or other.endswith(one)


def _keys(found: Iterable) -> dict:
    return dict.fromkeys(key for keys in found for key in keys)
