# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The benchmarks work and their results are right; how fast they are is not tested."""

import json
import os
import subprocess
import sys

from odoo_server import REPO

LINES = 200
#: Behind the screens: twenty envelopes in all states.
SCREEN_LINES = 2_000
PAGE = "# Page\n\n<!-- benchmarks -->\nold\n<!-- end of benchmarks -->\nafter\n"


def test_a_small_run_gives_right_results_and_a_table(test_run, tmp_path):
    database = test_run.new_name()
    test_run.copy_template(database)
    table, page = tmp_path / "table.md", tmp_path / "page.md"
    page.write_text(PAGE)
    command = [sys.executable, REPO / "setup" / "run_in_odoo.py", test_run.base_conf, database]
    command += [REPO / "benchmarks" / "main.py", "--rounds=1", f"--lines={LINES}"]
    command += [f"--screen-lines={SCREEN_LINES}", f"--output={table}", f"--readme={page}"]
    # The servers of the benchmarks have databases beside those of this run.
    env = os.environ | {"G2P_TEST_PREFIX": f"{database}_"}
    try:
        # Each benchmark compares what it has done with what it should have: it fails if not.
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, env=env)
    finally:
        test_run.drop(database)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads(table.with_suffix(".json").read_text())
    steps = {step["name"]: step["count"] for step in record["steps"]}
    # The statement has the debits, and reversals of 30 % of them.
    for name in ("statement (2 processes)", "matching"):
        assert steps.pop(name) == LINES * 13 // 10
    assert len(steps) >= 9 and set(steps.values()) == {LINES}
    assert [life["lines"] for life in record["lives"]] == [LINES, LINES]
    assert all(life["jobs"]["_job_step"][0] >= 5 for life in record["lives"])
    assert f"The whole life of a cycle of {LINES} entitlements" in table.read_text()
    screens = {screen["name"]: screen["shown"] for screen in record["screens"]}
    assert screens["envelopes"] == 20
    assert screens["disbursements"] == SCREEN_LINES
    assert screens["disbursements: by sender's reference"] == 1
    for name in steps:
        assert f"| {name} " in table.read_text() and f"| {name} " in page.read_text()
        assert name in table.with_suffix(".svg").read_text()
    assert page.read_text().startswith("# Page\n") and page.read_text().endswith("\nafter\n")
    assert "old" not in page.read_text()
