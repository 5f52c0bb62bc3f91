# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the bridge refuses."""

from odoo.exceptions import UserError


class BridgeError(UserError):
    """An operation was refused and nothing was changed.

    :param code: the code on the wire, e.g. ``INVALID_PROGRAM_MNEMONIC``
    :param message: the translated sentence on screen: what is wrong and what to do
    :param rows: for list operations, one dict per given row with its
        ``response_error_codes`` (empty for rows without fault)
    """

    def __init__(self, code, message, rows=None):
        super().__init__(message)
        self.code = code
        self.rows = rows or []
