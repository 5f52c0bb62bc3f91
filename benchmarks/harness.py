"""How a step and its limit are measured, side by side."""

import cProfile
import ctypes
import gc
import pstats
import re
import time
from dataclasses import dataclass
from pathlib import Path


class Benchmark:
    """A step of the bridge and the least work that it can't do without.

    A round is ``prepare``, then ``step`` and ``limit`` in turns, one first and then the
    other, then ``check``. Only ``step`` and ``limit`` are timed, each with what it needs to
    be durable.
    """

    #: What the table calls the step and its limit.
    name = limit_name = None
    #: The ratio that is wanted now.
    aim = None

    def __init__(self, world, lines):
        self.world = world
        self.lines = lines

    def count(self):
        """How many lines one step processes."""
        return self.lines

    def prepare(self):
        """Bring the database to where the step can begin."""

    def step(self):
        raise NotImplementedError

    def limit(self):
        raise NotImplementedError

    def check(self):
        """Fail where the step's result is wrong: a fast wrong answer is none."""


@dataclass(frozen=True, slots=True)
class Result:
    """Best times of a step and of its limit in seconds, highest memory above idle in MiB."""

    benchmark: Benchmark
    seconds: float
    limit_seconds: float
    memory: float

    @property
    def ratio(self):
        return self.seconds / self.limit_seconds

    @property
    def aim(self):
        return self.benchmark.aim


def measure(benchmark, rounds):
    """Repeat a benchmark and keep the best times, which other work on the machine spoils least.

    The first round warms caches up and is not counted.
    """
    steps, limits, memory = [], [], []
    for number in range(rounds + 1):
        benchmark.prepare()
        both = {"step": benchmark.step, "limit": benchmark.limit}
        order = list(both) if number % 2 == 0 or number == 0 else list(both)[::-1]
        seen = {name: _timed(both[name]) for name in order}
        benchmark.check()
        if number:
            steps.append(seen["step"][0])
            limits.append(seen["limit"][0])
            memory.append(seen["step"][1])
    return Result(benchmark, min(steps), min(limits), max(memory))


def profile(benchmark, lines=25):
    """Print where the time of one more step goes."""
    benchmark.prepare()
    profiler = cProfile.Profile()
    profiler.runcall(benchmark.step)
    benchmark.check()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(lines)


def _timed(work):
    """:return: (seconds, MiB by which memory grew at its peak)"""
    idle = _forget_peak()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    return seconds, (_memory("VmHWM") - idle) / 1024


def _forget_peak():
    """Give free memory back to the system and let the peak begin here; returns KiB in use."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _memory("VmRSS")


def _memory(name):
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1])
