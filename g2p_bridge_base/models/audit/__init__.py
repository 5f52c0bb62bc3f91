# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The audit trail: who did what, sealed so that a change is seen."""

from . import audit
from . import audit_seal
from . import audit_head
from . import audit_verify
from . import audit_decisions
from . import own_history
from . import audited_mixin
from . import audited_config
from . import audited_group
from . import audited_user
from . import audited_right
