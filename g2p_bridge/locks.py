# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Locks of what several people and jobs may want to change at the same moment.

A transaction sees what was there when it began. Work that only waits for a lock would go on with
what is past, and PostgreSQL refuses that as a conflict. So nobody waits with a transaction under
way: an operation takes its locks if they are free. If not, the owner of the transaction gives it
up, waits for the locks, and begins anew: it sees everything that was done before, and meets nobody.
However many call at once, nobody is refused for it.
"""

from contextlib import contextmanager, suppress
from contextvars import ContextVar

from odoo.exceptions import UserError
from odoo.http import request
from psycopg2 import Error, errorcodes
from psycopg2.errors import LockNotAvailable, SerializationFailure

#: Seconds that a caller waits for its locks.
PATIENCE = 45
#: How often one begins anew; with locks of one's own only jobs can still be in the way.
TRIES = 10

#: The locks that the work which runs here was given after waiting for them.
_given = ContextVar("g2p_bridge_locks", default=frozenset())


class LockTaken(SerializationFailure):
    """Somebody else has the lock, or had it until now: this transaction does not see what was done.

    Whoever repeats conflicts, as Odoo and its job queue do, repeats this as well.
    """

    pgcode = errorcodes.SERIALIZATION_FAILURE
    pgerror = "Somebody else has the lock."

    def __init__(self, locks):
        super().__init__(self.pgerror)
        self.locks = locks


class Busy(UserError):
    """The lock did not become free in time; nothing was changed."""


def take_locks(cr, kind, names):
    """Let nobody else have these locks until the transaction ends.

    :param str kind: what the locks are about
    :param names: of what, each
    :return: the locks, for :class:`LockTaken`
    :raises LockTaken: somebody has one of them
    """
    locks = frozenset((cr.dbname, kind, str(name)) for name in names)
    cr.execute(
        "SELECT COALESCE(bool_and(pg_try_advisory_xact_lock(hashtext(%s), hashtext(name))), TRUE)"
        " FROM unnest(%s::text[]) AS name",
        [kind, [name for _dbname, _kind, name in locks]],
    )
    # Where another connection waited on behalf of this one, it has them.
    if not cr.fetchone()[0] and locks - _given.get():
        raise LockTaken(locks)
    return locks


def with_locks(env, work, patience=PATIENCE):
    """Do something that takes locks, from the beginning of a transaction.

    Where a lock is not free, the transaction is rolled back; the lock is waited for, and the
    work is done in a new one. Whoever calls this owns the transaction: nothing that was done
    in it before is needed, and it is committed, or rolled back, afterwards.

    :param work: function without arguments; called again to begin anew
    :param patience: seconds to wait for a lock, None for as long as it takes
    :return: what ``work`` returns
    :raises Busy: a lock did not become free in time
    """
    locks = frozenset()
    for left in reversed(range(TRIES)):
        try:
            with _waited_for(env, locks, patience):
                return work()
        except LockTaken as taken:
            here = {dbname for dbname, _kind, _name in taken.locks} == {env.cr.dbname}
            if not here or not left:
                raise
            locks |= taken.locks
            _begin_anew(env)
    raise AssertionError("the last try either returns or raises")


@contextmanager
def _waited_for(env, locks, patience):
    """Begin a transaction that has these locks.

    What is waited for belongs to the session, so that it outlives the transaction that has
    waited. The work takes it for its own transaction as well, and keeps it until that ends.
    """
    if not locks:
        yield
        return
    held, token = [], None
    try:
        _wait(env, locks, patience, held)
        env.cr.rollback()  # what is read from here on was read with the locks
        token = _given.set(_given.get() | locks)
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
            for lock in held:
                env.cr.execute("SELECT pg_advisory_unlock(hashtext(%s), hashtext(%s))", lock)


def _wait(env, locks, patience, held):
    """:param held: list that gets what was waited for"""
    milliseconds = int(patience * 1000) if patience else 0
    env.cr.execute("SELECT set_config('lock_timeout', %s, TRUE)", [str(milliseconds)])
    # In one order, so that nobody waits for each other.
    for _dbname, *lock in sorted(locks):
        try:
            env.cr.execute("SELECT pg_advisory_lock(hashtext(%s), hashtext(%s))", lock)
        except LockNotAvailable as error:
            raise Busy(
                env._(
                    "Somebody else has been working on the same for a long time, for example a "
                    "large file is being imported. Nothing was changed: try again in some minutes."
                )
            ) from error
        held.append(lock)


def _begin_anew(env):
    """Forget a transaction as Odoo does before it repeats a request."""
    env.cr.rollback()
    env.transaction.reset()
    env.registry.reset_changes()
    if request:
        request.session = request._get_session_and_dbname()[0]
        for file in request.httprequest.files.values():
            file.seek(0)
