# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
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

    Only ``step`` and ``limit`` are timed; the limit uses what the latest step left behind.
    """

    #: What the table calls the step and its limit.
    name = limit_name = None
    #: The ratio that is wanted.
    aim = None

    def __init__(self, world, lines):
        self.world = world
        self.lines = lines

    def count(self):
        """How many lines one step processes."""
        return self.lines

    def before_step(self):
        """Bring the database to where the step can begin."""

    def step(self):
        raise NotImplementedError

    def other_memory(self):
        """:return: MiB by which any other process has grown that the step made use of"""
        return 0

    def after_step(self):
        """Fail where the step's result is wrong: a fast wrong answer is none."""

    def before_limit(self):
        """Bring the database to where the limit can be measured."""

    def limit(self):
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Result:
    """Best times of a step and of its limit in seconds; memory above idle in MiB, that of the
    process which takes most."""

    benchmark: Benchmark
    seconds: float
    limit_seconds: float
    memory: float

    @property
    def ratio(self):
        return self.seconds / self.limit_seconds

    @property
    def missed(self):
        """Whether the ratio is above the aim."""
        return self.ratio > self.benchmark.aim


def measure(benchmark, rounds):
    """Repeat a benchmark and keep the best times, which other work on the machine spoils least.

    Step and limit take turns in going first. What comes before the first round only warms
    caches up and is not counted.
    """
    _step(benchmark)
    _limit(benchmark)
    steps, limits = [], []
    for number in range(rounds):
        if number % 2:
            limits.append(_limit(benchmark))
        steps.append(_step(benchmark))
        if not number % 2:
            limits.append(_limit(benchmark))
    return Result(
        benchmark,
        min(seconds for seconds, _memory in steps),
        min(seconds for seconds, _memory in limits),
        max(memory for _seconds, memory in steps),
    )


def profile(benchmark, functions=25):
    """Print where the time of one more step goes."""
    benchmark.before_step()
    profiler = cProfile.Profile()
    profiler.runcall(benchmark.step)
    benchmark.other_memory()
    benchmark.after_step()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(functions)


def _step(benchmark):
    benchmark.before_step()
    seconds, memory = _timed(benchmark.step)
    memory = max(memory, benchmark.other_memory())
    benchmark.after_step()
    return seconds, memory


def _limit(benchmark):
    benchmark.before_limit()
    return _timed(benchmark.limit)


def _timed(work):
    """:return: (seconds, MiB by which memory had grown at its peak)"""
    memory = MemoryWatch()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    return seconds, memory.growth()


class MemoryWatch:
    """How much memory this process takes at its peak, above what it has now."""

    def __init__(self):
        # Free memory goes back to the system first, and the peak begins here.
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        self.idle = _memory("VmRSS")

    def growth(self):
        """:return: MiB"""
        return (_memory("VmHWM") - self.idle) / 1024


def _memory(name):
    """:return: KiB"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1])
