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
SCREEN_COLUMNS = (
    "screen",
    "shows",
    "seconds",
    "calls to the server",
    "with few rows",
    "ratio",
    "aim",
)


def text_of(world, results, screens):
    """:return: the tables in Markdown, with what they were measured on"""
    parts = ["# Benchmarks", "", *_machine(world), ""]
    if results:
        parts += [*_table(COLUMNS, map(_cells, results)), ""]
    if screens:
        parts += ["## Screens", "", *_rows_behind(world), ""]
        parts += [*_table(SCREEN_COLUMNS, map(_screen_cells, screens)), ""]
    return "\n".join(parts)


def _table(columns, lines):
    rows = [columns, *lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    left = {0} | ({columns.index("limit")} if "limit" in columns else set())
    text = [_line(row, widths, left) for row in rows]
    text.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return text


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


def _screen_cells(result):
    many = result.many
    return (
        result.screen.name,
        f"{many.shown:,}",
        f"{many.seconds:.3f}",
        f"{many.server_seconds:.3f}",
        f"{result.few.seconds:.3f}",
        f"{result.ratio:.2f}",
        f"≤ {result.aim:.1f} s",
    )


def _rows_behind(world):
    """What lies behind the screens."""
    tables = {
        "envelopes": "g2p_bridge_envelope",
        "disbursements": "g2p_bridge_disbursement",
        "statement entries": "g2p_bridge_statement_entry",
    }
    counts = {name: world.row(f"SELECT COUNT(*) FROM {table}")[0] for name, table in tables.items()}
    return [
        "- " + ", ".join(f"{count:,} {name}" for name, count in counts.items()),
        "- from the click until everything is there, in Chromium; best of the rounds, the first "
        "opening not counted",
        "- calls to the server: their times together; several run at once",
    ]


def _line(cells, widths, left):
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
        "- but for statements: a long one is read by two processes",
        "- best of the rounds; ratio = seconds / limit seconds of the same run",
    ]


def _processor():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
