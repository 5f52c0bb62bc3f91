# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Links that lock nothing."""

from odoo import fields


class LooseMany2one(fields.Many2one):
    """A many2one without a foreign key.

    Checking a foreign key locks the row that it points at. For rows that are written all the
    time, an envelope's say, that would make whoever writes this link conflict with them.
    Only for what is never deleted, or where a dead link does no harm.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column as it is."""
