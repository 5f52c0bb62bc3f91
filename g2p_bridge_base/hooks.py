"""What is done when the addon goes."""

from .lib.frozen import FUNCTION_NAMES


def uninstall_hook(env):
    """Functions of the database outlive the tables that use them."""
    for name in FUNCTION_NAMES:
        env.cr.execute(f"DROP FUNCTION IF EXISTS {name} CASCADE")
