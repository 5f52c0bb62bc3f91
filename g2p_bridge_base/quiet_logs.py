# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo itself would write into its log of our records, and must not.

At debug level it logs the arguments of every call from outside, and at any level a statement
that the database has refused, with all that it was to store. Those hold secrets that somebody
has just typed, full account numbers and people's names. The log still tells which records and
which method were called, and which statement failed and why.
"""

import logging
import re

OURS = "g2p.bridge."
OUR_TABLES = "g2p_bridge"
_LITERAL = re.compile(r"'(?:[^']|'')*'")
#: "Key (code)=(A1) already exists", "Failing row contains (7, A1, …)".
_VALUES = re.compile(r"\(.*\)", re.DOTALL)


class HideArguments(logging.Filter):
    """Takes the arguments of calls on our models out of Odoo's log of calls."""

    def filter(self, record):
        if isinstance(record.args, tuple) and len(record.args) == 3:
            called, method, _arguments = record.args
            if getattr(called, "_name", "").startswith(OURS):
                record.args = (called, method, "…")
        return True


class HideValues(logging.Filter):
    """Takes the values out of statements on our tables that the database has refused."""

    def filter(self, record):
        if record.levelno >= logging.ERROR and isinstance(record.args, tuple):
            texts = [_text(argument) for argument in record.args]
            if len(texts) == 2 and OUR_TABLES in texts[0]:
                statement, error = texts
                record.args = (_LITERAL.sub("'…'", statement), _without_values(error))
        return True


def _text(argument):
    return argument.decode(errors="replace") if isinstance(argument, bytes) else str(argument)


def _without_values(error):
    """The message of an error of PostgreSQL, and of its details no more than their kind."""
    message, _end, details = error.partition("\n")
    if details.startswith("LINE "):  # a piece of the statement
        return message
    return f"{message}\n{_VALUES.sub('(…)', details)}"


logging.getLogger("odoo.service.model").addFilter(HideArguments())
logging.getLogger("odoo.sql_db").addFilter(HideValues())
