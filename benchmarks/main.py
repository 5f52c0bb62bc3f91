"""Runs the benchmarks in a database with the addons installed; called by benchmarks/run."""

import argparse
import sys
from pathlib import Path

# `setup/run_in_odoo.py` runs this file by its path.
sys.path.insert(0, str(Path(__file__).resolve().parent))

from archive import Archive  # noqa: E402
from harness import measure, profile  # noqa: E402
from intake import Intake  # noqa: E402
from pbms import HandOver, ResultsBack  # noqa: E402
from report import text_of  # noqa: E402
from resolve import Resolve  # noqa: E402
from screens import measure_screens  # noqa: E402
from shipping import Shipping  # noqa: E402
from statement import StatementProcessing  # noqa: E402
from world import World  # noqa: E402

BENCHMARKS = {
    "intake": Intake,
    "resolve": Resolve,
    "shipping": Shipping,
    "statement": StatementProcessing,
    "handover": HandOver,
    "results": ResultsBack,
    "archive": Archive,
}
SCREENS = "screens"


def main(env, arguments):
    """Measure, print the table and write it to a file; returns 1 if an aim is missed."""
    options = _options(arguments)
    world = World(env.registry)
    names = [options.only] if options.only else [*BENCHMARKS, SCREENS]
    results, screens = [], []
    for name in names:
        if name == SCREENS:
            screens = measure_screens(world, options.screen_lines, options.rounds)
            continue
        benchmark = BENCHMARKS[name](world, options.lines)
        results.append(measure(benchmark, options.rounds))
        if options.profile:
            profile(benchmark)
    text = text_of(world, results, screens)
    print(text)
    if options.output:
        options.output.write_text(text, encoding="utf-8")
    return int(options.strict and any(result.missed for result in [*results, *screens]))


def _options(arguments):
    parser = argparse.ArgumentParser(prog="benchmarks/run")
    parser.add_argument("--lines", type=int, default=10_000, help="disbursements")
    parser.add_argument(
        "--screen-lines", type=int, default=1_000_000, help="disbursements behind the screens"
    )
    parser.add_argument("--rounds", type=int, default=7, help="the best one counts")
    parser.add_argument("--only", choices=[*BENCHMARKS, SCREENS])
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    parser.add_argument("--strict", action="store_true", help="fail where an aim is missed")
    parser.add_argument("--output", type=Path, help="file for the table")
    return parser.parse_args(arguments)
