# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Turns: who wants the same thing at the same moment comes one after the other.

A transaction sees what was there when it began. Whoever only waits for a lock would then work
on what is past, and PostgreSQL refuses that as a conflict. So nobody waits with a transaction
under way: an operation takes its turn if it is free. If it is not, whoever owns the transaction
gives it up, waits in the queue, and begins anew, sees everything that was done before, and
meets nobody. However many call at once, nobody is refused for it.
"""

from contextlib import contextmanager, suppress
from contextvars import ContextVar

from odoo.exceptions import UserError
from odoo.http import request
from psycopg2 import Error, errorcodes
from psycopg2.errors import LockNotAvailable, SerializationFailure

#: Seconds that a caller waits for its turn.
PATIENCE = 45
#: How often one begins anew; with a turn of one's own only jobs can still be in the way.
TRIES = 10

#: The turns that were waited for by whoever runs this.
_given = ContextVar("g2p_bridge_turns", default=frozenset())


class TurnTaken(SerializationFailure):
    """It is somebody else's turn, or was until now, and this transaction does not see it.

    Whoever repeats conflicts, as Odoo and its job queue do, repeats this as well.
    """

    pgcode = errorcodes.SERIALIZATION_FAILURE
    pgerror = "It is somebody else's turn."

    def __init__(self, turns):
        super().__init__(self.pgerror)
        self.turns = turns


class Busy(UserError):
    """The turn did not come; nothing was changed."""


def take_turns(cr, kind, names):
    """Let nobody else have these turns until the transaction ends.

    :param str kind: what the turns are about
    :param names: of what, each
    :return: the turns, for :class:`TurnTaken`
    :raises TurnTaken: somebody has one of them
    """
    turns = frozenset((cr.dbname, kind, str(name)) for name in names)
    cr.execute(
        "SELECT COALESCE(bool_and(pg_try_advisory_xact_lock(hashtext(%s), hashtext(name))), TRUE)"
        " FROM unnest(%s::text[]) AS name",
        [kind, [name for _dbname, _kind, name in turns]],
    )
    # Where another connection waited on behalf of this one, it has them.
    if not cr.fetchone()[0] and turns - _given.get():
        raise TurnTaken(turns)
    return turns


def in_turns(env, work, patience=PATIENCE):
    """Do something that takes turns, from the beginning of a transaction.

    Where a turn is not free, the transaction is rolled back; the turn is waited for, and the
    work is done in a new one. Whoever calls this owns the transaction: nothing that was done
    in it before is needed, and it is committed, or rolled back, afterwards.

    :param work: function without arguments; called again to begin anew
    :param patience: seconds to wait for a turn, None for as long as it takes
    :return: what ``work`` returns
    :raises Busy: the turn did not come in time
    """
    turns = frozenset()
    for left in reversed(range(TRIES)):
        try:
            with _waited_for(env, turns, patience):
                return work()
        except TurnTaken as taken:
            here = {dbname for dbname, _kind, _name in taken.turns} == {env.cr.dbname}
            if not here or not left:
                raise
            turns |= taken.turns
            _begin_anew(env)
    raise AssertionError("the last try either returns or raises")


@contextmanager
def _waited_for(env, turns, patience):
    """Begin a transaction that has these turns.

    What is waited for belongs to the session, so that it outlives the transaction that has
    waited. The work takes it for its own transaction as well, and keeps it until that ends.
    """
    if not turns:
        yield
        return
    held, token = [], None
    try:
        _wait(env, turns, patience, held)
        env.cr.rollback()  # what is read from here on was read with the turn
        token = _given.set(_given.get() | turns)
        yield
    except BaseException:
        with suppress(Error):
            env.cr.rollback()
        raise
    finally:
        if token:
            _given.reset(token)
        # A cursor that is broken has lost its connection, and with it every lock.
        with suppress(Error):
            for turn in held:
                env.cr.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", turn)


def _wait(env, turns, patience, held):
    """:param held: list that gets what was waited for"""
    milliseconds = int(patience * 1000) if patience else 0
    env.cr.execute("SELECT set_config('lock_timeout', %s, TRUE)", [str(milliseconds)])
    # In one order, so that nobody waits for each other.
    for _dbname, *turn in sorted(turns):
        try:
            env.cr.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", turn)
        except LockNotAvailable as error:
            raise Busy(
                env._(
                    "Somebody else has been working on the same for a long time, for example a "
                    "large file is being imported. Nothing was changed: try again in some minutes."
                )
            ) from error
        held.append(turn)


def _begin_anew(env):
    """Forget a transaction as Odoo does before it repeats a request."""
    env.cr.rollback()
    env.transaction.reset()
    env.registry.reset_changes()
    if request:
        request.session = request._get_session_and_dbname()[0]
        for file in request.httprequest.files.values():
            file.seek(0)
