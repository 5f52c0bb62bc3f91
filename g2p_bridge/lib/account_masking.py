# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who sees account numbers in full, and what all others see of them."""

from .financial_address import mask

FULL_ACCOUNT_GROUPS = "g2p_bridge_base.group_finance,g2p_bridge_base.group_admin"


def masked(account_number):
    """All but the last four characters replaced, as shown to most people and in logs."""
    return mask(account_number or "")
