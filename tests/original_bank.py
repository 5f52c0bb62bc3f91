# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""OpenG2P's own example bank 1.0.2 from the package index, with its worker, and a road to it.

The bank is installed once into a venv below G2P_BRIDGE_HOME; its database, which is its queue as
well, lies in the test run's own cluster. What the bridge sends passes a proxy of the test's, which
counts the calls and can lose an answer.
"""

import os
import shutil
import signal
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path

import requests
from odoo_run import free_port, wait_until
from peer_venv import clean_environment, python_of

from odoo.addons.g2p_bridge_base.tests.peer import Peer

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "original-bank-requirements.txt"
QUEUES = "celery,g2p_bridge_celery_worker_tasks"
#: What its scheduler would start once an hour.
PROCESS_PAYMENTS = "process_payments_beat_producer"


class OriginalBank:
    """The bank's API on a free port, behind a :class:`Road`, and one worker."""

    def __init__(self, run):
        self.run = run
        self.db = run.new_name()
        self.port = free_port()
        self.road = Road(f"http://127.0.0.1:{self.port}")
        self.url = self.road.url
        self.log = run.folder / "servers" / f"{self.db}.log"
        self._script = run.folder / "servers" / f"{self.db}.py"
        self._processes = {}

    def start(self, statement_url):
        """Installs the bank where it is not yet, and returns itself once it answers.

        :param statement_url: where it posts its statements
        :raises IndexUnreachable: it is not installed, and can't be now
        """
        self._python = python_of("original-bank", REQUIREMENTS)
        self.run.admin(f'CREATE DATABASE "{self.db}"')
        # The run's folder stands in each command, which marks the process as its own.
        shutil.copy(HERE / "original_bank_main.py", self._script)
        self._environment = self._environment_with(statement_url)
        with self.log.open("ab") as log:
            subprocess.run(
                [self._python, self._script, "migrate"],
                check=True,
                timeout=120,
                **self._given(log),
            )
        self._start("api", self._script, "run")
        self._start("worker", *self._celery("worker", "--pool=solo", "--queues", QUEUES))
        wait_until(self._answers, 60, f"OpenG2P's example bank to answer; its log is {self.log}")
        return self

    def stop(self):
        """Ends the bank and its worker, and drops its database."""
        self.road.close()
        for process, pid_file in self._processes.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)
            pid_file.unlink(missing_ok=True)
        self.run.drop(self.db)

    def open_account(self, number, balance):
        """Let a program have money there."""
        self.sql(
            "INSERT INTO accounts (account_holder_name, account_number, account_currency,"
            " account_holder_phone, account_holder_email, book_balance, available_balance,"
            " blocked_amount, created_at, active)"
            " VALUES ('Ministry', %(number)s, 'USD', %(number)s, %(number)s, %(balance)s,"
            " %(balance)s, 0, now(), TRUE)",
            {"number": number, "balance": balance},
        )

    def book(self):
        """Let it pay what it has taken; it then posts a statement of each batch."""
        subprocess.run(
            [self._python, *self._celery("call", PROCESS_PAYMENTS)],
            check=True,
            timeout=60,
            capture_output=True,
            **self._given(None),
        )
        wait_until(self._has_booked, 60, f"its worker to book; its log is {self.log}")

    def sql(self, query, params=None):
        """Runs one statement in the bank's database; returns its rows, if it has any."""
        with closing(self.run.connect(self.db)) as connection, connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []

    def holds(self, account):
        """[(the bank's name of a hold, its amount)] on an account."""
        return self.sql(
            "SELECT block_reference_no, amount FROM fund_blocks WHERE account_number = %s"
            " ORDER BY id",
            [account],
        )

    def entries(self, account):
        """{payment reference: what its entries on an account add up to, how many they are}."""
        rows = self.sql(
            "SELECT customer_reference_no, SUM(transaction_amount), COUNT(*) FROM accounting_logs"
            " WHERE account_number = %s GROUP BY 1",
            [account],
        )
        return {reference: (amount, count) for reference, amount, count in rows}

    def _has_booked(self):
        return not self.sql(
            "SELECT batch_id FROM initiate_payment_batch_requests WHERE payment_status <> 'SUCCESS'"
        )

    def _start(self, name, *command):
        pid_file = self.run.folder / "servers" / f"{self.db}-{name}.pid"
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [self._python, *command], start_new_session=True, **self._given(log)
            )
        pid_file.write_text(f"{process.pid}\n")
        self._processes[name] = process, pid_file

    def _celery(self, *command):
        place = ("--workdir", self._script.parent, "--app", f"{self._script.stem}.celery_app")
        return "-m", "celery", *place, *command

    def _given(self, log):
        given = {"env": self._environment, "cwd": self._script.parent}
        if log:
            given |= {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
        return given

    def _environment_with(self, statement_url):
        host, port = os.environ["PGHOST"], os.environ["PGPORT"]
        user, password = os.environ["PGUSER"], os.environ["PGPASSWORD"]
        place = f"postgresql+psycopg2://{user}:{password}@{host}:{port}/{self.db}"
        both = {
            "DB_HOSTNAME": host,
            "DB_PORT": port,
            "DB_USERNAME": user,
            "DB_PASSWORD": password,
            "DB_DBNAME": self.db,
            "CELERY_BROKER_URL": f"sqla+{place}",
            "CELERY_BACKEND_URL": f"db+{place}",
        }
        return {
            **clean_environment(),
            **{f"EXAMPLE_BANK_{name}": value for name, value in both.items()},
            "EXAMPLE_BANK_HOST": "127.0.0.1",
            "EXAMPLE_BANK_PORT": str(self.port),
            **{f"EXAMPLE_BANK_CELERY_{name}": value for name, value in both.items()},
            "EXAMPLE_BANK_CELERY_MT940_STATEMENT_CALLBACK_URL": statement_url,
        }

    def _answers(self):
        for process, _pid_file in self._processes.values():
            if process.poll() is not None:
                said = self.log.read_text()[-3000:]
                raise RuntimeError(f"OpenG2P's example bank ended by itself:\n{said}")
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/ping", timeout=10).ok
        except requests.RequestException:
            return False


class Road(Peer):
    """Passes every request on to the bank, counts them, and loses the answers it is told to."""

    def __init__(self, target):
        self.target = target
        #: Paths of which the next answer gets lost.
        self.losing = []
        self.calls = Counter()
        super().__init__()

    def respond(self, request):
        self.calls[request.path] += 1
        kind = {"Content-Type": request.headers["Content-Type"]}
        answer = requests.post(
            self.target + request.path, data=request.body, headers=kind, timeout=60
        )
        if request.path in self.losing:
            self.losing.remove(request.path)
            return None
        kind = answer.headers["Content-Type"]
        return answer.status_code, answer.content, [("Content-Type", kind)]
