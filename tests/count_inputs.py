# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A plugin of pytest that counts what hypothesis and schemathesis make up.

`setup/campaign` loads it, because these tests lie in the addons. It also tells of the state
machine, if that has left its report where G2P_MACHINE_REPORT says.
"""

import json
import os
from collections import Counter, defaultdict
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.internal.observability import add_observability_callback
from reliability import INPUTS, MACHINE, table, write_part

#: Examples that satisfied what the test assumes; others were thrown away before it began.
COUNTED = ("passed", "failed")

examples = Counter()

# How fast inputs are made and tried says something about the machine alone.
settings.register_profile(
    "patient", deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)
settings.load_profile("patient")


def _note(observation):
    if observation.type == "test_case" and observation.status in COUNTED:
        examples[os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]] += 1


def pytest_configure(config):
    add_observability_callback(_note)


def pytest_sessionfinish(session, exitstatus):
    if exitstatus or "G2P_RELIABILITY" not in os.environ:
        return
    if examples:
        _write_inputs(session.config.getoption("--hypothesis-seed"))
    report = Path(os.environ.get("G2P_MACHINE_REPORT") or os.devnull)
    if report.is_file() and report.stat().st_size:
        _write_machine(json.loads(report.read_text()))


def _write_inputs(seed):
    files = defaultdict(lambda: [0, 0])
    for test, count in examples.items():
        row = files[test.partition("::")[0]]
        row[0] += 1
        row[1] += count
    rows = [(f"`{name}`", *counts) for name, counts in sorted(files.items())]
    whole = ("together", len(examples), sum(examples.values()))
    heads = ("file", "test functions", "inputs")
    write_part(
        "inputs",
        f"setup/campaign --only inputs --seed {seed}",
        [INPUTS, f"Seed: {seed}.", table(heads, [*rows, whole])],
    )


def _write_machine(report):
    rows = [("sequences of moves", report["examples"]), ("moves", report["moves"])]
    rows += [(f"fault on the way: {name}", n) for name, n in sorted(report["faults"].items())]
    found = report["mutants_found"]
    rows.append(("deliberate mistakes in the bridge that it found", len(found)))
    paragraphs = [MACHINE, f"Seed: {report['seed']}.", table(("what", "how many"), rows)]
    if found:
        paragraphs.append("The mistakes: " + "; ".join(map(str, found)) + ".")
    write_part("machine", f"setup/campaign --only inputs --seed {report['seed']}", paragraphs)
