# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The values that the parts of the step protocol hand to each other."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to carry out one attempt of a step.

    :param attempt: number of the attempt; a record under another number is too late
    :param ask: only ask what became of the earlier attempt, send nothing
    :param refusal: why nothing is to be done now
    """

    attempt: int = 0
    ask: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended: done, waiting, rejected, unavailable, unknown, never_received."""

    kind: str
    result: Any = None
    code: str = ""
    message: str = ""
