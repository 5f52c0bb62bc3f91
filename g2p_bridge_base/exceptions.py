"""How the bridge refuses what its web client can mend."""

from odoo.exceptions import UserError


class SecondFactorNeeded(UserError):
    """Nothing was done: a code of the person's authenticator app is asked for first.

    The web client asks for the code and then sends the same call once more.
    """
