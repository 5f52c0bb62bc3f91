# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes what runs have found into RELIABILITY.md, each part in the place that is its own.

Nothing is written unless the environment variable G2P_RELIABILITY names the file, and nothing
by a run in which a test failed.
"""

import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

HEAD = """# Reliability

Figures of runs, written by scripts: no number here was typed. `setup/campaign` makes all of them.
"""
#: The parts in their order, and their titles.
PARTS = {
    "campaign": "Kills survived",
    "faults": "Faults tried",
    "inputs": "Inputs fuzzed",
    "machine": "Moves of the state machine",
}
CAMPAIGN = """Bridge and bank ran as two servers with worker processes and job runners, the bridge
on a PostgreSQL of its own. Nobody helped: a server that ended was started again, the scheduled
actions ran, whoever got no answer asked again, and the clock of what had no living worker was
moved on so that the run need not wait for it. What was paid is what the bank's own books say.
`tests/test_campaign.py` also spoils copies of the finished books (a payment twice, one missing,
a hold given back twice …) and makes sure that the same judge finds each of it."""
FAULTS = """What the example bank and the example mapper did wrong on real servers, and what became
of it (`tests/test_faults.py`). *By itself* means: everybody was paid once and reconciled, and
nobody did anything. *For a person* means: nobody was paid twice or wrongly, what could not be
settled stood visibly in a queue, and went on from there."""
INPUTS = """What hypothesis and schemathesis have made up, from this seed or from one that a test
has of its own. Each input was one that the code had to take, or refuse in words, with the
properties that the test asserts."""
MACHINE = """A machine of random moves with the bridge's operations, and a model of what must be
true after each of them."""


def write_part(key, command, paragraphs):
    """Replace one part, and leave everything else as it is.

    :param command: what makes this part again
    :param paragraphs: texts and tables
    """
    path = Path(os.environ["G2P_RELIABILITY"])
    text = path.read_text() if path.exists() else HEAD
    parts = {
        name: found.group(0)
        for name in PARTS
        if (found := re.search(f"{_begin(name)}.*?{_end(name)}", text, re.DOTALL))
    }
    today = datetime.now(UTC).date().isoformat()
    parts[key] = "\n\n".join(
        [
            f"{_begin(key)}\n## {PARTS[key]}",
            f"{today}: `{command}`",
            *paragraphs,
            _end(key),
        ]
    )
    head = text.partition("<!--")[0].rstrip()
    path.write_text("\n\n".join([head, *(parts[name] for name in PARTS if name in parts)]) + "\n")


def table(heads, rows):
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def _begin(key):
    return f"<!-- {key} -->"


def _end(key):
    return f"<!-- end of {key} -->"


class Reliability:
    """What the tests of a run have to tell."""

    def __init__(self):
        self.tally = None
        self.faults = Counter()

    def survived(self, tally):
        self.tally = tally

    def tried(self, who, kind, operation, outcome):
        """A fault was tried, and what came of it was asserted: by itself, or for a person."""
        self.faults[who, kind.replace("_", " "), operation.replace("_", " "), outcome] += 1

    def write(self):
        if self.tally:
            planned, seed = self.tally.planned, self.tally.seed
            command = f"setup/campaign --only kills --campaign {planned} --seed {seed}"
            write_part(
                "campaign",
                command,
                [CAMPAIGN, f"Seed: {seed}.", table(("what", "how many"), self.tally.rows())],
            )
        if self.faults:
            rows = [(*fault, times) for fault, times in sorted(self.faults.items())]
            heads = ("who", "fault", "when asked to", "settled", "times, each right")
            write_part("faults", "setup/campaign --only faults", [FAULTS, table(heads, rows)])


@pytest.fixture(scope="session")
def reliability(request):
    """Where tests say what goes into RELIABILITY.md."""
    found = Reliability()
    yield found
    if os.environ.get("G2P_RELIABILITY") and not request.session.testsfailed:
        found.write()
