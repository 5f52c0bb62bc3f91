# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a run of the machine did, for people and for scripts."""

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

#: Where the tally is written, if it is to be written.
REPORT = "G2P_MACHINE_REPORT"


@dataclass
class MachineTally:
    """Counts of one run; an example is one life of the bridge, from nothing to its end."""

    seed: int
    examples: int = 0
    seconds: int = 0
    moves: Counter = field(default_factory=Counter)
    faults: Counter = field(default_factory=Counter)
    refused: int = 0
    envelopes: int = 0
    disbursements: int = 0
    ends: Counter = field(default_factory=Counter)
    statements: Counter = field(default_factory=Counter)
    bookings: Counter = field(default_factory=Counter)

    def count_sheet(self, sheet, habits):
        """Count a statement that the bank has written, and its lines."""
        self.statements[f"numbered {habits.numbering}"] += 1
        for line in sheet.lines:
            what = "whole batch" if line.booking.batch else line.booking.mark
            self.bookings[what if line.is_true else "no booking of ours, or a wrong one"] += 1

    def lines(self):
        """The tally in words, one line each."""
        moves = self.moves.total()
        yield f"seed {self.seed}: {self.examples} lives, {moves} moves in {self.seconds} s"
        for title, counts in (
            ("moves", self.moves),
            ("faults met", self.faults),
            ("statements", self.statements),
            ("their lines", self.bookings),
        ):
            yield f"{title}:"
            for words, count in sorted(counts.items()):
                yield f"  {count:5} × {words}"
        yield f"operations that were refused: {self.refused}"
        yield f"envelopes: {self.envelopes}, disbursements: {self.disbursements}"
        ends = ", ".join(f"{count} {state}" for state, count in sorted(self.ends.items()))
        yield f"what became of the disbursements: {ends}"

    def write(self):
        """Write the figures where the environment says, if it says so."""
        write_report(
            seed=self.seed,
            examples=self.examples,
            seconds=self.seconds,
            moves=self.moves.total(),
            rules=dict(sorted(self.moves.items())),
            faults=dict(sorted(self.faults.items())),
            refused=self.refused,
            envelopes=self.envelopes,
            disbursements=self.disbursements,
            ends=dict(sorted(self.ends.items())),
            statements=dict(sorted(self.statements.items())),
            bookings=dict(sorted(self.bookings.items())),
        )


def write_report(**figures):
    """Put figures into the report; what else is in it stays."""
    if not os.environ.get(REPORT):
        return
    path = Path(os.environ[REPORT])
    known = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**known, **figures}, indent=2) + "\n")
