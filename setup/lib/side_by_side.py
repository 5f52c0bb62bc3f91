# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A plugin of pytest: how `setup/test` spreads files of tests over worker processes.

pytest-xdist hands the files out, pytest-odoo gives each worker a copy of the database. Here
stands how many workers there are, what stays together, and what must not begin last.
"""

import os
from pathlib import Path

import free_port
import pytest
from xdist.scheduler import LoadFileScheduling

#: More than cores, because tests also wait: for servers, browsers and each other's turn.
WORKERS = (os.cpu_count() or 1) + 1
#: What takes long enough that the run would wait for it, were it begun at the end.
LONGEST = ()
#: Files that share one server, which Odoo's own test cases would end if they came in between.
TOGETHER = "tests/test_concurrency"


class FilesSideBySide(LoadFileScheduling):
    """Each file as a whole in one worker, and some files with each other."""

    def _split_scope(self, nodeid):
        return TOGETHER if nodeid.startswith(TOGETHER) else super()._split_scope(nodeid)


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
    """Each worker asks for ports of its own, so that none takes what another has just found."""
    worker = getattr(config, "workerinput", None)
    if worker:
        number, count = int(worker["workerid"].removeprefix("gw")), worker["workercount"]
        free_port.PORTS = free_port.PORTS[number % count :: count]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """The longest files first; otherwise as they were found."""
    if hasattr(config, "workerinput"):
        items.sort(key=_rank)


def _rank(item):
    file = item.nodeid.partition("::")[0]
    return LONGEST.index(file) if file in LONGEST else len(LONGEST)
