# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is done when the addon goes."""

from odoo.addons.g2p_bridge_base.links import function_name


def uninstall_hook(env):
    """A trigger on the table of disbursements looks into the payments of PBMS."""
    name = function_name("g2p_payment", "bridge_disbursement_id")
    env.cr.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
