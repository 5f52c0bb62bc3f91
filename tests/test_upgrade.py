# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An installation of the first version is upgraded with work in flight: everybody is paid once."""

import io
import json
import os
import re
import subprocess
import sys
import tarfile
from decimal import Decimal

import pytest
from judgement import Judge, Sent
from odoo_server import REPO, START_SCRIPT
from patience import CrashPoints, Patience
from webhook_receiver import WebhookReceiver

#: From this version on an upgrade keeps every installation.
VERSION = "19.0.2.0.0"
MANIFEST = "g2p_bridge/__manifest__.py"
OURS = "SELECT name FROM ir_module_module WHERE name LIKE 'g2p%' AND state = 'installed'"
UNFINISHED = """
    SELECT (SELECT count(*) FROM g2p_bridge_envelope WHERE state <> 'reconciled')
         + (SELECT count(*) FROM g2p_bridge_webhook_delivery WHERE state = 'pending')
         + (SELECT count(*) FROM g2p_bridge_event WHERE number IS NULL)
         + (SELECT count(*) FROM g2p_cycle WHERE state <> 'distributed')
"""
#: XML IDs of records that are gone, as far as their tables tell.
NAMED = """
    SELECT d.model, array_agg(d.res_id) FROM ir_model_data d
     WHERE d.module LIKE 'g2p%' GROUP BY d.model
"""
#: Lines of a dump that tell what people have set: parameters, and the members of groups.
SET_BY_PEOPLE = ("parameter ", "    user_ids: ")
#: What only stands there while something is read.
PASSING = "SELECT count(*) FROM g2p_bridge_part_line"


def first_version(repo, folder):
    """The sources of the first version: of this checkout if it is that one, else from git."""
    if _is_first((repo / MANIFEST).read_text()):
        return repo
    # The last commit in which the engine had this version is before the one that raised it.
    raised = _git(repo, "log", "-1", "--format=%H", f'-S"{VERSION}"', "--", MANIFEST)
    for commit in (f"refs/tags/{VERSION}", "HEAD", f"{raised.decode().strip()}^"):
        if _is_first(_git(repo, "show", f"{commit}:{MANIFEST}").decode()):
            with tarfile.open(fileobj=io.BytesIO(_git(repo, "archive", commit))) as archive:
                archive.extractall(folder, filter="data")
            return folder
    return pytest.skip(f"needs git and a history in which {VERSION} is found")


def _is_first(manifest):
    return f'"{VERSION}"' in manifest


def _git(repo, *arguments):
    """What git prints; nothing where it fails, or is not there."""
    try:
        return subprocess.run(["git", *arguments], cwd=repo, capture_output=True).stdout
    except FileNotFoundError:
        return b""


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=900, **options)
    assert not done.returncode, done.stdout + done.stderr
    return done.stdout


def odoo_once(server, *arguments, addons=None):
    """Install or upgrade in a server's database; warnings are no faults."""
    if addons:
        arguments += (f"--addons-path={addons},{addons / 'tests' / 'pbms'}",)
    command = [sys.executable, START_SCRIPT, "-c", server.run.base_conf, "-d", server.db]
    run(*command, "--stop-after-init", "--no-http", "--log-level=warn", *arguments)


def dump(run_of_tests, database):
    """What the addons have put into a database (setup/dump.py), but for what people set."""
    command = [sys.executable, REPO / "setup" / "run_in_odoo.py", run_of_tests.base_conf]
    text = run(*command, database, REPO / "setup" / "dump.py")
    return [line for line in text.splitlines() if not line.startswith(SET_BY_PEOPLE)]


@pytest.fixture
def receiver():
    server = WebhookReceiver()
    yield server
    server.close()


@pytest.fixture
def fresh(test_run):
    """A database into which the newest addons were installed."""
    database = test_run.new_name()
    test_run.copy_template(database)
    yield database
    test_run.drop(database)


def _repository(folder, *versions):
    """A repository with a commit for each version of the engine."""
    (folder / MANIFEST).parent.mkdir(parents=True)
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    run("git", "init", "-q", ".", cwd=folder)
    for version in versions:
        (folder / MANIFEST).write_text(f'{{"version": "{version}"}}')
        run("git", "add", ".", cwd=folder)
        run("git", *author, "commit", "-qm", version, cwd=folder)
    return folder


def test_this_checkout_while_it_is_the_first_version(tmp_path):
    repo = _repository(tmp_path / "repo", "19.0.1.0.0", VERSION)
    assert first_version(repo, tmp_path / "first") == repo


@pytest.mark.parametrize("versions", [(), ("19.0.3.0.0",), ("19.0.3.0.0", "19.0.4.0.0")])
def test_the_first_version_is_found_in_git(tmp_path, versions):
    repo = _repository(tmp_path / "repo", "19.0.1.0.0", VERSION, *versions)
    (repo / MANIFEST).write_text('{"version": "19.0.5.0.0"}')
    found = first_version(repo, tmp_path / "first")
    assert VERSION in (found / MANIFEST).read_text() and found != repo


def test_without_its_history_the_first_version_is_not_guessed(tmp_path):
    repo = _repository(tmp_path / "repo", "19.0.3.0.0")
    with pytest.raises(pytest.skip.Exception, match="history"):
        first_version(repo, tmp_path / "first")


def test_everybody_is_paid_once_over_an_upgrade(odoo_servers, fresh, test_run, receiver, tmp_path):
    server, former = odoo_servers(), first_version(REPO, tmp_path)
    addons = ",".join(sorted(name for (name,) in server.sql(OURS)))
    if former != REPO:
        _install(server, former)
    receiver.failing = 10_000  # nothing is heard before the upgrade
    left = _leave_work_in_flight(server, former, receiver.url)
    assert left["states"]["batches"]["uncertain"] and left["states"]["batches"]["pending"]
    for name in ("mapper batches", "parts"):
        assert left["states"][name]["done"] and left["states"][name]["pending"]
    assert left["states"]["deliveries"]["pending"]
    assert "distributed" not in left["states"]["cycles"]

    server.close_connection()
    odoo_once(server, "-i", addons, "-u", addons)
    assert dump(test_run, server.db) == dump(test_run, fresh)

    receiver.failing = 0
    server.start()
    outside = Patience(server, server, CrashPoints(server, None))
    outside.until(lambda: not server.value(UNFINISHED), 600)
    assert server.wait_for_jobs() == []
    _assert_paid_once(server, left, receiver)
    _assert_nothing_is_left_over(server)


def _install(server, former):
    server.close_connection()
    server.run.drop(server.db)
    installed = sorted(path.parent.name for path in former.glob("*/__manifest__.py"))
    installed += sorted(path.parent.name for path in former.glob("tests/pbms/*/__manifest__.py"))
    installed.remove("g2p_bridge_demo")
    odoo_once(server, "-i", ",".join(["base", *installed]), addons=former)


def _leave_work_in_flight(server, former, url):
    """What the script of that version has sent, and in which states it left it."""
    tests = former / "tests"
    env = {**os.environ, "PYTHONPATH": str(tests), "G2P_TEST_PREFIX": f"{server.db}_"}
    command = [sys.executable, tests / "upgrade_world.py", server.db, str(server.port), url]
    return json.loads(run(*command, env=env).splitlines()[-1])


def _assert_paid_once(server, left, receiver):
    sent = [Sent(way, envelope, set(ids)) for way, envelope, ids in left["sent"]]
    answers = {
        one.envelope_id: server.call(
            "g2p.bridge.service",
            "get_disbursement_envelope_status",
            [one.envelope_id],
            user="officer",
        )
        for one in sent
    }
    heard = [event["sequence"] for event in receiver.events()]
    verdict = Judge(server, server, sent, answers, heard).verdict()
    assert (verdict.double, verdict.lost, verdict.wrong) == ([], [], [])
    assert server.sql("SELECT status, count(*), sum(amount_paid) FROM g2p_payment GROUP BY 1") == [
        ("paid", 12, Decimal(120))
    ]


def _assert_nothing_is_left_over(server):
    assert server.value(PASSING) == 0
    for model, ids in server.sql(NAMED):
        table = re.sub(r"\W", "_", model)
        if server.value("SELECT to_regclass(%s)", [table]):
            rows = server.value(f"SELECT count(*) FROM {table} WHERE id = ANY(%s)", [ids])
            assert rows == len(set(ids)), f"XML IDs of {model} name records that are gone"
