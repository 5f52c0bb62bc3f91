# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a whole life took, and what it says of a country, in Markdown."""

from growth import CYCLES, RECIPIENTS, projection
from report_table import table_of

#: Disbursements a second that a whole life is to reach on two cores.
AIM = 2_000
JOB_COLUMNS = ("job", "how many", "per 1,000 disbursements", "seconds of work")
SIZE_COLUMNS = ("table", "rows", "MiB", "MiB of indexes", "bytes per disbursement")


def life_text(life):
    """:return: list of lines"""
    speed = life["lines"] / life["seconds"]
    return [
        f"## The whole life of {life['what']}",
        "",
        f"{life['day']}, {life['workers']} worker processes, example bank and mapper included:"
        f" **{life['seconds']:,.0f} s, {speed:,.0f} a second** (aim ≥ {AIM:,}).",
        "The kinds of work overlap.",
        "",
        *table_of(("work", "begins (s)", "ends (s)", "a second"), _phases(life)),
        "",
        *table_of(JOB_COLUMNS, _jobs(life)),
        "",
        "What it leaves behind:",
        "",
        *table_of(SIZE_COLUMNS, _sizes(life)),
        "",
        _projection(life, speed),
        "",
    ]


def _phases(life):
    for name, (begin, end) in life["phases"].items():
        speed = life["lines"] / max(end - begin, 1)
        yield name, f"{begin:,.0f}", f"{end:,.0f}", f"{speed:,.0f}"


def _jobs(life):
    for name, (count, seconds) in life["jobs"].items():
        yield name, f"{count:,}", f"{count * 1000 / life['lines']:.2f}", f"{seconds:,.1f}"


def _sizes(life):
    for size in life["sizes"]:
        total = size["bytes"] + size["index_bytes"]
        yield (
            size["table"],
            f"{size['rows']:,}",
            f"{size['bytes'] / 2**20:,.0f}",
            f"{size['index_bytes'] / 2**20:,.0f}",
            f"{total / life['lines']:,.0f}",
        )


def _projection(life, speed):
    payments, rows, total = projection(life)
    return (
        f"A country of {RECIPIENTS:,} recipients paid {CYCLES} times a year: {payments:,}"
        f" payments, {rows:,} rows, {total / 2**40:.1f} TiB a year before archiving; one cycle at"
        f" the speed of this machine takes {RECIPIENTS / speed / 3600:.1f} hours."
    )
