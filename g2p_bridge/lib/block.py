# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lines of a statement that are written in one go."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Block:
    """The lines above a number up to another.

    :param lines: SQL of a query that gives them, numbered through the whole statement
    """

    lines: Any
    above: int
    upto: int
