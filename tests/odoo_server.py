# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Real Odoo servers, as processes with databases of their own, for tests across addons.

Nothing here runs inside the test process's Odoo: a server may be killed at any moment, and
what it committed is read back over a connection of its own.
"""

import configparser
import os
import signal
import subprocess
import sys
from pathlib import Path

import requests
from odoo_run import free_port, wait_until

REPO = Path(__file__).resolve().parent.parent
START_SCRIPT = REPO / "setup" / "odoo-bin"
CRASH = REPO / "tests" / "crash"


class OdooCallError(Exception):
    """The server answered a call with an error; `name` is the Python class of that error."""

    def __init__(self, error):
        data = error.get("data", {})
        self.name = data.get("name", "")
        self.debug = data.get("debug", "")
        super().__init__(f"{self.name}: {data.get('message') or error.get('message')}")


class OdooServer:
    """One database and the Odoo server on it: start, use, kill, start again.

    The ports stay the same over restarts, so that addresses kept in the database hold.
    """

    def __init__(self, run, backup=None, port=None, beside=None):
        """
        :param backup: folder of a backup to restore; without one the database is fresh
        :param port: that of another server, in whose place this one is
        :param beside: another server, whose database and files this one works on, too
        """
        self.run = run
        self.beside = beside
        self.db = beside.db if beside else run.new_name()
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        name = f"{self.db}-{self.port}" if beside else self.db
        self.conf = run.folder / "servers" / f"{name}.conf"
        self.log = run.folder / "servers" / f"{name}.log"
        self._pid_file = run.folder / "servers" / f"{name}.pid"
        self._process = None
        self._sessions = {}
        self._connection = None
        if backup:
            run.restore(backup, self.db)
        elif not beside:
            run.copy_template(self.db)

    # Life of the process

    def start(
        self,
        workers=0,
        jobs=True,
        channels=None,
        crons=0,
        options=None,
        env=None,
        jobs_port=None,
        one_person=True,
        crashes=None,
    ):
        """Starts the server and returns itself once it answers requests.

        :param workers: 0 for threads, else that many processes (and no web sockets)
        :param jobs: whether the job runner works; it begins about 5 s after the start
        :param channels: channels of the job runner instead of the usual ones
        :param crons: threads for scheduled actions; 0 so that tests decide when things run
        :param options: further settings of odoo.conf
        :param env: further environment variables of the process
        :param jobs_port: where the job runner sends jobs, if not to this server
        :param one_person: whether one administrator alone may change what directs money, as
            most tests do that are about something else
        :param crashes: file with the points at which it dies, there or not, see ``tests/crash``;
            its job runner looks for the jobs of dead workers soon
        """
        if self.is_running():
            raise RuntimeError(f"the server on {self.db} runs already")
        settings = {"workers": workers, "max_cron_threads": crons, **(options or {})}
        if crashes:
            settings |= self._crash_settings()
            env = {"G2P_CRASH_PLAN": str(crashes), **(env or {})}
        self._write_conf(settings, channels if jobs else "root:0", jobs_port, one_person)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, START_SCRIPT, "-c", self.conf, "-d", self.db]
                + ["--db-filter", f"^{self.db}$"],
                env={**os.environ, **self.run.environment, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(f"{self._process.pid}\n")
        wait_until(self._answers, 120, f"the server on {self.db} to answer")
        return self

    def kill9(self):
        """Ends the server and its workers as a power cut would."""
        self._signal_group(signal.SIGKILL)
        self._forget_process()

    def wait_for_end(self):
        """Waits until the server, which somebody is killing, has ended."""
        self._process.wait(30)

    def stop(self):
        """Ends the server in order: requests under way are finished."""
        if not self.is_running():
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._signal_group(signal.SIGKILL)
        self._forget_process()

    def is_running(self):
        """Whether the server's main process lives."""
        return self._process is not None and self._process.poll() is None

    def remove(self):
        """Ends the server and drops its database; the log stays until the run ends."""
        if self._process is not None:
            self.kill9()
        self.close_connection()
        if not self.beside:
            self.run.drop(self.db)

    @property
    def pid(self):
        """The server's main process."""
        return self._process.pid

    # Use

    def call(self, model, method, args=(), kwargs=None, user="admin", password=None):
        """Calls a public method as the web client does and returns its result.

        :param args: for methods on records, the first argument is the list of ids
        :param password: the user's login where not given
        :raises OdooCallError: the server answered with an error
        """
        return self._json_rpc(
            self._session(user, password),
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": list(args), "kwargs": kwargs or {}},
        )

    def sql(self, query, params=None):
        """Runs one statement, committed at once; returns its rows as tuples, if it has any."""
        if self._connection is None or self._connection.closed:
            # Also after PostgreSQL was restarted.
            self._connection = self.run.connect(self.db)
        with self._connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []

    def value(self, query, params=None):
        """The first column of the first row, or None."""
        rows = self.sql(query, params)
        return rows[0][0] if rows else None

    def shell(self, code):
        """Runs Python with `env` in a process beside the server; returns what it printed.

        For what no public method does. Changes need `env.cr.commit()`.

        :raises RuntimeError: the code failed; its output is in the message
        """
        if not self.conf.exists():
            self._write_conf({}, None)
        marker = "--- output of the test's code ---"
        done = subprocess.run(
            [sys.executable, START_SCRIPT, "shell", "-c", self.conf, "-d", self.db]
            + ["--no-http", "--log-level=error"],
            input=f"print({marker!r})\n{code}\n",
            env={**os.environ, **self.run.environment},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"code in {self.db} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout.split(marker + "\n", 1)[-1]

    def wait_for(self, query, params=None, expected=True, seconds=120):
        """Waits until a query's first value is `expected`."""
        seen = []

        def holds():
            seen[:] = [self.value(query, params)]
            self._check_alive()
            return seen[0] == expected

        try:
            wait_until(holds, seconds, f"{query} to give {expected!r}")
        except TimeoutError as error:
            raise TimeoutError(f"{error}; it gives {seen[0]!r}") from None

    def wait_for_jobs(self, seconds=120):
        """Waits until no job is due, and returns the jobs that failed: (method, exception)."""
        self.wait_for(
            """SELECT count(*) FROM queue_job
                WHERE state IN ('enqueued', 'started')
                   OR state IN ('pending', 'wait_dependencies')
                      AND (eta IS NULL OR eta <= now() AT TIME ZONE 'UTC')""",
            expected=0,
            seconds=seconds,
        )
        return self.sql("SELECT method_name, exc_info FROM queue_job WHERE state = 'failed'")

    def log_tail(self, lines=60):
        """The end of the server's log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    # Helpers

    def _crash_settings(self):
        parser = configparser.RawConfigParser()
        parser.read(self.run.base_conf)
        base = dict(parser["options"])
        return {
            "addons_path": f"{base['addons_path']},{CRASH}",
            "server_wide_modules": f"{base['server_wide_modules']},g2p_bridge_crash",
        }

    def _write_conf(self, settings, channels, jobs_port=None, one_person=True):
        parser = configparser.RawConfigParser()
        parser.read(self.run.base_conf)
        for key, value in settings.items():
            parser.set("options", key, str(value))
        parser.set("options", "http_port", str(self.port))
        parser.set("options", "gevent_port", str(free_port()))
        parser.set("queue_job", "port", str(jobs_port or self.port))
        for name, value in self.run.environment.items():
            key = name[2:].lower()
            parser.set("options", f"db_{key}", value)
            parser.set("queue_job", f"jobrunner_db_{key}", value)
        if channels:
            parser.set("queue_job", "channels", channels)
        if one_person:
            if not parser.has_section("g2p_bridge"):
                parser.add_section("g2p_bridge")
            parser.set("g2p_bridge", "one_person", "yes")
        with open(self.conf, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            parser.write(file)

    def _check_alive(self):
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(f"the server on {self.db} ended by itself:\n{self.log_tail()}")

    def _answers(self):
        self._check_alive()
        try:
            return requests.get(f"{self.url}/web/login", timeout=60).ok
        except requests.RequestException:
            return False

    def _session(self, user, password):
        key = (user, password)
        if key not in self._sessions:
            session = requests.Session()
            self._json_rpc(
                session,
                "/web/session/authenticate",
                {"db": self.db, "login": user, "password": password or user},
            )
            self._sessions[key] = session
        return self._sessions[key]

    def _json_rpc(self, session, path, params):
        payload = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = session.post(self.url + path, json=payload, timeout=300)
        answer.raise_for_status()
        body = answer.json()
        if "error" in body:
            raise OdooCallError(body["error"])
        return body.get("result")  # what returns nothing has none

    def _signal_group(self, number):
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return

    def _forget_process(self):
        self._process.wait(30)
        self._process = None
        self._sessions.clear()
        self._pid_file.unlink(missing_ok=True)

    def close_connection(self):
        """Closes the connection of `sql`; the next call opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
