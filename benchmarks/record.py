# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What runs have measured, kept as JSON, so that one run can add to another's figures.

A step that is measured again with the same number of lines replaces its former figure. All
are of one machine: those of another one are forgotten.
"""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path


class Record:
    """The figures of a file.

    ``steps``, ``lives`` and ``screens`` are lists of dicts with plain values; each names the
    day on which it was measured.
    """

    def __init__(self, path: Path, machine: list[str]) -> None:
        self.path = path
        kept = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if kept.get("machine") != machine:
            kept = {}
        self.machine = machine
        self.steps = kept.get("steps", [])
        self.lives = kept.get("lives", [])
        self.screens = kept.get("screens", [])
        self.behind_screens = kept.get("behind_screens", [])

    def add_step(self, result) -> None:
        """:param result: ``harness.Result``"""
        benchmark = result.benchmark
        row = {
            "name": benchmark.name,
            "lines": benchmark.lines,
            "count": benchmark.count(),
            "seconds": result.seconds,
            "limit": benchmark.limit_name,
            "limit_seconds": result.limit_seconds,
            "aim": benchmark.aim,
            "memory": result.memory,
        }
        self.steps = _put(self.steps, row, ("name", "lines"))
        names = [step["name"] for step in self.steps]
        self.steps.sort(key=lambda step: (names.index(step["name"]), step["lines"]))

    def add_life(self, life) -> None:
        """:param life: ``life.Life``"""
        self.lives = _put(self.lives, asdict(life), ("what", "lines", "workers"))

    def set_screens(self, results, behind: list[str]) -> None:
        """:param results: list of ``screens.Result``, all that there are"""
        self.screens = []
        for result in results:
            row = {
                "name": result.screen.name,
                "shown": result.many.shown,
                "seconds": result.many.seconds,
                "server_seconds": result.many.server_seconds,
                "few_seconds": result.few.seconds,
                "aim": result.aim,
            }
            self.screens = _put(self.screens, row, ("name",))
        self.behind_screens = behind

    def save(self) -> None:
        text = json.dumps(vars(self) | {"path": None}, indent=1, default=str)
        self.path.write_text(text + "\n", encoding="utf-8")


def _put(rows, row, keys):
    """The same rows, this one in the place of the one that it measures again."""
    row["day"] = datetime.now(UTC).date().isoformat()
    same = [all(other[key] == row[key] for key in keys) for other in rows]
    if True in same:
        return [row if equal else other for other, equal in zip(rows, same, strict=True)]
    return [*rows, row]
