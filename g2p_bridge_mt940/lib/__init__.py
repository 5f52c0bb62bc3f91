# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""MT940 statements as plain values: find them in a file, then read them entry by entry.

Pure, typed Python. :func:`scan` finds the statements of a file, :func:`read` gives one of
them with its entries as a lazy sequence; :func:`cut` finds the parts of a long one. What an
entry says in codes is read into fields of its own (``details``).

Fields that money depends on are parsed by the ``mt-940`` package and compared with a strict
reading of our own, so that neither can be wrong in silence.
"""

from .cut import cut
from .read import read
from .scan import Slice, scan

__all__ = ["Slice", "cut", "read", "scan"]
