# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A PostgreSQL cluster of a test's own, so that it can crash while servers are at work on it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from odoo_run import TestRun

REPO = Path(__file__).resolve().parent.parent
RESTART = REPO / "tests" / "crash" / "restart_postgres"
#: What is committed is written to the operating system, so it outlives a crash of PostgreSQL.
CREATE = """
. "$1/setup/lib/install.sh"
find_postgres || exit 3
pg_ready "$2" killable
printf '%s\\n' "$PGHOST" "$PGPORT" "$PGUSER" "$PGPASSWORD"
"""
STOP = """
. "$1/setup/lib/install.sh"
find_postgres
pg_stop "$2" immediate
"""
NO_POSTGRES = 3


class OwnPostgres(TestRun):
    """The surroundings of a test run, but for the cluster, which is nobody else's.

    Made also where the other tests use somebody's server (G2P_BRIDGE_USE_PG): that one is
    never touched. Skips the test where the programs of a PostgreSQL server are missing.
    """

    __test__ = False

    def __init__(self, run):
        super().__init__()
        self.whole_run = run
        self.cluster = run.folder / "clusters" / run.new_name()
        done = self._in_setup(CREATE)
        if done.returncode == NO_POSTGRES:
            pytest.skip("needs the programs of a PostgreSQL server (initdb, pg_ctl) to restart one")
        assert not done.returncode, done.stderr
        values = done.stdout.splitlines()[-4:]
        self.environment = dict(
            zip(("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD"), values, strict=True)
        )
        self._bring_template()

    def new_name(self):
        return self.whole_run.new_name()

    def restart(self, mode):
        """Restart it: ``fast`` is in order, ``immediate`` is a crash, from which it recovers."""
        subprocess.run([*self.restart_command, mode], check=True, capture_output=True)

    @property
    def restart_command(self):
        """What restarts it, but for the mode."""
        return [str(RESTART), str(self.cluster)]

    def remove(self):
        self._in_setup(STOP)

    def _bring_template(self):
        """Copy the database with all addons from the cluster of the whole run."""
        dump = self.folder / f"{self.cluster.name}.dump"
        self.whole_run.dump_database(self.template, dump)
        self.admin(f'CREATE DATABASE "{self.template}" TEMPLATE template0')
        self.restore_database(dump, self.template)
        dump.unlink()

    def _in_setup(self, script):
        """Run shell code with the functions of setup/, as if nobody had named a server."""
        strange = ("G2P_BRIDGE_USE_PG", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGOPTIONS")
        env = {name: value for name, value in os.environ.items() if name not in strange}
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script, "bash", str(REPO), str(self.cluster)],
            env={**env, "PYTHON_BASE": sys.executable},
            capture_output=True,
            text=True,
        )
