"""Whom nobody is to pay any more, as the registry says."""

#: Condition of a partner p: disabled in the registry, or archived.
GONE = "(p.disabled IS NOT NULL OR p.active IS NOT TRUE)"
