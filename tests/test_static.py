# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Style and mistakes that a reader of the source can find, over every addon and script."""

import ast
import io
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
from docutils.core import publish_doctree

REPO = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent for path in REPO.glob("*/__manifest__.py"))
ADDONS += sorted(path.parent for path in REPO.glob("tests/pbms/*/__manifest__.py"))


LICENCE = (
    "# Copyright 2026 G2P Bridge contributors\n"
    "# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).\n"
)


def run(program, *arguments):
    """Runs a checker of this Python environment; a complaint fails the test with its text."""
    command = [Path(sys.executable).with_name(program), *arguments]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing():
    run("ruff", "check", "--no-cache", "--output-format=concise", ".")


def test_python_is_formatted():
    run("ruff", "format", "--no-cache", "--check", ".")


def test_pylint_odoo_finds_nothing():
    run("pylint", "--rcfile=.pylintrc", *(addon.relative_to(REPO) for addon in ADDONS))


def test_odoo_module_checks_find_nothing():
    run("oca-checks-odoo-module", *(addon.relative_to(REPO) for addon in ADDONS))


def test_translation_checks_find_nothing():
    """Words that are the same in French stand there twice: an empty one is not translated."""
    catalogues = (path.relative_to(REPO) for path in REPO.glob("*/i18n/*.po*"))
    run("oca-checks-po", "--disable=po-pretty-format", *catalogues)


@pytest.mark.parametrize(
    "script",
    ["audit", "audit-owner", "campaign", "demo", "dev", "install", "stop", "test"]
    + ["../.ci/run", "../tests/crash/restart_postgres"],
)
def test_shell_script_parses(script):
    done = subprocess.run(["bash", "-n", REPO / "setup" / script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_every_python_file_names_its_licence():
    """At its head, behind the line that names the interpreter; empty files have none."""
    files = [*REPO.glob("[!.]*/**/*.py"), REPO / "setup/odoo-bin"]
    texts = {str(path.relative_to(REPO)): path.read_text() for path in files}
    assert len(texts) > 900
    assert [
        name
        for name, text in texts.items()
        if text.strip() and not re.sub(r"\A#!.*\n", "", text).startswith(LICENCE)
    ] == []


def test_manifests_say_what_oca_asks_for():
    """Who keeps the addon, how far it is, and one version for all: they are released together."""
    manifests = {
        path.parent.name: ast.literal_eval(path.read_text())
        for path in REPO.glob("*/__manifest__.py")
    }
    wanted = {"author", "development_status", "license", "maintainers", "summary", "website"}
    assert {name: sorted(wanted - set(said)) for name, said in manifests.items()} == {
        name: [] for name in manifests
    }
    assert len({said["version"] for said in manifests.values()}) == 1


def test_readmes_are_those_of_their_fragments():
    """`setup/dev readme` writes them; docutils, which shows them, has nothing to say."""
    made = runpy.run_path(str(REPO / "setup/readme.py"))
    for addon in made["addons"]():
        text = made["readme"](addon)
        assert (addon / "README.rst").read_text() == text, f"{addon.name}: run setup/dev readme"
        said = io.StringIO()
        publish_doctree(text, settings_overrides={"warning_stream": said, "report_level": 2})
        assert not said.getvalue(), addon.name
        version = ast.literal_eval((addon / "__manifest__.py").read_text())["version"]
        assert f"## {version}\n" in (addon / "readme/HISTORY.md").read_text()


@pytest.mark.parametrize("addon", ADDONS, ids=lambda addon: addon.name)
def test_every_data_file_is_in_the_manifest(addon):
    """An XML or CSV file that no manifest names is never loaded, and nobody notices."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    named = set(manifest.get("data", [])) | set(manifest.get("demo", []))
    folders = ("data", "demo", "report", "security", "views", "wizards")
    present = {
        str(path.relative_to(addon))
        for folder in folders
        for path in (addon / folder).rglob("*")
        if path.suffix in (".xml", ".csv")
    }
    assert present <= named


def enqueues_by_itself(tree):
    """Lines on which a job gets an identity past `_enqueue_once`, or is stored by hand."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (
            node.func.attr in ("with_delay", "delayable", "set")
            and any(keyword.arg in ("identity_key", None) for keyword in node.keywords)
            or node.func.attr in ("job_record_with_same_identity_key", "_store_values", "store")
        )
    ]


def test_jobs_are_left_out_for_others_in_one_place_only():
    """Whoever does that by itself loses wake-ups, see the docstring of this one model."""
    allowed = "g2p_bridge_base/models/queue_job.py"
    found = [
        f"{path.relative_to(REPO)}:{line}"
        for path in sorted(REPO.glob("g2p_bridge*/**/*.py"))
        if "tests" not in path.relative_to(REPO).parts and str(path.relative_to(REPO)) != allowed
        for line in enqueues_by_itself(ast.parse(path.read_text()))
    ]
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        "self.with_delay(eta=eta, identity_key=key)._job()",
        "self.with_delay(**options)._job()",
        "self.delayable(identity_key=key)._job().delay()",
        "self.delayable()._job().set(identity_key=key).delay()",
        "Job(self._job, identity_key=key).store()",
    ],
)
def test_jobs_that_are_enqueued_elsewhere_are_seen(source):
    assert enqueues_by_itself(ast.parse(source))
