# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

import psycopg2.errors
from odoo.exceptions import ConcurrencyError


@contextmanager
def again_if_taken(env, what):
    """Have Odoo run the request again if another one took ``what`` in the meantime.

    The unique indexes find it out; run again, the request sees what the other one did.

    :param str what: for the server's log
    :raises ConcurrencyError: a row that must be unique exists already
    """
    try:
        with env.cr.savepoint():
            yield
    except psycopg2.errors.UniqueViolation as error:
        raise ConcurrencyError(f"{what} was taken meanwhile") from error
