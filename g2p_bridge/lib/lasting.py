"""Links to disbursements that last while these move to the archive and back.

A foreign key names one table. These links are kept by triggers instead: what they point at is
at hand or in the archive, and nobody deletes it, whoever writes.
"""

from odoo.addons.g2p_bridge_base.lib.frozen import ARCHIVING

#: Where disbursements lie: at hand, and in the archive.
HOT, COLD = "g2p_bridge_disbursement", "g2p_bridge_disbursement_archive"


def function_name(table: str, column: str) -> str:
    """The function that keeps a link; it outlives the table, so its addon drops it."""
    return f"g2p_bridge_link_{table}_{column}"


def link_triggers(table: str, column: str):
    """SQL statements that keep the links of a column; they may be run again at any time."""
    name = function_name(table, column)
    yield f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF TG_OP = 'DELETE' THEN
                IF EXISTS (SELECT FROM {table} WHERE {column} = OLD.id) THEN
                    RAISE EXCEPTION '{HOT} % is still named by {table}.{column}', OLD.id
                        USING ERRCODE = '23503', TABLE = '{table}', CONSTRAINT = '{name}';
                END IF;
                RETURN NULL;
            END IF;
            PERFORM FROM {HOT} WHERE id = NEW.{column} FOR KEY SHARE;
            IF NOT FOUND THEN
                PERFORM FROM {COLD} WHERE id = NEW.{column};
                IF NOT FOUND THEN
                    RAISE EXCEPTION '{table}.{column}: there is no {HOT} %', NEW.{column}
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
    # Who moves a row to the archive deletes it here, and it is still there.
    yield from _trigger(name, HOT, "DELETE", f"NOT ({ARCHIVING})", name)


def _trigger(name, table, event, condition, function):
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield (
        f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW"
        f" WHEN ({condition}) EXECUTE FUNCTION {function}()"
    )
