"""Makes a server die, or lose its database, at one chosen point of a step.

Loaded as a server-wide module by tests; it is installed nowhere and changes no data. The
points are before each transaction of a step, at its end before the commit, after the
commit, and before and after each call to the outside. Which ones are meant stands in a file
(environment variable G2P_CRASH_PLAN): a JSON list of ``[model, method, phase, action]``.
Whoever reaches a point strikes it off the list first, so that it happens once, and writes
it as a line to the file of the same name that ends in ``.reached``.
"""

import fcntl
import json
import os
import signal
from contextlib import suppress

import psycopg2
from odoo.http import request

PLAN = os.environ.get("G2P_CRASH_PLAN", "")


def watch():
    """Put the points into the running code."""
    from odoo.addons.g2p_bridge.models import durable_mixin
    from odoo.addons.g2p_bridge_bank_connector.models.http_client import HttpClient

    if PLAN:
        durable_mixin.retrying = _watched_transaction(durable_mixin.retrying)
        HttpClient._http_send = _watched_call(HttpClient._http_send)


def _watched_transaction(retrying):
    def watched(func, env):
        _env, called = func.args  # of in_turns
        record, method = called.func.__self__, called.func.__name__

        def work():
            result = func()
            env.flush_all()
            _reach(record._name, method, "uncommitted", env.cr)
            return result

        _reach(record._name, method, "before", env.cr)
        result = retrying(work, env)
        _reach(record._name, method, "after", env.cr)
        return result

    return watched


def _watched_call(send):
    def watched(self, url, *args):
        method = url.rsplit("/", 1)[-1]
        _reach(self._name, method, "before", self.env.cr)
        response = send(self, url, *args)
        _reach(self._name, method, "answered", self.env.cr)
        return response

    return watched


def _reach(model, method, phase, cr):
    """Carry out the first plan for this point, if there is one."""
    here = [model, method, phase]
    try:
        with open(PLAN, "r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            plans = json.load(file)
            found = next((plan for plan in plans if plan[:3] == here), None)
            if not found:
                return
            plans.remove(found)
            file.seek(0)
            file.truncate()
            json.dump(plans, file)
    except FileNotFoundError:
        return
    with open(f"{PLAN}.reached", "a") as log:
        log.write(json.dumps(found) + "\n")
    ACTIONS[found[3]](cr)


def _kill_worker(_cr):
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_server(_cr):
    os.killpg(os.getpgid(0), signal.SIGKILL)


def _cut(cr):
    """End the connection of the transaction under way: its next statement or commit fails."""
    _terminate(cr, "pid = %s", [cr._cnx.info.backend_pid])


def _cut_job(cr):
    """End the connection that carries the job itself."""
    if request:
        cr = request.env.cr
    _terminate(cr, "pid = %s", [cr._cnx.info.backend_pid])


def _cut_all(cr):
    """End every connection to the database but the tests' own, as PostgreSQL's restart does."""
    _terminate(
        cr,
        "datname = current_database() AND pid <> pg_backend_pid() AND application_name <> 'tests'",
        [],
    )


def _terminate(cr, condition, values):
    # Not of Odoo's pool: this connection must not be one of those that are cut.
    connection = psycopg2.connect(dbname=cr.dbname)
    connection.autocommit = True
    with connection.cursor() as cursor, suppress(psycopg2.Error):
        cursor.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {condition}", values
        )
    connection.close()


ACTIONS = {
    "kill_worker": _kill_worker,
    "kill_server": _kill_server,
    "cut": _cut,
    "cut_job": _cut_job,
    "cut_all": _cut_all,
}
