# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What nobody changes or deletes any more, said once for the database and for the server.

A :class:`Frozen` names columns of a table and the condition, in SQL over the row ``old``,
under which they stay as they are. The database keeps it by triggers, whoever writes; they
cost nothing to a statement that sets other columns. The server asks the same condition
beforehand, so that people get a sentence and not an error of the database.
"""

from collections.abc import Iterator
from dataclasses import dataclass

#: What triggers raise: Odoo turns errors of this class into a message for the user.
ERROR_CODE = "23001"
#: Setting of one transaction under which rows may be deleted, see ``archiving``.
SETTING = "g2p_bridge.archiving"
ARCHIVING = f"COALESCE(current_setting('{SETTING}', TRUE), '') <> ''"

FUNCTIONS = f"""
    CREATE OR REPLACE FUNCTION g2p_bridge_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'UPDATE' AND TG_ARGV[0] = 'archive' AND {ARCHIVING} THEN
            RETURN OLD;
        END IF;
        IF TG_LEVEL = 'STATEMENT' THEN
            RAISE EXCEPTION '% keeps what is never lost, so it is not emptied', TG_TABLE_NAME
                USING ERRCODE = '{ERROR_CODE}', TABLE = TG_TABLE_NAME;
        END IF;
        RAISE EXCEPTION '% of row % of % is refused: what it keeps stays as it is (%)',
            TG_OP, OLD.id, TG_TABLE_NAME, TG_NAME
            USING ERRCODE = '{ERROR_CODE}', TABLE = TG_TABLE_NAME;
    END $$;
    CREATE OR REPLACE FUNCTION g2p_bridge_log_archiving() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {ARCHIVING} THEN
            RAISE LOG '% of % while archiving: %',
                TG_OP, TG_TABLE_NAME, current_setting('{SETTING}');
        END IF;
        RETURN NULL;
    END $$
"""
#: The functions above; they outlive the tables, so an addon drops its own when it goes.
FUNCTION_NAMES = ("g2p_bridge_refuse", "g2p_bridge_log_archiving")

#: Odoo's table of files, and what of a file that is kept stays as it is. Where it is stored is
#: nobody's concern.
FILES = "ir_attachment"
FILE_COLUMNS = (
    "res_model",
    "res_field",
    "res_id",
    "checksum",
    "type",
    "url",
    "public",
    "access_token",
)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Columns that stay as they are.

    :param name: short, in the name of the trigger
    :param columns: names
    :param when: condition over ``old`` under which they stay
    :param even_empty: whether one that is still empty stays so; else it may be filled once
    :param unless: condition over ``new`` of a change that is allowed all the same
    """

    name: str
    columns: tuple[str, ...]
    when: str = "TRUE"
    even_empty: bool = False
    unless: str = "FALSE"

    def kept(self, column: str) -> str:
        """The condition, over ``old`` alone, under which this column may not change."""
        return f"({self.when})" + ("" if self.even_empty else f" AND old.{column} IS NOT NULL")

    def broken(self) -> str:
        """The condition over ``old`` and ``new`` under which an update is refused."""
        changes = " OR ".join(
            f"old.{column} IS DISTINCT FROM new.{column}"
            + ("" if self.even_empty else f" AND old.{column} IS NOT NULL")
            for column in self.columns
        )
        return f"({self.when}) AND ({changes}) AND NOT ({self.unless})"


def table_triggers(
    table: str, rules: tuple[Frozen, ...], undeletable: str, archive: bool = True
) -> Iterator[str]:
    """SQL statements that keep the rules of a table; they may be run again at any time.

    A column can't change its type while a trigger names it: a migration that needs to drops
    the triggers first, and the next update of the addon makes them again.

    :param undeletable: condition over ``old`` under which a row may not be deleted
    :param archive: whether rows may be deleted all the same while :data:`ARCHIVING`
    """
    yield FUNCTIONS
    yield from row_triggers(table, rules, undeletable, archive)
    exempt = "archive" if archive else ""
    yield from _trigger(table, "frozen_table", "BEFORE TRUNCATE", "STATEMENT", "refuse", exempt)
    yield from _trigger(
        table, "log_archiving", "AFTER DELETE OR TRUNCATE", "STATEMENT", "log_archiving"
    )


def row_triggers(
    table: str,
    rules: tuple[Frozen, ...],
    undeletable: str,
    archive: bool = True,
    rows: str = "frozen_rows",
) -> Iterator[str]:
    """Those of :func:`table_triggers` that look at single rows.

    :param rows: name of the trigger that looks at what is deleted; others may have one as well
    """
    for rule in rules:
        event = f"BEFORE UPDATE OF {', '.join(rule.columns)}"
        # The executor itself judges WHEN: rows that pass never enter a function.
        scope = f"ROW WHEN ({rule.broken()})"
        yield from _trigger(table, f"frozen_{rule.name}", event, scope, "refuse")
    scope = f"ROW WHEN ({undeletable})"
    exempt = "archive" if archive else ""
    yield from _trigger(table, rows, "BEFORE DELETE", scope, "refuse", exempt)


def file_triggers(model: str, field: str, when: str = "TRUE") -> Iterator[str]:
    """SQL statements that keep the file of a field, wherever attachments are stored.

    One attachment per record, whose content, place and readers stay as they are. They may be
    run again at any time.

    :param model: name of the model
    :param field: its binary field that is stored as an attachment
    :param when: condition over ``old``, the attachment, under which it stays
    """
    name = _file_name(model)
    of_field = f"res_model = '{model}' AND res_field = '{field}'"
    stored = f"old.res_model = '{model}' AND old.res_field = '{field}' AND ({when})"
    rule = Frozen(name, FILE_COLUMNS, stored, even_empty=True)
    yield from row_triggers(FILES, (rule,), stored, archive=False, rows=f"frozen_{name}_rows")
    yield (
        f"CREATE UNIQUE INDEX IF NOT EXISTS g2p_bridge_{name}_once"
        f" ON {FILES} (res_id) WHERE {of_field}"
    )


def drop_file_triggers(model: str) -> Iterator[str]:
    """SQL statements that take back what :func:`file_triggers` has made."""
    name = _file_name(model)
    yield f"DROP TRIGGER IF EXISTS g2p_bridge_frozen_{name} ON {FILES}"
    yield f"DROP TRIGGER IF EXISTS g2p_bridge_frozen_{name}_rows ON {FILES}"
    yield f"DROP INDEX IF EXISTS g2p_bridge_{name}_once"


def _file_name(model):
    return f"file_of_{model.removeprefix('g2p.bridge.').replace('.', '_')}"


def _trigger(table, name, event, scope, function, argument=""):
    name = f"g2p_bridge_{name}"
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE TRIGGER {name} {event} ON {table} FOR EACH {scope}"
        f" EXECUTE FUNCTION g2p_bridge_{function}('{argument}')"
    )
