# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ...lib.account_masking import FULL_ACCOUNT_GROUPS
from ...lib.statement import StatementFormatError
from ...lib.step import Outcome
from .matching_sql import COLUMNS, DEFINITIONS, Block

#: States of a part of which nothing more is to come.
ENDED = ("done", "failed")
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


class StatementPart(models.Model):
    """A part of a long statement: its lines are read by a job of its own.

    Parts are read side by side, in any order, long before the statement itself is processed; none
    of their lines counts before all of them become entries, together, in the statement's own step.
    Afterwards there are no parts any more.
    """

    _name = "g2p.bridge.statement.part"
    _description = "Part of a Bank Statement"
    _inherit = ["g2p.bridge.step.mixin"]
    _order = "statement_id, position"
    _step_has_effect = False

    # === Fields ===

    state = fields.Selection(default="open")
    statement_id = fields.Many2one(
        "g2p.bridge.statement", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="statement_id.company_id")
    position = fields.Integer(readonly=True, help="Which part of the statement this is, from 1.")
    place = fields.Json(
        readonly=True,
        groups=FULL_ACCOUNT_GROUPS,
        help="Where the part lies in the file, as the format of the statement puts it.",
    )
    line_count = fields.Integer("Lines", readonly=True)

    # === Constraints ===

    def init(self):
        """The table of lines is no model: nobody but the steps has business with it."""
        self.env.cr.execute(CREATE_PART_LINES)

    # === Compute ===

    @api.depends("statement_id", "position")
    def _compute_display_name(self):
        for part in self:
            part.display_name = self.env._(
                "%(statement)s, part %(position)s",
                statement=part.statement_id.statement_id,
                position=part.position,
            )

    # === Steps ===

    def _step_enqueue(self):
        self.filtered(lambda part: part.state == "open").write({"state": "pending"})
        super()._step_enqueue()

    def _step_call(self, payload):
        try:
            return self._in_own_transaction("_read_lines")
        except StatementFormatError as error:
            return Outcome("rejected", code="INVALID_FORMAT", message=str(error))

    def _read_lines(self):
        """Read this part of the file into the table of lines; all in one transaction."""
        # A worker presumed dead may still be reading: wait for its lock, then replace its rows.
        self._step_lock()
        statement = self.statement_id
        if not statement._payer():
            return  # the statement's own step says so
        self.env.cr.execute("DELETE FROM g2p_bridge_part_line WHERE part_id = %s", [self.id])
        with statement.file_id._open() as stream:
            parsed = statement._format_model(statement.format)._read_part(
                stream, self.place, statement._encoding()
            )
            self.line_count = statement._copy_lines(
                "g2p_bridge_part_line", parsed.entries, part_id=self.id
            )

    def _step_continue(self):
        super()._step_continue()
        if all(part.state in ENDED for part in self.statement_id.part_ids):
            self.statement_id._step_enqueue()

    def _is_abandoned(self):
        return self.state not in ENDED

    def _step_owner(self):
        return self.statement_id

    def _step_alert(self, text):
        """The statement itself tells people, when all of its parts are read."""

    def _step_max_attempts(self):
        return self.statement_id._step_max_attempts()

    def _step_retry_delay(self):
        return self.statement_id._step_retry_delay()

    def _step_check_operator(self):
        self.statement_id._step_check_operator()

    # === Helpers ===

    def _blocks(self):
        """The lines of these parts, which are all of a statement's, numbered through."""
        blocks, above = [], 0
        for part in self.sorted("position"):
            columns = [
                SQL("%s + entry_sequence AS entry_sequence", above),
                *map(SQL.identifier, list(COLUMNS)[1:]),
            ]
            lines = SQL(
                "SELECT %s FROM g2p_bridge_part_line WHERE part_id = %s",
                SQL(", ").join(columns),
                part.id,
            )
            blocks.append(Block(lines, above, above + part.line_count))
            above += part.line_count
        return blocks

    def _without_lines(self):
        """Those of these parts whose lines are not all there: a crash has emptied the table."""
        self.env.cr.execute(
            "SELECT part_id, COUNT(*) FROM g2p_bridge_part_line WHERE part_id = ANY(%s)"
            " GROUP BY part_id",
            [self.ids],
        )
        kept = dict(self.env.cr.fetchall())
        return self.filtered(lambda part: kept.get(part.id, 0) != part.line_count)

    def _start_over(self):
        """Forget what was read of these parts; it is read again when somebody asks for it."""
        self.env.cr.execute("DELETE FROM g2p_bridge_part_line WHERE part_id = ANY(%s)", [self.ids])
        self.write(
            {"state": "open", "attempts": 0, "line_count": 0, "begun_at": False}
            | {"next_attempt_at": False, "latest_error_code": False, "latest_error_message": False}
        )
