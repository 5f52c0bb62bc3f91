"""What is done when the addon goes."""

from .lib.lasting import function_name
from .lib.money_begun import FUNCTION_NAMES


def uninstall_hook(env):
    """Functions outlive the tables that use them, and one trigger is on a table of Odoo's."""
    env.cr.execute("DROP TRIGGER IF EXISTS g2p_bridge_frozen_statement_file ON ir_attachment")
    for name in (*FUNCTION_NAMES, function_name("g2p_bridge_disbursement", "reissue_of_id")):
        env.cr.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
