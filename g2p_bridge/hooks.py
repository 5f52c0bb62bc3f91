"""What is done when the addon goes."""

from .lib import entry_statement
from .lib.lasting import function_name
from .lib.money_begun import FUNCTION_NAMES
from .models.statement_lines import DROP_PART_LINES


def uninstall_hook(env):
    """Functions outlive the tables that use them, two triggers are on a table of Odoo's, and the
    lines of parts are no model."""
    env.cr.execute("DROP TRIGGER IF EXISTS g2p_bridge_frozen_statement_file ON ir_attachment")
    env.cr.execute("DROP TRIGGER IF EXISTS g2p_bridge_frozen_rows ON ir_attachment")
    env.cr.execute(DROP_PART_LINES)
    reissue = function_name("g2p_bridge_disbursement", "reissue_of_id")
    for name in (*FUNCTION_NAMES, *entry_statement.FUNCTION_NAMES, reissue):
        env.cr.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
