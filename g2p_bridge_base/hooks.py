# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is done when the addon goes."""

from .lib.frozen import FUNCTION_NAMES


def uninstall_hook(env):
    """Functions of the database outlive the tables that use them."""
    for name in FUNCTION_NAMES:
        env.cr.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
