# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A mark for contexts that says: the bridge's own code has put it there.

Whoever calls from outside may send any context, but only plain values: never this object.
"""

INSIDE = object()
