# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Entitlements of PBMS.

entitlement           the record: why it can't be paid, how far its payment is, who approved it
entitlement_manager   PBMS's approval of entitlements: within the fund, and only this counts
fund_sql              what the fund of a program has to cover
"""

from . import entitlement
from . import entitlement_manager
