# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How long to wait before something that failed is tried again."""

import random

#: Seconds before the first repetition, and at most between two.
FIRST, LONGEST = 60, 6 * 3600


def delay(failures: int, chance=random.random) -> int:
    """Seconds to wait after so many failures in a row.

    Twice as long each time, and by chance up to half of that less: receivers that failed
    together are not all called again at the same moment.
    """
    whole = min(FIRST * 2 ** min(max(failures, 1) - 1, 20), LONGEST)
    return round(whole * (1 - chance() / 2))
