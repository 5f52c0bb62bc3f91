# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs the benchmarks in a database with the addons installed; called by benchmarks/run."""

import argparse
import sys
import tempfile
from pathlib import Path

# `setup/run_in_odoo.py` runs this file by its path.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from archive import Archive  # noqa: E402
from bench_world import World  # noqa: E402
from harness import measure, profile  # noqa: E402
from intake import Intake  # noqa: E402
from intake_http import IntakeOverHttp  # noqa: E402
from life import measure_life  # noqa: E402
from life_pbms import measure_cycle_life  # noqa: E402
from machine import describe  # noqa: E402
from pbms import HandOver, ResultsBack  # noqa: E402
from plot import write_plot  # noqa: E402
from record import Record  # noqa: E402
from report import text_of, write_short  # noqa: E402
from report_life import AIM  # noqa: E402
from resolve import Resolve  # noqa: E402
from screens import measure_screens, rows_behind  # noqa: E402
from shipping import Shipping  # noqa: E402
from statement import Matching, StatementProcessing  # noqa: E402
from workers import ResolveByTwo, ShipByTwo  # noqa: E402

BENCHMARKS = {
    "intake": Intake,
    "http": IntakeOverHttp,
    "resolve": Resolve,
    "shipping": Shipping,
    "statement": StatementProcessing,
    "matching": Matching,
    "handover": HandOver,
    "results": ResultsBack,
    "archive": Archive,
    "resolve2": ResolveByTwo,
    "shipping2": ShipByTwo,
}
LIVES = {"life": measure_life, "cycle": measure_cycle_life}
SCREENS = "screens"


def main(env, arguments):
    """Measure, print the tables and write them to a file; returns 1 if an aim is missed."""
    options = _options(arguments)
    world = World(env.registry)
    output = options.output or Path(tempfile.mkdtemp()) / "table.md"
    record = Record(output.with_suffix(".json"), describe(world))
    missed = False
    for name in [options.only] if options.only else [*BENCHMARKS, *LIVES, SCREENS]:
        missed |= _measure(name, world, options, record)
        record.save()  # a run that is cut short keeps what it has measured
    text = text_of(record)
    print(text)
    output.write_text(text, encoding="utf-8")
    if record.steps:
        write_plot(output.with_suffix(".svg"), record.steps)
    if options.readme:
        write_short(options.readme, record)
    return int(options.strict and missed)


def _measure(name, world, options, record):
    """:return: whether an aim is missed"""
    if name == SCREENS:
        results = measure_screens(world, options.screen_lines, options.rounds)
        record.set_screens(results, rows_behind(world))
        return any(result.missed for result in results)
    if name in LIVES:
        life = LIVES[name](options.lines, options.workers)
        record.add_life(life)
        return life.per_second < AIM
    benchmark = BENCHMARKS[name](world, options.lines)
    result = measure(benchmark, options.rounds)
    record.add_step(result)
    if options.profile:
        profile(benchmark)
    return result.missed


def _options(arguments):
    parser = argparse.ArgumentParser(prog="benchmarks/run")
    parser.add_argument("--lines", type=int, default=10_000, help="disbursements")
    parser.add_argument(
        "--screen-lines", type=int, default=1_000_000, help="disbursements behind the screens"
    )
    parser.add_argument("--rounds", type=int, default=7, help="the best one counts")
    parser.add_argument("--only", choices=[*BENCHMARKS, *LIVES, SCREENS])
    parser.add_argument("--workers", type=int, default=6, help="of the server of the whole life")
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    parser.add_argument("--strict", action="store_true", help="fail where an aim is missed")
    parser.add_argument("--output", type=Path, help="file for the tables; JSON and SVG beside it")
    parser.add_argument("--readme", type=Path, help="page that shows the table between its marks")
    return parser.parse_args(arguments)
