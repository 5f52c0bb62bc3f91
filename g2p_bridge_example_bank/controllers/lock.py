# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One request at a time, where several want the same money."""

from contextlib import contextmanager

from odoo.api import SUPERUSER_ID, Environment

#: First half of the advisory locks' key: ours alone in the database.
NAMESPACE = 0x62616E6B
#: Operation → field of its message that names what requests compete for.
WANTED = {
    "block_funds": "account_number",
    "release_funds": "block_reference_no",
    "initiate_payment": "funds_blocked_reference_number",
}


@contextmanager
def environment(env, operation, message):
    """Wait for the requests that came before, then give a transaction of its own.

    A transaction of PostgreSQL's repeatable read sees nothing newer than its beginning, so
    that waiting inside it would end in a serialization failure: it must begin after the
    wait. The lock is held by a second transaction until the first is committed. Requests
    that compete in another way (the same reference for other money) still meet at the
    database's locks and unique indexes, and are run again by Odoo.

    :param env: environment of the request
    :return: context manager that gives the environment to work in, and commits
    """
    wanted = WANTED.get(operation)
    items = message if isinstance(message, list) else [message]
    if not wanted or not items:
        yield env(user=SUPERUSER_ID)
        return
    with env.registry.cursor() as gate:
        gate.execute(
            "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [NAMESPACE, items[0][wanted]]
        )
        with env.registry.cursor() as cr:
            yield Environment(cr, SUPERUSER_ID, env.context)
