# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How fresh the proof of a second factor has to be: a number of minutes.

``EACH`` asks for a proof of its own for every decision, None for no proof at all.
"""

#: A proof counts for one decision alone.
EACH = 0


def strictest(*demands):
    """:return: the demand that meets all of them"""
    return min((demand for demand in demands if demand is not None), default=None)


def read_demand(text):
    """What ``second_factor`` in the server's configuration file asks for.

    :raises ValueError: it is neither ``off`` nor ``each`` nor a number of minutes above zero
    """
    word = (text or "").strip().lower()
    if word in ("", "off"):
        return None
    if word == "each":
        return EACH
    minutes = int(word)
    if minutes < 1:
        raise ValueError(word)
    return minutes
