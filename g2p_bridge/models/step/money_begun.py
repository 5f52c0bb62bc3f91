# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the database asks before it lets a row of ours go."""

from .step_states import HAS_BEGUN

#: Whether an envelope's money may have moved.
FUNCTIONS = f"""
    CREATE OR REPLACE FUNCTION g2p_bridge_money_begun(envelope integer) RETURNS boolean
    LANGUAGE plpgsql STABLE AS $$
    BEGIN
        RETURN EXISTS (
            SELECT FROM g2p_bridge_funds_step s
             WHERE s.envelope_id = envelope AND {HAS_BEGUN.sql("s")}
        ) OR EXISTS (
            SELECT FROM g2p_bridge_bank_batch s
             WHERE s.envelope_id = envelope AND {HAS_BEGUN.sql("s")});
    END $$
"""
FUNCTION_NAMES = ("g2p_bridge_money_begun",)
#: Over ``old``: what an envelope is made of can't be deleted any more, nor the envelope itself.
MONEY_BEGUN = "g2p_bridge_money_begun(old.envelope_id)"
MONEY_OF_ENVELOPE_BEGUN = "g2p_bridge_money_begun(old.id)"
