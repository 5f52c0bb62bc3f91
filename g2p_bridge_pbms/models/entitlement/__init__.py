"""Entitlements of PBMS.

entitlement           the record: why it can't be paid, how far its payment is, who approved it
entitlement_manager   PBMS's approval of entitlements: within the fund, and only this counts
fund_sql              what the fund of a program has to cover
"""

from . import entitlement
from . import entitlement_manager
