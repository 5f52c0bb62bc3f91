# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How `setup/test` spreads files of tests over worker processes (setup/lib/side_by_side.py)."""

from types import SimpleNamespace

import odoo
import pytest
from odoo_server import REPO
from side_by_side import (
    LONGEST,
    TOGETHER,
    WORKERS,
    own_filestore,
    ports_of,
    pytest_xdist_auto_num_workers,
    rank,
    unit_of,
)

TESTS = REPO / "tests"


@pytest.mark.parametrize(
    ("arguments", "workers"),
    [
        (["tests/test_api.py"], 0),
        (["tests/test_api.py::test_one", "tests/test_api.py::test_two"], 0),
        (["tests/test_api.py", "tests/test_spar.py"], 2),
        (["tests"], WORKERS),
        (["g2p_bridge/tests/machine", "tests/test_api.py"], WORKERS),
    ],
)
def test_no_more_workers_than_files(arguments, workers, monkeypatch):
    monkeypatch.chdir(REPO)
    found = pytest_xdist_auto_num_workers(SimpleNamespace(args=arguments))
    assert found == workers


def test_workers_ask_for_different_ports():
    ports = [ports_of(range(20_000, 20_010), f"gw{number}", 3) for number in range(3)]
    assert sorted(port for some in ports for port in some) == list(range(20_000, 20_010))


def test_a_worker_that_stands_in_for_another_has_ports():
    assert ports_of(range(9), "gw5", 3) == ports_of(range(9), "gw2", 3) == range(2, 9, 3)


def test_a_copy_of_a_database_has_files_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(odoo.tools.config, "filestore", lambda name: str(tmp_path / name))
    (tmp_path / "main").mkdir()
    (tmp_path / "main" / "file").write_text("content")
    with own_filestore("main", "copy"):
        (tmp_path / "copy" / "file").unlink()
        assert (tmp_path / "main" / "file").read_text() == "content"
    with own_filestore("main", "main"):
        assert (tmp_path / "main" / "file").exists()


def test_files_of_the_crowd_stay_together():
    files = [f"tests/{path.name}" for path in TESTS.glob("test_concurrency*.py")]
    assert len(files) > 4
    assert {unit_of(f"{file}::test_x") for file in files} == {TOGETHER}


def test_other_files_are_handed_out_as_a_whole():
    names = ("tests/test_api.py::test_one", "tests/test_api.py::TestApi::test_two[a::b]")
    assert {unit_of(name) for name in names} == {"tests/test_api.py"}


def test_the_longest_files_begin_first():
    names = ["g2p_bridge/tests/test_life.py", "tests/test_api.py", *reversed(LONGEST)]
    ordered = sorted((f"{name}::test_x" for name in names), key=rank)
    assert [name.partition("::")[0] for name in ordered] == [
        *LONGEST,
        "tests/test_api.py",
        "g2p_bridge/tests/test_life.py",
    ]


@pytest.mark.parametrize("file", LONGEST)
def test_the_longest_files_are_there(file):
    assert (REPO / file).is_file()
