# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The surroundings of a test run: names, databases and files, as `setup/test` hands them over."""

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import psycopg2

sys.path.append(str(Path(__file__).resolve().parent.parent / "setup" / "lib"))

from free_port import free_port  # noqa: E402, F401  which servers of tests ask for, too

#: How connections of the tests are told from those of the servers.
APPLICATION = "tests"


def wait_until(condition, seconds=60, what="the condition", interval=0.1):
    """Polls until `condition()` is truthy and returns that value.

    :param seconds: the deadline; generous, because it only ends runs that went wrong
    :raises TimeoutError: the deadline passed
    """
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"after {seconds} s still waiting for {what}")
        time.sleep(interval)


class TestRun:
    """The surroundings of this test run, as `setup/test` hands them over."""

    __test__ = False

    def __init__(self):
        self.folder = Path(os.environ["G2P_TEST_RUN"])
        self.template = os.environ["G2P_TEST_TEMPLATE"]
        #: Of names that no worker beside this one has.
        worker = os.environ.get("PYTEST_XDIST_WORKER")
        self.prefix = os.environ["G2P_TEST_PREFIX"] + (f"{worker}_" if worker else "")
        self.base_conf = self.folder / "odoo.conf"
        self.data_dir = self.folder / "data"
        self.browser = os.environ.get("G2P_TEST_BROWSER")
        self.pg_bin = Path(os.environ["G2P_TEST_PG_BIN"])
        #: Where the databases are, if not where this process' own variables PG* say.
        self.environment = {}
        self._count = 0

    def new_name(self):
        """A database name that no other test of this run has."""
        self._count += 1
        return f"{self.prefix}{self._count}"

    def connect(self, database):
        """An autocommitting connection as the role that Odoo uses (PG* variables)."""
        place = {name[2:].lower(): value for name, value in self.environment.items()}
        connection = psycopg2.connect(dbname=database, application_name=APPLICATION, **place)
        connection.autocommit = True
        return connection

    def admin(self, *statements):
        """Runs statements outside any of the databases under test."""
        with closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def filestore(self, database):
        """Where the contents of a database's attachments lie."""
        return self.data_dir / "filestore" / database

    def copy_template(self, database):
        """A new database with all addons installed, in less than a second."""
        self.admin(f'CREATE DATABASE "{database}" TEMPLATE "{self.template}"')
        if self.filestore(self.template).exists():
            shutil.copytree(self.filestore(self.template), self.filestore(database))

    def dump(self, database, folder):
        """A backup as an administrator takes it, also while a server is at work."""
        self.dump_database(database, folder / "db.dump")
        if self.filestore(database).exists():
            shutil.copytree(self.filestore(database), folder / "filestore")

    def restore(self, folder, database):
        """A new database from a backup."""
        self.admin(f'CREATE DATABASE "{database}" TEMPLATE template0')
        self.restore_database(folder / "db.dump", database)
        if (folder / "filestore").exists():
            shutil.copytree(folder / "filestore", self.filestore(database))

    def dump_database(self, database, file):
        """A database as one file, without the contents of its attachments."""
        self._pg_tool("pg_dump", "--format=custom", f"--file={file}", database)

    def restore_database(self, file, database):
        """Fill a new database from such a file."""
        self._pg_tool("pg_restore", "--no-owner", f"--dbname={database}", file)

    def _pg_tool(self, name, *arguments):
        environment = {**os.environ, **self.environment}
        subprocess.run(
            [self.pg_bin / name, *arguments], check=True, capture_output=True, env=environment
        )

    def drop(self, database):
        """Removes a database and its files, whoever is still connected."""
        self.admin(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        shutil.rmtree(self.filestore(database), ignore_errors=True)
