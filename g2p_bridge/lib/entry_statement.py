# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How the database keeps that every entry has a statement, once for all that are written together.

A foreign key would look for the statement, and lock it, anew for each of a million entries,
which takes a sixth of the time in which they are recorded. These triggers keep the same: no
entry without a statement, no statement that goes while entries are written, and entries that
go with their statement, where a statement may go. No entry ever changes its statement.
"""

CREATE = """
    CREATE OR REPLACE FUNCTION g2p_bridge_have_statements() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (SELECT COUNT(DISTINCT statement_id) FROM fresh) <> (
            SELECT COUNT(*) FROM (
                SELECT FROM g2p_bridge_statement WHERE id IN (SELECT statement_id FROM fresh)
                   FOR KEY SHARE) found)
        THEN
            RAISE EXCEPTION 'An entry refers to a statement that does not exist'
                USING ERRCODE = 'foreign_key_violation', TABLE = TG_TABLE_NAME;
        END IF;
        RETURN NULL;
    END $$;
    CREATE OR REPLACE FUNCTION g2p_bridge_go_with_statement() RETURNS trigger
    LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM g2p_bridge_statement_entry WHERE statement_id = OLD.id;
        RETURN NULL;
    END $$;
    ALTER TABLE g2p_bridge_statement_entry
        DROP CONSTRAINT IF EXISTS g2p_bridge_statement_entry_statement_id_fkey;
    DROP TRIGGER IF EXISTS g2p_bridge_have_statements ON g2p_bridge_statement_entry;
    CREATE TRIGGER g2p_bridge_have_statements AFTER INSERT ON g2p_bridge_statement_entry
        REFERENCING NEW TABLE AS fresh
        FOR EACH STATEMENT EXECUTE FUNCTION g2p_bridge_have_statements();
    DROP TRIGGER IF EXISTS g2p_bridge_go_with_statement ON g2p_bridge_statement;
    CREATE TRIGGER g2p_bridge_go_with_statement AFTER DELETE ON g2p_bridge_statement
        FOR EACH ROW EXECUTE FUNCTION g2p_bridge_go_with_statement()
"""
FUNCTION_NAMES = ("g2p_bridge_have_statements", "g2p_bridge_go_with_statement")
