# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the figures of a run were measured on."""

import os
import platform
from pathlib import Path


def describe(world):
    """:return: list of lines"""
    with world.transaction() as env:
        env.cr.execute("SELECT split_part(current_setting('server_version'), ' ', 1)")
        postgresql = env.cr.fetchone()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return [
        f"{_processor()}, {os.cpu_count()} cores, {memory:.0f} GiB",
        f"Python {platform.python_version()}, PostgreSQL {postgresql} without fsync, on the same"
        " machine",
        "one process, but for what says two; a long statement is read by two",
        "best of the rounds; ratio = seconds / limit seconds of the same run",
    ]


def _processor():
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()
