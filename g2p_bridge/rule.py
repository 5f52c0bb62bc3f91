# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A rule that stands once and is asked in three ways: of a record, in SQL, and as a domain.

The answers agree for every record (``tests/machine/test_rules.py``). Rules are constants of the
file ``<subject>_states.py``; what depends on policies or on today is a method of the model that
gives a domain.
"""

import re

from odoo.fields import Domain

_is_word = re.compile("[A-Za-z][A-Za-z0-9_]*").fullmatch


class Rule:
    """A condition on a record. ``&``, ``|`` and ``~`` make others of it."""

    def holds(self, record) -> bool:
        """Whether it holds for this record, read as the user of its environment."""
        raise NotImplementedError

    def sql(self, alias: str, **joined: str) -> str:
        """The condition as SQL text without parameters.

        :param alias: of the table in the query; also ``old`` or ``new`` of a trigger
        :param joined: alias of the table that the query has joined for a many2one, by its name
        """
        raise NotImplementedError

    def domain(self, path: str = "") -> Domain:
        """The condition as a domain.

        :param path: from the model that is searched to the rule's, with a dot at its end
        """
        raise NotImplementedError

    def __and__(self, other):
        return _All(self, other)

    def __or__(self, other):
        return _Any(self, other)

    def __invert__(self):
        return _Not(self)


class States(Rule):
    """A group of states: one of them is the record's. Also a collection of their names."""

    def __init__(self, *names: str, field: str = "state"):
        _check(field, *names)
        self.names, self.field = names, field

    def __iter__(self):
        return iter(self.names)

    def __contains__(self, name):
        return name in self.names

    def __len__(self):
        return len(self.names)

    def holds(self, record):
        return record[self.field] in self.names

    def sql(self, alias, **joined):
        column, first = f"{alias}.{self.field}", self.names[0]
        if len(self.names) == 1:
            return f"{column} = '{first}'"
        names = ", ".join(f"'{name}'" for name in self.names)
        return f"{column} IN ({names})"

    def domain(self, path=""):
        return Domain(f"{path}{self.field}", "in", self.names)


class Codes(States):
    """A group of codes, as :class:`States`, of a field that may be empty."""


class Given(Rule):
    """A field has a value: a link, a time, a text; of a number, another than zero."""

    def __init__(self, field: str):
        _check(field)
        self.field = field

    def holds(self, record):
        return bool(record[self.field])

    def sql(self, alias, **joined):
        return f"{alias}.{self.field} IS NOT NULL"

    def domain(self, path=""):
        return Domain(f"{path}{self.field}", "!=", False)


class Ticked(Given):
    """A yes or no is yes."""

    def sql(self, alias, **joined):
        return f"{alias}.{self.field} IS TRUE"


class Positive(Given):
    """A number is above zero."""

    def holds(self, record):
        return record[self.field] > 0

    def sql(self, alias, **joined):
        return f"{alias}.{self.field} > 0"

    def domain(self, path=""):
        return Domain(f"{path}{self.field}", ">", 0)


class Of(Rule):
    """A rule holds for the record to which a many2one leads."""

    def __init__(self, field: str, rule: Rule):
        _check(field)
        self.field, self.rule = field, rule

    def holds(self, record):
        return bool(record[self.field]) and self.rule.holds(record[self.field])

    def sql(self, alias, **joined):
        return self.rule.sql(joined[self.field])

    def domain(self, path=""):
        return self.rule.domain(f"{path}{self.field}.")


class Has(Rule):
    """A rule holds for some record of a one2many."""

    def __init__(self, field: str, table: str, inverse: str, rule: Rule):
        _check(field, table, inverse)
        self.field, self.table, self.inverse, self.rule = field, table, inverse, rule

    def holds(self, record):
        return any(map(self.rule.holds, record[self.field]))

    def sql(self, alias, **joined):
        one = "one_of_many"
        return (
            f"EXISTS (SELECT FROM {self.table} {one} WHERE {one}.{self.inverse} = {alias}.id"
            f" AND {self.rule.sql(one)})"
        )

    def domain(self, path=""):
        return Domain(f"{path}{self.field}", "any", self.rule.domain())


class _All(Rule):
    word, joiner = "AND", all

    def __init__(self, *rules):
        self.rules = rules

    def holds(self, record):
        return type(self).joiner(rule.holds(record) for rule in self.rules)

    def sql(self, alias, **joined):
        return f"({f' {self.word} '.join(rule.sql(alias, **joined) for rule in self.rules)})"

    def domain(self, path=""):
        return Domain.AND(rule.domain(path) for rule in self.rules)


class _Any(_All):
    word, joiner = "OR", any

    def domain(self, path=""):
        return Domain.OR(rule.domain(path) for rule in self.rules)


class _Not(Rule):
    def __init__(self, rule):
        self.rule = rule

    def holds(self, record):
        return not self.rule.holds(record)

    def sql(self, alias, **joined):
        if type(self.rule) is Given:
            return f"{alias}.{self.rule.field} IS NULL"
        text = self.rule.sql(alias, **joined)
        # A state is never empty, so this needs no third answer; all else may.
        if isinstance(self.rule, States) and not isinstance(self.rule, Codes):
            return text.replace(" IN ", " NOT IN ").replace(" = ", " <> ")
        return f"({text}) IS NOT TRUE"

    def domain(self, path=""):
        return ~self.rule.domain(path)


def _check(*words):
    """Names and states are words of ours, so that their text is sound in a query."""
    for word in words:
        if not _is_word(word):
            raise ValueError(f"{word!r} is no name of a field, a table or a state")
