"""PBMS's entitlements, their approval and the program's fund."""

from . import entitlement
from . import entitlement_currency
from . import entitlement_view
from . import handover_entitlement
from . import fund
