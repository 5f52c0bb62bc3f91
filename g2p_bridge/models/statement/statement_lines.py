from odoo import models
from odoo.tools import SQL
from psycopg2.errors import QueryCanceled

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK

from ...lib.block import Block
from ...lib.copy import copy_rows
from ...lib.near_reference import contained_references
from ...lib.reference import is_reference

#: What is read of every line, and kept in a table until the statement is recorded. Of what names
#: no payment in the place where its ID belongs, also the IDs that its texts hold (``hints``) and
#: the batch that it may book as one.
COLUMNS = {
    "entry_sequence": "integer",
    "value_date": "date",
    "entry_date": "date",
    "mark": "text",
    "amount": "numeric",
    "customer_reference": "text",
    "bank_reference": "text",
    "narratives": "text",
    "raw": "text",
    "transaction_type": "text",
    "supplementary_details": "text",
    "end_to_end_id": "text",
    "instruction_id": "text",
    "batch_reference": "text",
    "batch_count": "integer",
    "reason_code": "text",
    "counterparty_name": "text",
    "counterparty_account": "text",
    "reference": "text",
    "is_ours": "boolean",
    "hints": "text",
    "batch_named": "text",
    "beneficiary_name": "text",
    "reversal_reason": "text",
}
DEFINITIONS = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
CREATE_LINES = f"CREATE TEMPORARY TABLE g2p_bridge_lines ({DEFINITIONS}) ON COMMIT DROP"
#: Lines of statements in parts, numbered from 1 in each part, until the statement is recorded
#: or has failed. They can be read from the file again: so it is unlogged, a crash may empty it,
#: and an upgrade makes it anew, with the columns that it has by then.
CREATE_PART_LINES = f"""
    DROP TABLE IF EXISTS g2p_bridge_part_line;
    CREATE UNLOGGED TABLE g2p_bridge_part_line (part_id integer, {DEFINITIONS});
    CREATE INDEX g2p_bridge_part_line_part_id ON g2p_bridge_part_line (part_id);
    CREATE OR REPLACE FUNCTION g2p_bridge_forget_part() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        DELETE FROM g2p_bridge_part_line WHERE part_id = OLD.id;
        RETURN NULL;
    END $$;
    DROP TRIGGER IF EXISTS g2p_bridge_forget_part ON g2p_bridge_statement_part;
    CREATE TRIGGER g2p_bridge_forget_part AFTER DELETE ON g2p_bridge_statement_part FOR EACH
        ROW EXECUTE FUNCTION g2p_bridge_forget_part()
"""
DROP_PART_LINES = """
    DROP TABLE IF EXISTS g2p_bridge_part_line;
    DROP FUNCTION IF EXISTS g2p_bridge_forget_part CASCADE
"""


class StatementLines(models.Model):
    """The lines of a statement between the file and the entries that they become."""

    _inherit = "g2p.bridge.statement"

    def _lines(self, parsed):
        """Bring all lines into the database; those of parts are there.

        :param parsed: ``lib.statement.Statement``, its entries not yet read
        :return: list of :class:`Block`, in order
        """
        if self.part_ids:
            return self.part_ids._blocks()
        self.env.cr.execute(CREATE_LINES)
        count = self._copy_lines("g2p_bridge_lines", parsed.entries)
        self.env.cr.execute("ANALYZE g2p_bridge_lines (entry_sequence, mark, reference)")
        return [Block(SQL("SELECT * FROM g2p_bridge_lines"), 0, count)]

    def _forget_lines(self):
        """What became entries is needed no more."""
        if self.part_ids:
            self.part_ids.unlink()
        else:
            self.env.cr.execute("DROP TABLE g2p_bridge_lines")

    def _copy_lines(self, table, entries, **more):
        """Copy what is to be known of each entry into a table.

        :param more: columns and the values that they have in every row
        :return: how many rows there are
        """
        bank = self.sponsor_bank_id or self._own_payers()[:1].sponsor_bank_id
        raised = []
        rows = _remembering(_rows(entries, bank._get_connector(), tuple(more.values())), raised)
        try:
            copy_rows(self.env.cr, table, (*more, *COLUMNS), rows)
        except QueryCanceled as error:
            # What the format or the connector says of a line is hidden in a text of COPY's.
            raise (raised[0] if raised else error) from None
        return self.env.cr.rowcount


def _rows(entries, connector, more):
    """The values of one entry after the other; the connector says what a line speaks of."""
    find, find_batch = connector.retrieve_disbursement_id, connector.retrieve_batch_reference
    name, reason = connector.retrieve_beneficiary_name, connector.retrieve_reversal_reason
    for entry in entries:
        reference = find(entry)
        is_ours = is_reference(reference)
        yield (
            *more,
            entry.sequence,
            entry.value_date,
            entry.entry_date,
            entry.mark,
            entry.amount,
            entry.customer_reference,
            entry.bank_reference,
            "\n".join(entry.narratives),
            entry.raw,
            entry.transaction_type,
            entry.supplementary_details,
            entry.end_to_end_id,
            entry.instruction_id,
            entry.batch_reference,
            entry.batch_count,
            entry.reason_code,
            entry.counterparty_name,
            entry.counterparty_account,
            reference,
            is_ours,
            "" if is_ours else " ".join(contained_references(*entry.texts)),
            "" if is_ours else find_batch(entry),
            name(entry),
            reason(entry) if entry.mark in BACK else "",
        )


def _remembering(lines, raised):
    """The same lines; an error on the way is put into ``raised`` before it goes on."""
    try:
        yield from lines
    except Exception as error:
        raised.append(error)
        raise
