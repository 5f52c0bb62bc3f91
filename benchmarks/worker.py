# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A worker process of the benchmarks: carries out the steps that it is told.

Called by ``setup/run_in_odoo.py``. Says ``ready`` once its registry is loaded; then reads a
line of "model ID ID …" and answers ``done`` when the last of them is.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_world import at_once, run_step  # noqa: E402


def main(env, arguments):
    """:param arguments: the ID of the user, in whose name the steps are carried out"""
    registry, user = env.registry, int(arguments[0])
    env.cr.rollback()
    with at_once(registry):
        print("ready", flush=True)
        for line in sys.stdin:
            model, *ids = line.split()
            for step_id in ids:
                run_step(registry, user, model, int(step_id))
            print("done", flush=True)
