"""The table of a run, and the machine that it was made on."""

import os
import platform
from pathlib import Path

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
)


def text_of(world, results):
    """:return: the table in Markdown, with what it was measured on"""
    rows = [COLUMNS, *map(_cells, results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_line(row, widths) for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(["# Benchmarks", "", *_machine(world), "", *lines, ""])


def _cells(result):
    count = result.benchmark.count()
    return (
        result.benchmark.name,
        f"{count:,}",
        f"{result.seconds:.3f}",
        f"{count / result.seconds:,.0f}",
        result.benchmark.limit_name,
        f"{result.limit_seconds:.3f}",
        f"{result.ratio:.2f}",
        f"≤ {result.benchmark.aim:.1f}",
        f"{result.memory:.0f}",
    )


def _line(cells, widths):
    left = {0, COLUMNS.index("limit")}
    padded = (
        cell.ljust(width) if index in left else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "| " + " | ".join(padded) + " |"


def _machine(world):
    with world.transaction() as env:
        env.cr.execute("SELECT split_part(current_setting('server_version'), ' ', 1)")
        postgresql = env.cr.fetchone()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"- {_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB",
        f"- Python {platform.python_version()}, PostgreSQL {postgresql} without fsync, one process",
        "- best of the rounds; ratio = seconds / limit seconds of the same run",
    ]


def _processor():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
