# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is done when the addon goes."""

from odoo.addons.g2p_bridge_base.lib.frozen import drop_file_triggers
from odoo.addons.g2p_bridge_base.links import function_name

from .models.disbursement import account_seen
from .models.file_import import import_file
from .models.statement import statement_entry
from .models.statement.statement_part import DROP_PART_LINES
from .models.step.money_begun import FUNCTION_NAMES


def uninstall_hook(env):
    """Functions outlive the tables that use them, some triggers are on a table of Odoo's, and the
    lines of parts are no model."""
    for model in ("g2p.bridge.statement.file", "g2p.bridge.import"):
        for statement in drop_file_triggers(model):
            env.cr.execute(statement)
    env.cr.execute(DROP_PART_LINES)
    env.cr.execute(account_seen.DROP)
    reissue = function_name("g2p_bridge_disbursement", "reissue_of_id")
    names = (*FUNCTION_NAMES, *statement_entry.FUNCTION_NAMES, *import_file.FUNCTION_NAMES)
    for name in (*names, reissue):
        env.cr.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
