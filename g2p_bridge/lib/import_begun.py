# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the database asks before it lets the file of an import go."""

#: Whether the file of an import is being worked on, or is the proof of what was imported.
FUNCTIONS = """
    CREATE OR REPLACE FUNCTION g2p_bridge_import_begun(import integer) RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
    BEGIN
        RETURN EXISTS (
            SELECT FROM g2p_bridge_import WHERE id = import
               AND state IN ('checking', 'importing', 'done'));
    END $$
"""
FUNCTION_NAMES = ("g2p_bridge_import_begun",)
#: Over ``old``, the attachment.
IMPORT_BEGUN = "g2p_bridge_import_begun(old.res_id)"
