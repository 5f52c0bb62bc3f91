# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same steps by one worker process and by two."""

import subprocess
import sys
from pathlib import Path

from bench_world import make_rows
from harness import Benchmark
from odoo.tools import config

HERE = Path(__file__).resolve().parent
#: More than the machine has cores would only show that.
WORKERS = 2


class _Workers(Benchmark):
    """Steps of one kind, shared between two processes; the limit is one of them alone.

    Bank and mapper answer at once in each process, so that what is measured is ours and
    PostgreSQL's. The aim is a part of the time of one: 1 / 1.7.
    """

    limit_name = "one worker"
    aim = round(1 / 1.7, 2)
    #: Model of the steps.
    model = None

    def __init__(self, world, lines):
        super().__init__(world, lines)
        self.processes = [_start(world) for _number in range(WORKERS)]

    def step(self):
        self._run(self.processes)

    def before_limit(self):
        self.before_step()

    def limit(self):
        self._run(self.processes[:1])
        self.after_step()

    def _run(self, processes):
        ids = self.world.steps(self.model, self.envelope_id)
        for number, process in enumerate(processes):
            own = ids[number :: len(processes)]
            print(self.model, *own, file=process.stdin, flush=True)
        for process in processes:
            _expect(process, "done")

    def after_step(self):
        states = self.world.states(self.envelope_id)
        assert states == {self.end: self.lines}, states


class ResolveByTwo(_Workers):
    name = "resolve, 2 workers"
    model = "g2p.bridge.mapper.batch"
    end = "resolved"

    def before_step(self):
        self.envelope_id = self.world.complete_envelope(make_rows(self.lines))
        self.world.vacuum()


class ShipByTwo(_Workers):
    name = "shipping, 2 workers"
    model = "g2p.bridge.bank.batch"
    end = "shipped"

    def before_step(self):
        self.envelope_id = self.world.funded_envelope(self.lines)
        self.world.vacuum()


def _start(world):
    command = [sys.executable, HERE.parent / "setup" / "run_in_odoo.py", config.rcfile]
    command += [world.registry.db_name, HERE / "worker.py", str(world.officer_id)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    _expect(process, "ready")
    return process


def _expect(process, word):
    said = process.stdout.readline().strip()
    assert said == word, f"a worker said {said!r} instead of {word!r}"
