# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.tools import SQL, sql

from .lib.lasting import link_triggers

FOREIGN_KEYS = """
    SELECT c.conname FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
     WHERE c.contype = 'f' AND c.conrelid = %s::regclass AND a.attname = %s
"""


class UncheckedLink(fields.Many2one):
    """A link whose target stays by other means than a foreign key, or needs none.

    For tables of millions of rows, where a foreign key is checked anew for each of them.
    """

    def update_db_foreign_key(self, model, column):
        pass


class LastingLink(fields.Many2one):
    """A link to a disbursement that may be moved to the archive meanwhile.

    While it is there the link stays as it is, and shows the disbursement's ID. See
    ``lib.lasting`` for what keeps it.
    """

    def update_db_foreign_key(self, model, column):
        """Triggers in the place of a foreign key; not for the archive's own rows."""
        env = model.env
        for (name,) in env.execute_query(SQL(FOREIGN_KEYS, model._table, self.name)):
            sql.drop_constraint(env.cr, model._table, name)
        if not getattr(model, "_hot", None):
            for statement in link_triggers(model._table, self.name):
                env.cr.execute(statement)
