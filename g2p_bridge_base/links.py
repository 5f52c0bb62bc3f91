# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Three kinds of many2one without a foreign key, and what each has in its place.

* :class:`LooseLink`: nothing. The row that it points at is not locked, and may go.
* :class:`UncheckedLink`: something else keeps what it points at, once for many rows.
* :class:`LastingLink`: triggers. What it points at is live or archived, and nobody deletes it.
"""

from odoo import fields
from odoo.tools import SQL, sql

from .lib.frozen import ARCHIVING

FOREIGN_KEYS = """
    SELECT c.conname FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND c.conkey = ARRAY[a.attnum]
     WHERE c.contype = 'f' AND c.conrelid = %s::regclass AND a.attname = %s
"""


class LooseLink(fields.Many2one):
    """A link that locks nothing.

    Checking a foreign key locks the row that it points at. For rows that are written all the
    time, an envelope's say, that would make writers of this link conflict with them.
    Only for what is never deleted, or where a dead link does no harm.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column as it is."""


class UncheckedLink(fields.Many2one):
    """A link whose target stays by other means than a foreign key.

    For tables of millions of rows, where a foreign key is checked anew for each of them. Say
    at the field what keeps the target.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column as it is."""


class LastingLink(fields.Many2one):
    """A link that lasts while its target moves to the archive and back.

    A foreign key names one table. This link is kept by triggers instead: its target lies in the
    table of its model or in that table's archive, and nobody deletes it.
    """

    def update_db_foreign_key(self, model, column):
        """Triggers in the place of a foreign key; not for the archive's own rows."""
        env = model.env
        for (name,) in env.execute_query(SQL(FOREIGN_KEYS, model._table, self.name)):
            sql.drop_constraint(env.cr, model._table, name)
        if not getattr(model, "_archive_of", None):
            for statement in link_triggers(model._table, self.name, env[self.comodel_name]._table):
                env.cr.execute(statement)


def function_name(table: str, column: str) -> str:
    """The function that keeps a lasting link; it outlives the table, so its addon drops it."""
    return f"g2p_bridge_link_{table}_{column}"


def link_triggers(table: str, column: str, live: str):
    """SQL statements that keep the links of a column; they may be run again at any time.

    :param live: the table that the links point into; its archive is called ``<live>_archive``
    """
    name = function_name(table, column)
    yield f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF EXISTS (SELECT FROM {table} WHERE {column} = OLD.id) THEN
                    RAISE EXCEPTION '{live} % is still named by {table}.{column}', OLD.id
                        USING ERRCODE = '23503', TABLE = '{table}', CONSTRAINT = '{name}';
                END IF;
                RETURN NULL;
            END IF;
            PERFORM FROM {live} WHERE id = NEW.{column} FOR KEY SHARE;
            IF NOT FOUND THEN
                PERFORM FROM {live}_archive WHERE id = NEW.{column};
                IF NOT FOUND THEN
                    RAISE EXCEPTION '{table}.{column}: there is no {live} %', NEW.{column}
                        USING ERRCODE = '23503', TABLE = '{table}', CONSTRAINT = '{name}';
                END IF;
            END IF;
            RETURN NULL;
        END $$
    """
    new = f"new.{column} IS NOT NULL"
    changed = f"{new} AND new.{column} IS DISTINCT FROM old.{column}"
    yield from _trigger(f"{name}_new", table, "INSERT", new, name)
    yield from _trigger(f"{name}_set", table, f"UPDATE OF {column}", changed, name)
    # Moving a row to the archive deletes it from the live table; it is still there.
    yield from _trigger(name, live, "DELETE", f"NOT ({ARCHIVING})", name)


def _trigger(name, table, event, condition, function):
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
        f" WHEN ({condition}) EXECUTE FUNCTION {function}()"
    )
