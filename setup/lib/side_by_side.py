# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A plugin of pytest: how `setup/test` spreads files of tests over worker processes.

pytest-xdist hands the files out, pytest-odoo gives each worker a copy of the database. Here
stands how many workers there are, what stays together, and what must not begin last.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path

import free_port
import odoo
import pytest
from xdist.scheduler import LoadScopeScheduling

#: As many as cores: with two on two cores both are busy for nine tenths of the time.
WORKERS = max(2, os.cpu_count() or 1)
#: What takes so long that the run would wait for it, were it begun at the end.
LONGEST = (
    "g2p_bridge/tests/machine/test_machine_mutants.py",
    "tests/test_campaign.py",
    "tests/test_kills.py",
    "tests/test_upgrade.py",
    "tests/test_access_matrix.py",
    "tests/test_benchmarks.py",
    "tests/test_backup.py",
    "tests/test_static.py",
    "tests/test_pbms.py",
)
#: Tests of whole servers are longer than those of one addon.
LONG = "tests/"
#: Files that share one server, which Odoo's own test cases would end if they came in between.
TOGETHER = "tests/test_concurrency"


class FilesSideBySide(LoadScopeScheduling):
    """Hands out files as a whole, and some of them with each other."""

    def _split_scope(self, nodeid):
        return unit_of(nodeid)


def unit_of(nodeid):
    """What a test is handed out with."""
    file = nodeid.partition("::")[0]
    return TOGETHER if file.startswith(TOGETHER) else file


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config):
    """None for a single file, and never more than there are files."""
    files = set()
    for argument in config.args:
        path = Path(argument.partition("::")[0])
        files.update(path.rglob("test_*.py") if path.is_dir() else [path])
    return 0 if len(files) < 2 else min(len(files), WORKERS)


def pytest_xdist_make_scheduler(config, log):
    return FilesSideBySide(config, log)


def pytest_configure(config):
    """What workers would otherwise take from each other is each one's own: ports and files."""
    worker = getattr(config, "workerinput", None)
    if worker:
        import pytest_odoo  # a plugin, too, which pytest has loaded by now

        free_port.PORTS = ports_of(free_port.PORTS, worker["workerid"], worker["workercount"])
        pytest_odoo._shared_filestore = own_filestore


def ports_of(ports, worker, count):
    """Those of one of so many workers; one that stands in for a dead one has its number on."""
    return ports[int(worker.removeprefix("gw")) % count :: count]


@contextmanager
def own_filestore(database, copy):
    """Gives the copy of a database a copy of its files.

    pytest-odoo would share them, but what one database no longer needs Odoo deletes, and looks
    into no other database.
    """
    source, target = map(odoo.tools.config.filestore, (database, copy))
    if copy != database and Path(source).is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
    yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """The longest files first; otherwise as they were found."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(item.nodeid))


def rank(nodeid):
    """A number that is lower for what begins earlier."""
    file = nodeid.partition("::")[0]
    if file in LONGEST:
        return LONGEST.index(file)
    return len(LONGEST) + (not file.startswith(LONG))
