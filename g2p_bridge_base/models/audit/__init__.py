# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The audit trail: who did what, sealed so that a change is seen.

- ``audit``, ``audit_decisions``: the records, and which columns tell of decisions
- ``audit_seal``, ``audit_head``: the chain over them, and its heads outside the database
- ``audit_verify``: whether records, chain and heads agree
- ``own_history``: what people may write in the history of our records: comments in their own name
- ``audited_mixin``, ``audited_config``: models whose decisions, and whose changes, are kept
- ``audited_right``, ``audited_group``, ``audited_user``: the same of rights, groups and accounts
"""

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
