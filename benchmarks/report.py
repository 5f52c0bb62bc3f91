# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tables of what was measured, in Markdown."""

from pathlib import Path

from report_life import life_text
from report_table import table_of

COLUMNS = (
    "step",
    "lines",
    "seconds",
    "lines/s",
    "limit",
    "limit seconds",
    "ratio",
    "aim",
    "peak memory (MiB)",
    "day",
)
SHORT_COLUMNS = ("step", "lines", "lines/s", "limit", "ratio", "aim")
SCREEN_COLUMNS = (
    "screen",
    "shows",
    "seconds",
    "calls to the server",
    "with few rows",
    "ratio",
    "aim",
    "day",
)
BEGIN, END = "<!-- benchmarks -->", "<!-- end of benchmarks -->"


def text_of(record):
    """:return: everything in the record, with what it was measured on"""
    parts = ["# Benchmarks", "", *(f"- {line}" for line in record.machine), ""]
    if record.steps:
        parts += [*table_of(COLUMNS, map(_cells, record.steps)), ""]
    for life in record.lives:
        parts += life_text(life)
    if record.screens:
        parts += ["## Screens", "", *(f"- {line}" for line in record.behind_screens), ""]
        parts += [*table_of(SCREEN_COLUMNS, map(_screen_cells, record.screens)), ""]
    return "\n".join(parts)


def write_short(path: Path, record):
    """Put the table of the steps into another page, between its two marks."""
    before, _begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _former, _end, after = rest.partition(END)
    lines = [BEGIN, *(f"- {line}" for line in record.machine), ""]
    lines += [*table_of(SHORT_COLUMNS, map(_short_cells, record.steps)), END]
    path.write_text(before + "\n".join(lines) + after, encoding="utf-8")


def ratio(step):
    """How many times the limit a step takes."""
    return step["seconds"] / step["limit_seconds"]


def per_second(step):
    return step["count"] / step["seconds"]


def _cells(step):
    return (
        step["name"],
        f"{step['count']:,}",
        f"{step['seconds']:.3f}",
        f"{per_second(step):,.0f}",
        step["limit"],
        f"{step['limit_seconds']:.3f}",
        f"{ratio(step):.2f}",
        f"≤ {step['aim']:.2g}",
        f"{step['memory']:.0f}",
        step["day"],
    )


def _short_cells(step):
    cells = dict(zip(COLUMNS, _cells(step), strict=True))
    return tuple(cells[name] for name in SHORT_COLUMNS)


def _screen_cells(screen):
    return (
        screen["name"],
        f"{screen['shown']:,}",
        f"{screen['seconds']:.3f}",
        f"{screen['server_seconds']:.3f}",
        f"{screen['few_seconds']:.3f}",
        f"{screen['seconds'] / screen['few_seconds']:.2f}",
        f"≤ {screen['aim']:.1f} s",
        screen["day"],
    )
