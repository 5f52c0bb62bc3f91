"""The benchmarks work and their results are right; how fast they are is not tested."""

import re
import subprocess
import sys

from odoo_server import REPO

LINES = 200
#: Behind the screens: twenty envelopes in all states.
SCREEN_LINES = 2_000


def test_a_small_run_gives_right_results_and_a_table(test_run, tmp_path):
    database = test_run.new_name()
    test_run.copy_template(database)
    table = tmp_path / "table.md"
    command = [sys.executable, REPO / "setup" / "run_in_odoo.py", test_run.base_conf, database]
    command += [REPO / "benchmarks" / "main.py", "--rounds=1", f"--lines={LINES}"]
    command += [f"--screen-lines={SCREEN_LINES}"]
    try:
        # Each benchmark compares what it has done with what it should have: it fails if not.
        done = subprocess.run(
            [*command, "--output", table], capture_output=True, text=True, timeout=900
        )
    finally:
        test_run.drop(database)
    assert done.returncode == 0, done.stdout + done.stderr
    steps, screens = _tables(table.read_text())
    # The statement has the debits, and reversals of 30 % of them.
    assert steps == [LINES, LINES, LINES, LINES * 13 // 10, LINES, LINES, LINES]
    assert screens["envelopes"] == 20
    assert screens["disbursements"] == SCREEN_LINES
    assert screens["disbursements: by sender's reference"] == 1


def _tables(text):
    """The numbers of lines of each step, and what each screen has shown: {name: number}."""
    steps, screens = (
        [[cell.strip() for cell in line.split("|")[1:3]] for line in part.splitlines()[2:]]
        for part in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    )
    shown = {name: int(number.replace(",", "")) for name, number in screens}
    return [int(number.replace(",", "")) for _name, number in steps], shown
