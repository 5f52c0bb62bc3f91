# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long people wait for each screen, with a country's worth of rows behind it."""

from dataclasses import dataclass

from browser import Opening, browsing
from population import LOGIN, Population
from screen_list import SCREENS, Screen

#: The least that a page costs: the same screens with almost nothing behind them.
FEW = (10, 1_000)
#: Payments of an envelope, on the average.
LINES = 1_000


@dataclass(frozen=True, slots=True)
class ScreenResult:
    """The best opening of a screen with many rows, and with few."""

    screen: Screen
    many: Opening
    few: Opening

    #: Seconds that a person waits without noticing that it is a wait.
    aim = 1.0

    @property
    def ratio(self):
        return self.many.seconds / self.few.seconds

    @property
    def missed(self):
        return self.many.seconds > self.aim


def measure_screens(world, lines, rounds):
    """Open every screen with few rows and with many.

    :return: list of ScreenResult
    """
    population = Population(world)
    population.grow(*FEW)
    with browsing(world.registry.db_name, LOGIN) as page:
        few = open_all(world, page, rounds)
        population.grow(max(lines // LINES, 2 * FEW[0]) - FEW[0], lines - FEW[1])
        population.check()
        many = open_all(world, page, rounds)
    return [
        ScreenResult(screen, *openings)
        for screen, *openings in zip(SCREENS, many, few, strict=True)
    ]


def rows_behind(world):
    """What lies behind the screens, in words: list of lines."""
    tables = {
        "envelopes": "g2p_bridge_envelope",
        "disbursements": "g2p_bridge_disbursement",
        "statement entries": "g2p_bridge_statement_entry",
    }
    counts = {name: world.row(f"SELECT COUNT(*) FROM {table}")[0] for name, table in tables.items()}
    return [
        ", ".join(f"{count:,} {name}" for name, count in counts.items()),
        "from the click until everything is there, in Chromium; best of the rounds, the first "
        "opening not counted",
        "calls to the server: their times together; several run at once",
    ]


def open_all(world, page, rounds):
    """:return: the best Opening of each screen; the first time only warms up"""
    return [_best(world, page, screen, rounds) for screen in SCREENS]


def _best(world, page, screen, rounds):
    expected = int(_value(world, screen.number) or 0) if screen.number else None
    if expected == 0:
        screen = screen.when_empty()
    openings = [_open(world, page, screen, expected) for _round in range(rounds + 1)]
    return min(openings[1:], key=lambda opening: opening.seconds)


def _open(world, page, screen, expected):
    if screen.whole_page:
        return page.load(screen, expected)
    if screen.search:
        page.open(screen.without_search(), None)
        return page.search(screen, expected, _value(world, screen.text))
    record = _value(world, screen.record) if screen.record else None
    return page.open(screen, expected, record)


def _value(world, query):
    return world.row(query)[0]
