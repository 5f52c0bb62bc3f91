"""A mark for contexts that says: the bridge's own code has put it there.

Whoever calls from outside may send any context, but only plain values: never this object.
"""

INSIDE = object()
