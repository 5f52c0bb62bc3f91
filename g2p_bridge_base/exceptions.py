# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the bridge refuses what its web client can mend."""

from odoo.exceptions import UserError


class SecondFactorNeeded(UserError):
    """Nothing was done: a code of the person's authenticator app is asked for first.

    The web client asks for the code and then sends the same call once more.
    """
