# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which statement corrects another one, and which only has the same number.

Banks number in many ways: some write 0 or always 1, some begin again each month. The same
number with other content is another statement where the date, the balances or the file say so;
otherwise it corrects the one that has the number, and nobody applies it unasked.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Sheet:
    """What tells a statement from those with the same number.

    :param key: what the caller knows it by; later ones are greater
    :param account: anything that is the same for the same account and currency
    :param number, sequence: whole numbers; 0 says that the bank gives none
    :param file: what it came in
    :param day: None if it is not known
    :param opening, closing: None if they are not known
    """

    key: int
    account: Hashable
    number: int
    sequence: int
    file: Hashable
    day: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None

    @property
    def numbered(self) -> Hashable:
        return self.account, self.number, self.sequence


def corrections(fresh: Iterable[Sheet], taken: Iterable[Sheet]) -> dict[int, int]:
    """Find out which new statements are corrections.

    Takes time in proportion to the number of statements, whatever numbers they have.

    :param fresh: new ones, in the order in which they came
    :param taken: those that have these numbers already
    :return: key of a new statement → key of the one that it corrects
    """
    having = defaultdict(_Having)
    for sheet in taken:
        having[sheet.numbered].add(sheet)
    waiting = defaultdict(list)
    for sheet in fresh:
        waiting[sheet.file, sheet.numbered].append(sheet)
    found = {}
    # One file after the other: within one, two statements with one number are two.
    for (_file, numbered), sheets in waiting.items():
        if sheets[0].number:
            found.update(having[numbered].take(sheets))
    return found


class _Having:
    """Those statements that have one number, by their day."""

    def __init__(self) -> None:
        self.days = defaultdict(_Day)

    def add(self, sheet: Sheet) -> None:
        self.days[sheet.day].add(sheet)

    def take(self, sheets: list[Sheet]) -> dict[int, int]:
        """Take those that are other statements, and say of the rest what they correct.

        :param sheets: new ones of one file
        """
        rivals = {sheet: days for sheet in sheets if (days := self._days_of(sheet))}
        others = self._others(rivals)
        found = {
            sheet.key: max(day.rival_of(sheet) for day in days)[1]
            for sheet, days in rivals.items()
            if sheet not in others
        }
        for sheet in sheets:
            if sheet.key not in found:
                self.add(sheet)
        return found

    def _days_of(self, sheet: Sheet) -> list["_Day"]:
        """What is not known to be of another day."""
        if sheet.day is None:
            return list(self.days.values())
        return [self.days[day] for day in (sheet.day, None) if day in self.days]

    def _others(self, rivals: dict[Sheet, list["_Day"]]) -> set[Sheet]:
        """Those that stand elsewhere in the chain of balances than what has their number.

        They follow on one that has it, or lead to one, and nothing that has it takes up that
        place. What one of them leads to in the same file is another statement as well.
        """
        behind, ahead = defaultdict(list), defaultdict(list)
        found = {}
        for sheet, days in rivals.items():
            if not any(sheet.opening in day.taken_openings for day in days):
                behind[sheet.day, sheet.opening].append(sheet)
                if any(sheet.opening in day.closings for day in days):
                    found[sheet] = True
            if not any(sheet.closing in day.taken_closings for day in days):
                ahead[sheet.day, sheet.closing].append(sheet)
                if any(sheet.closing in day.openings for day in days):
                    found[sheet] = True
        others = list(found)
        for sheet in others:  # grows
            for neighbour in (
                *behind.pop((sheet.day, sheet.closing), ()),
                *ahead.pop((sheet.day, sheet.opening), ()),
            ):
                if neighbour not in found:
                    found[neighbour] = True
                    others.append(neighbour)
        return set(others)


class _Day:
    """The balances of the statements that have one number on one day."""

    def __init__(self) -> None:
        self.latest = 0
        #: Balance → key of the latest with it.
        self.openings, self.closings = {}, {}
        #: Of those that moved the balance: an empty one leaves its place to the next.
        self.taken_openings, self.taken_closings = {None}, {None}

    def add(self, sheet: Sheet) -> None:
        self.latest = max(self.latest, sheet.key)
        self.openings[sheet.opening] = max(sheet.key, self.openings.get(sheet.opening, 0))
        self.closings[sheet.closing] = max(sheet.key, self.closings.get(sheet.closing, 0))
        if sheet.opening != sheet.closing:
            self.taken_openings.add(sheet.opening)
            self.taken_closings.add(sheet.closing)

    def rival_of(self, sheet: Sheet) -> tuple[int, int]:
        """(how likely it is, key) of the one that has the place of this one, else the latest."""
        if sheet.opening is not None and sheet.opening in self.openings:
            return 2, self.openings[sheet.opening]
        if sheet.closing is not None and sheet.closing in self.closings:
            return 1, self.closings[sheet.closing]
        return 0, self.latest
