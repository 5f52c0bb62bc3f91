# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import SerializationFailure


def in_own_transaction(env, work, tries, conflict=SerializationFailure):
    """Carry something out and commit it, whatever becomes of the transaction of ``env``.

    Where another transaction was quicker, it is tried again from the beginning.

    :param work: function of the cursor of its own transaction
    :param tries: how often at the most, if each time another one is quicker
    :return: what ``work`` returns
    """
    for left in reversed(range(tries)):
        try:
            with env.registry.cursor() as cr:
                return work(cr)
        except conflict:
            if not left:
                raise
    return None
