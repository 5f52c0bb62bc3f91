from odoo import fields, models

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen
from odoo.addons.g2p_bridge_base.links import UncheckedLink

# Every entry has a statement, asked once for all that are written together. A foreign key would
# look for the statement, and lock it, anew for each of a million entries, which takes a sixth of
# the time in which they are recorded. These triggers keep the same: no entry without a statement,
# no statement that goes while entries are written, and entries that go with their statement,
# where a statement may go. No entry ever changes its statement.
KEEP_STATEMENTS = """
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
#: They outlive the tables.
FUNCTION_NAMES = ("g2p_bridge_have_statements", "g2p_bridge_go_with_statement")


class StatementEntry(models.Model):
    """A line of a statement, kept as received, and what it turned out to be."""

    _name = "g2p.bridge.statement.entry"
    _description = "Statement Entry"
    _inherit = ["g2p.bridge.statement.entry.record", "g2p.bridge.frozen.mixin"]
    _order = "statement_id desc, entry_sequence"
    _rec_name = "customer_reference"
    _log_access = False
    # Entries are written together with their statement's end, so there are none before.
    _frozen = (
        Frozen(
            "received",
            (
                "statement_id",
                "entry_sequence",
                "value_date",
                "entry_date",
                "mark",
                "amount",
                "customer_reference",
                "bank_reference",
                "narratives",
                "raw",
                "transaction_type",
                "supplementary_details",
                "end_to_end_id",
                "instruction_id",
                "batch_reference",
                "batch_count",
                "reason_code",
                "counterparty_name",
                "counterparty_account",
                "reference",
                "beneficiary_name",
                "reversal_reason",
            ),
            even_empty=True,
        ),
    )

    # Kept by triggers, see ``KEEP_STATEMENTS``.
    statement_id = UncheckedLink(
        "g2p.bridge.statement", required=True, readonly=True, ondelete="cascade", index=True
    )
    disbursement_id = fields.Many2one("g2p.bridge.disbursement", readonly=True, ondelete="restrict")

    # The database itself keeps that a payment is debited, and comes back, a first time once.
    # Lines that are not matched differ by their ID, so that one index does for the search as well.
    _one_of_each = models.UniqueIndex(
        "(disbursement_id, (mark IN ('C', 'RD')),"
        " (CASE WHEN outcome = 'matched' THEN ordinal ELSE -id END))"
        " WHERE disbursement_id IS NOT NULL",
        "The disbursement has its debit, or its return, already.",
    )
    _one_of_each_batch = models.UniqueIndex(
        "(bank_batch_id, (mark IN ('C', 'RD')),"
        " (CASE WHEN outcome = 'matched' THEN ordinal ELSE -id END))"
        " WHERE bank_batch_id IS NOT NULL",
        "The bank batch has its debit, or its return, already.",
    )
    _errors = models.Index("(statement_id) WHERE outcome = 'error'")

    def init(self):
        super().init()
        self.env.cr.execute(KEEP_STATEMENTS)
