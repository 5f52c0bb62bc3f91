"""The benchmarks work and their results are right; how fast they are is not tested."""

import subprocess
import sys

from odoo_server import REPO

LINES = 200


def test_a_small_run_gives_right_results_and_a_table(test_run, tmp_path):
    database = test_run.new_name()
    test_run.copy_template(database)
    table = tmp_path / "table.md"
    command = [sys.executable, REPO / "setup" / "run_in_odoo.py", test_run.base_conf, database]
    command += [REPO / "benchmarks" / "main.py", "--rounds=1", f"--lines={LINES}"]
    try:
        # Each benchmark compares what it has done with what it should have: it fails if not.
        done = subprocess.run(
            [*command, "--output", table], capture_output=True, text=True, timeout=600
        )
    finally:
        test_run.drop(database)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = [line for line in table.read_text().splitlines() if line.startswith("|")][2:]
    counts = [int(row.split("|")[2].replace(",", "")) for row in rows]
    # The statement has the debits, and reversals of 30 % of them.
    assert counts == [LINES, LINES, LINES, LINES * 13 // 10, LINES, LINES]
