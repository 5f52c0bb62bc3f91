# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Real servers for benchmarks, and ministries on them: those that the tests use."""

import sys
from contextlib import contextmanager
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

from odoo_run import TestRun  # noqa: E402
from odoo_server import OdooServer  # noqa: E402
from pbms_world import PbmsWorld as PbmsMinistry  # noqa: E402, F401
from world import World as Ministry  # noqa: E402, F401


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
