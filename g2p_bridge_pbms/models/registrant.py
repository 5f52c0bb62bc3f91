# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Registrants whom nobody is to pay any more, as the registry says: in SQL and as a domain."""

from odoo.fields import Domain

#: Condition of a partner p: disabled in the registry, or archived.
IS_GONE = "(p.disabled IS NOT NULL OR p.active IS NOT TRUE)"


def gone_domain(path: str) -> Domain:
    """The same of whom a field leads to.

    :param path: name of a link to a partner, through other links or not
    """
    return Domain(f"{path}.disabled", "!=", False) | Domain(f"{path}.active", "=", False)
