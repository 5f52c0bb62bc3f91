# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls at the same moment: behind a barrier, and at a gate that all of them reach."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from odoo_run import wait_until
from odoo_server import OdooCallError

WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND backend_type = 'client backend'
       AND wait_event_type = 'Lock' AND query NOT LIKE %s
"""
UNDER_WAY = """
    SELECT state, wait_event_type, wait_event, left(query, 120) FROM pg_stat_activity
     WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()
"""
STOP_AT_COMMIT = """
    CREATE OR REPLACE FUNCTION g2p_bridge_test_stop() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF pg_try_advisory_xact_lock(hashtext('g2p_bridge_test_first')) THEN
            PERFORM pg_advisory_xact_lock_shared(hashtext('g2p_bridge_test_gate'));
        END IF;
        RETURN NULL;
    END $$;
    CREATE CONSTRAINT TRIGGER g2p_bridge_test_stop AFTER INSERT OR UPDATE ON {table}
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION g2p_bridge_test_stop()
"""
#: Errors that people see as a sentence, without a traceback.
PLAIN = ("odoo.exceptions.UserError", "odoo.addons.g2p_bridge.exceptions.BridgeError")


class Gate:
    """Locks rows or a table, so that whoever wants them stops there until the gate opens.

    It changes nothing itself: who was stopped goes on as if it had never been there.
    """

    def __init__(self, server, lock, params=None):
        """
        :param lock: SQL that takes the lock
        """
        self._server = server
        self._connection = server.run.connect(server.db)
        self._connection.autocommit = False
        with self._connection.cursor() as cursor:
            cursor.execute(lock, params)
        self._pool = ThreadPoolExecutor(64)

    def let_in(self, *works):
        """Have functions called at the same moment; returns their futures, in this order."""
        barrier = Barrier(len(works))

        def begin(work):
            barrier.wait(60)
            return outcome(work)

        return [self._pool.submit(begin, work) for work in works]

    def wait_for(self, count, but=""):
        """Wait until so many connections stand at the gate, or behind who stands there.

        :param but: a name in queries of those who do not count
        """
        pattern = f"%{but}%" if but else ""
        try:
            wait_until(
                lambda: self._server.value(WAITING, [pattern]) == count,
                60,
                f"{count} connections to wait",
                interval=0.02,
            )
        except TimeoutError as error:
            raise TimeoutError(f"{error}: {self._server.sql(UNDER_WAY)}") from None

    def wait_for_end_or_lock(self, future):
        """Wait until what was let in has ended, or stands behind who stands at the gate."""
        wait_until(
            lambda: future.done() or self._server.value(WAITING, [""]) > 1,
            60,
            "a call to end, or to wait",
            interval=0.02,
        )

    def open(self, *futures):
        """Let everybody go on; returns what came of each."""
        self._connection.rollback()
        return [future.result(120) for future in futures]

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._connection.close()
        self._pool.shutdown()


class CommitGate(Gate):
    """Stops the first transaction that writes to a table at its commit, with all its work done.

    Nobody else is stopped: others go on, and see nothing yet of what it has done.
    """

    def __init__(self, server, table):
        server.sql(STOP_AT_COMMIT.format(table=table))
        self._table = table
        lock = "SELECT pg_advisory_xact_lock(hashtext('g2p_bridge_test_gate'))"
        super().__init__(server, lock)

    def __exit__(self, *error):
        super().__exit__(*error)
        self._server.sql(f"DROP TRIGGER g2p_bridge_test_stop ON {self._table}")


def outcome(work):
    """What a function returns, or the error with which a server refused."""
    try:
        return work()
    except OdooCallError as error:
        return error


def at_the_gate(server, lock, params, *works):
    """Call functions at the same moment, so that all are under way before one can end."""
    with Gate(server, lock, params) as gate:
        futures = gate.let_in(*works)
        gate.wait_for(len(works))
        return gate.open(*futures)


def in_order(server, lock, params, *works):
    """Call functions one after the other, each as soon as the one before waits at the gate."""
    with Gate(server, lock, params) as gate:
        futures = []
        for work in works:
            futures += gate.let_in(work)
            gate.wait_for(len(futures))
        return gate.open(*futures)


def sentences(outcomes):
    """What the losers are told; whatever is no plain sentence fails the test."""
    errors = [error for error in outcomes if isinstance(error, OdooCallError)]
    for error in errors:
        assert error.name in PLAIN, error.debug
    return [str(error) for error in errors]


def assert_no_deadlock(server):
    """Nobody waited for each other, and nobody gave up over conflicts."""
    log = server.log.read_text(errors="replace")
    assert "deadlock detected" not in log
    assert "maximum number of tries reached" not in log
    assert not server.value(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
