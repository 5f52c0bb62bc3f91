# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a
     WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY a.attname
"""


class ArchiveMixin(models.AbstractModel):
    """Archived rows: moved out of the table of live ones, and moved back as they were.

    They are made and deleted only by moving them, and never changed. Where it does not matter in
    which of the two tables a row lies, queries read the view ``<table>_all``.
    """

    _name = "g2p.bridge.cold.mixin"
    _description = "Archive of a Table"
    _inherit = ["g2p.bridge.frozen.mixin"]

    #: The model of the live rows. Also says to links that they need not be kept here.
    _archive_of = None
    #: The abstract model that says which columns both tables and the view have.
    _record = None

    @property
    def _frozen(self):
        return (Frozen("archived", tuple(self._columns()), even_empty=True),)

    # === Constraints ===

    def init(self):
        """Full pages, as no row is ever rewritten; the columns of the live table; the view."""
        if not self._abstract:
            self._take_columns()
            self.env.cr.execute(
                SQL("ALTER TABLE %s SET (fillfactor = 100)", SQL.identifier(self._table))
            )
            self._make_view()
        super().init()

    # === Helpers ===

    def _columns(self):
        """:return: names of all columns of the table that rows come from, in order"""
        return [name for name, _kind in self._columns_of(self.env[self._archive_of]._table)]

    def _take_columns(self):
        """Add the columns that other addons have given to the table that rows come from."""
        own = dict(self._columns_of(self._table))
        for name, kind in self._columns_of(self.env[self._archive_of]._table):
            if name not in own:
                self.env.cr.execute(
                    SQL(
                        "ALTER TABLE %s ADD COLUMN %s %s",
                        SQL.identifier(self._table),
                        SQL.identifier(name),
                        SQL(kind),
                    )
                )

    def _columns_of(self, table):
        """[(name, type as the database writes it)]"""
        return self.env.execute_query(SQL(COLUMNS, table))

    def _make_view(self):
        """Both tables as one, with the columns that the bridge itself has given them."""
        record, live = self.env[self._record], self.env[self._archive_of]
        names = ["id", "disbursement_id"] if "disbursement_id" not in record._fields else ["id"]
        names += [name for name, field in record._fields.items() if field.store and name != "id"]
        view = SQL.identifier(f"{live._table}_all")
        columns = SQL(", ").join(map(SQL.identifier, names))
        self.env.cr.execute(SQL("DROP VIEW IF EXISTS %s", view))
        self.env.cr.execute(
            SQL(
                "CREATE VIEW %s AS SELECT %s FROM %s UNION ALL SELECT %s FROM %s",
                view,
                columns,
                SQL.identifier(live._table),
                columns,
                SQL.identifier(self._table),
            )
        )
