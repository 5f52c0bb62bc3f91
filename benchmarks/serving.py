"""Real servers for benchmarks: the servers that the tests across addons use."""

import runpy
import sys
from contextlib import contextmanager
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.append(str(TESTS))

from odoo_run import TestRun  # noqa: E402
from odoo_server import OdooServer  # noqa: E402

#: A ministry, its bank and its mapper, built by RPC. The module has the name of one of ours.
Ministry = runpy.run_path(TESTS / "world.py")["World"]


class _SameDatabase(TestRun):
    """Surroundings in which a server finds its database as it is, and leaves it behind."""

    def __init__(self, database):
        super().__init__()
        self._database = database

    def new_name(self):
        return self._database

    def copy_template(self, database):
        """It is there already."""

    def drop(self, database):
        """It is dropped by whoever made it."""


@contextmanager
def served(database, **options):
    """A running server on a database that exists.

    :param options: of ``OdooServer.start``
    """
    server = OdooServer(_SameDatabase(database))
    try:
        yield server.start(**options)
    finally:
        server.remove()


@contextmanager
def new_server():
    """A server with a fresh database of its own, not yet started."""
    server = OdooServer(TestRun())
    try:
        yield server
    finally:
        server.remove()
