# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the database asks before it lets a row of ours go."""

#: Whether an envelope's money may have moved.
FUNCTIONS = """
    CREATE OR REPLACE FUNCTION g2p_bridge_money_begun(envelope integer) RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
    BEGIN
        RETURN EXISTS (
            SELECT FROM g2p_bridge_funds_step WHERE envelope_id = envelope
               AND (attempts > 0 OR state NOT IN ('pending', 'cancelled'))
        ) OR EXISTS (
            SELECT FROM g2p_bridge_bank_batch WHERE envelope_id = envelope
               AND (attempts > 0 OR state NOT IN ('open', 'pending', 'cancelled')));
    END $$
"""
FUNCTION_NAMES = ("g2p_bridge_money_begun",)
#: Over ``old``: what an envelope is made of can't be deleted any more.
MONEY_BEGUN = "g2p_bridge_money_begun(old.envelope_id)"
