# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK
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
    """A line of a statement, kept as received, and what it turned out to be.

    Its other pieces: ``entry_decision`` (what a person decides about it), ``entry_messages`` (what
    people are told about it), ``entry_suggestion`` (which payments it may speak of). What is kept
    of a line, live or archived, is told by ``statement_entry_record``.
    """

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

    # === Fields ===

    # Kept by triggers, see ``KEEP_STATEMENTS``.
    statement_id = UncheckedLink(
        "g2p.bridge.statement", required=True, readonly=True, ondelete="cascade", index=True
    )
    disbursement_id = fields.Many2one("g2p.bridge.disbursement", readonly=True, ondelete="restrict")

    # === Constraints ===

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

    # === Actions ===

    def action_match(self):
        """Open the window in which this line is matched by hand."""
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("finance")
        self.check_access("read")
        return self.env["g2p.bridge.entry.match"]._open(self)

    def action_not_ours(self):
        return self._ask("entry_not_ours", self.env._("Mark as Not Ours"))

    def action_reopen(self):
        return self._ask("entry_reopen", self.env._("Take Up Again"))

    def action_confirm(self):
        """Say the same as the person who has decided about this line first."""
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("finance")
        self.check_access("read")
        self.env["g2p.bridge.second.factor"]._demand(self.statement_id)
        self.sudo()._decide_second()
        return True

    # === Helpers ===

    def _ask(self, kind, title):
        """:return: the action that asks for a decision about these lines, with its reason"""
        self.env["res.users"]._g2p_bridge_check_role("finance")
        return self.env["g2p.bridge.decision"]._open(self, kind, title)

    def _is_back(self):
        """Whether money came by this line."""
        return self.mark in BACK

    def _label(self):
        """How people call this line."""
        return self.env._(
            "%(statement)s line %(line)s",
            statement=self.statement_id.display_name,
            line=self.entry_sequence,
        )

    def _outcome_label(self):
        return dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]

    def _mark_label(self):
        return dict(self._fields["mark"]._description_selection(self.env))[self.mark]

    def _history_title(self):
        """What this matched line means for its payment."""
        if self._is_back():
            return self.env._("Came back")
        return self.env._("Debited") if self.ordinal == 1 else self.env._("Paid again")
