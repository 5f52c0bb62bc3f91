# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Makes a server die, or lose its database, at one chosen point of a step.

Loaded as a server-wide module by tests; it is installed nowhere and changes no data. The
points are before each transaction of a step, at its end before the commit, after the
commit, before and after each call to the outside, and the same around what others ask the
bridge for: there, after the commit is before the answer. Which ones are meant stands in a
file (environment variable G2P_CRASH_PLAN): a JSON list of ``[model, method, phase, action]``;
the model of a funds step is followed by its kind. Whoever reaches a point strikes it off the
list first, so that it happens once, and writes it as a line to the file of the same name that
ends in ``.reached``. G2P_CRASH_POSTGRES is a JSON list: the command that restarts PostgreSQL.
"""

import fcntl
import functools
import json
import os
import signal
import subprocess
from contextlib import closing, suppress

import psycopg2
from odoo.http import request

PLAN = os.environ.get("G2P_CRASH_PLAN", "")
#: After so many seconds without a sign the job runner looks for jobs whose worker has died.
PATIENCE = 5
FUNDS = "g2p.bridge.funds.step"


def watch():
    """Put the points into the running code."""
    from odoo.addons.g2p_bridge.models.step import durable_mixin
    from odoo.addons.g2p_bridge.models.envelope.envelope_progress import EnvelopeProgress
    from odoo.addons.g2p_bridge.models.mapper.mapper import Mapper
    from odoo.addons.g2p_bridge.services.cancellation_operations import CancellationOperations
    from odoo.addons.g2p_bridge.services.disbursement_operations import DisbursementOperations
    from odoo.addons.g2p_bridge.services.envelope_operations import EnvelopeOperations
    from odoo.addons.g2p_bridge.services.statement_operations import StatementOperations
    from odoo.addons.g2p_bridge_base.models.endpoint.http_client import HttpClient
    from odoo.addons.queue_job.jobrunner import runner

    if not PLAN:
        return
    # It would be a minute, in which nothing happens.
    runner.SELECT_TIMEOUT = PATIENCE
    _hurry()
    durable_mixin.retrying = _watched_transaction(durable_mixin.retrying)
    HttpClient._http_send = _watched_call(HttpClient._http_send)
    for model, method in (
        (EnvelopeOperations, "_create_envelope"),
        (EnvelopeOperations, "_amend_envelope"),
        (DisbursementOperations, "_create_disbursements"),
        (CancellationOperations, "_cancel_disbursements"),
        (CancellationOperations, "_cancel_envelope"),
        (StatementOperations, "_upload"),
        (Mapper, "_take_call_back"),
        (EnvelopeProgress, "_job_advance"),
    ):
        setattr(model, method, _watched_method(getattr(model, method)))


def _hurry():
    """Let the job runner begin at once, and come back soon: nothing is learned by waiting."""
    from odoo.addons.queue_job import jobrunner

    jobrunner.START_DELAY = jobrunner.runner.ERROR_RECOVERY_DELAY = 1


def _watched_transaction(retrying):
    def watched(func, env):
        _env, called = func.args  # of with_locks
        method = called.func.__name__
        model = _name_of(called.func.__self__)

        def work():
            result = func()
            env.flush_all()
            _reach(model, method, "uncommitted", env.cr)
            return result

        _reach(model, method, "before", env.cr)
        result = retrying(work, env)
        _reach(model, method, "after", env.cr)
        return result

    return watched


def _watched_method(method):
    """A method that its caller, a request or a job, commits."""

    @functools.wraps(method)
    def watched(self, *args, **kwargs):
        point, cr = (self._name, method.__name__), self.env.cr
        _reach(*point, "before", cr)
        result = method(self, *args, **kwargs)
        self.env.flush_all()
        _reach(*point, "uncommitted", cr)
        cr.postcommit.add(lambda: _reach(*point, "after", cr))
        return result

    return watched


def _name_of(record):
    """A record's model; of a funds step also which of the three it is."""
    if record._name != FUNDS:
        return record._name
    with closing(_beside(record.env.cr)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM g2p_bridge_funds_step WHERE id = %s", [record.id])
        return f"{FUNDS} {cursor.fetchone()[0]}"


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
    with closing(_beside(cr)) as connection, connection.cursor() as cursor:
        with suppress(psycopg2.Error):
            cursor.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {condition}", values
            )


def _beside(cr):
    """A connection that is not of Odoo's pool, and none of those that are cut."""
    connection = psycopg2.connect(dbname=cr.dbname)
    connection.autocommit = True
    return connection


def _restart_postgres(mode, _cr):
    """Let the whole of PostgreSQL end and come back; whoever dies meanwhile, it does."""
    command = json.loads(os.environ["G2P_CRASH_POSTGRES"])
    subprocess.run([*command, mode], check=True, stdout=subprocess.DEVNULL, start_new_session=True)


ACTIONS = {
    "kill_worker": _kill_worker,
    "kill_server": _kill_server,
    "cut": _cut,
    "cut_job": _cut_job,
    "cut_all": _cut_all,
    "crash_postgres": functools.partial(_restart_postgres, "immediate"),
    "restart_postgres": functools.partial(_restart_postgres, "fast"),
}
