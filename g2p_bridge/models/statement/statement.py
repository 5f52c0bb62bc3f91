# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK
from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...lib.account_masking import FULL_ACCOUNT_GROUPS, masked
from .statement_entry_states import IS_BACK, IS_MATCHED, IS_NOT_OURS, IS_OPEN, IS_OUT
from .statement_states import WAITS_FOR_ACCOUNT, WAITS_FOR_DECISION

#: Matched lines for whole batches, and the payments that they prove.
WHOLE_BATCHES = f"""
    SELECT statement_id, mark IN {BACK}, COUNT(*), SUM(payment_count)::bigint
      FROM g2p_bridge_statement_entry
     WHERE statement_id = ANY(%s) AND bank_batch_id IS NOT NULL AND outcome = 'matched'
     GROUP BY 1, 2
"""


class Statement(models.Model):
    """One statement of one account, as the bank sent it, and what came of it.

    Its other pieces: ``statement_intake`` (how it comes in, and whose it is), ``statement_step``
    (when it is processed), ``statement_matching`` (how it becomes proof), ``statement_number``
    (what its number says), ``statement_proof`` (who says what it says).
    """

    _name = "g2p.bridge.statement"
    _description = "Bank Statement"
    _inherit = [
        "mail.thread",
        "g2p.bridge.to.do.mixin",
        "g2p.bridge.step.mixin",
        "g2p.bridge.frozen.mixin",
        "g2p.bridge.audited.mixin",
    ]
    _order = "id desc"
    _rec_name = "statement_id"
    _mail_post_access = "read"
    _step_has_effect = False
    _undeletable = "old.state = 'done'"
    _frozen = (
        Frozen(
            "identity",
            (
                "statement_id",
                "company_id",
                "format",
                "account_as_written",
                "reference_number",
                "statement_number",
                "sequence_number",
                "content_sha256",
                "file_id",
                "file_position",
                "correction_of_id",
                "channel",
            ),
        ),
        Frozen("confirmation", ("confirmed_by_id", "confirmed_at"), "old.confirmed_at IS NOT NULL"),
        Frozen(
            "outcome",
            (
                "account_number",
                "statement_date",
                "currency_id",
                "opening_balance",
                "closing_balance",
            ),
            "old.state = 'done'",
        ),
    )

    # === Fields ===

    statement_id = fields.Char("Statement ID", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    format = fields.Selection([], readonly=True, required=True)
    sponsor_bank_id = fields.Many2one("g2p.bridge.sponsor.bank", readonly=True)
    account_number = fields.Char(
        readonly=True,
        groups=FULL_ACCOUNT_GROUPS,
        help="The account as programs have it; the bank may write it in another way.",
    )
    account_as_written = fields.Char(
        "Account as the Bank Writes It", readonly=True, groups=FULL_ACCOUNT_GROUPS
    )
    account_masked = fields.Char("Account", compute="_compute_account_masked", compute_sudo=True)
    reference_number = fields.Char("Statement Reference", readonly=True)
    statement_number = fields.Char(readonly=True)
    sequence_number = fields.Char(readonly=True)
    statement_date = fields.Date(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    opening_balance = fields.Monetary(readonly=True)
    closing_balance = fields.Monetary(readonly=True)
    upload_timestamp = fields.Datetime("Received At", required=True, readonly=True)
    content_sha256 = fields.Char(
        "SHA-256 of the Content",
        readonly=True,
        help="The same for the same statement in another file, with other line ends or joined "
        "with others.",
    )
    file_id = fields.Many2one(
        "g2p.bridge.statement.file", readonly=True, index=True, ondelete="restrict"
    )
    file_name = fields.Char(related="file_id.name")
    file_position = fields.Integer(
        readonly=True, help="Which statement of the file this is, from 0."
    )
    place = fields.Json(
        readonly=True,
        groups=FULL_ACCOUNT_GROUPS,
        help="Where it lies in the file, as its format puts it: the file need not be looked "
        "through once for each of its statements.",
    )
    correction_of_id = fields.Many2one(
        "g2p.bridge.statement",
        "Same Number as",
        readonly=True,
        index="btree_not_null",
        help="The statement that has the number of this one, and other content.",
    )
    correction_ids = fields.One2many(
        "g2p.bridge.statement", "correction_of_id", "Others with This Number", readonly=True
    )
    is_another = fields.Boolean(
        "Another Statement",
        readonly=True,
        help="A person has decided that it is another statement than the one with its number.",
    )
    warnings = fields.Text(readonly=True)
    has_warnings = fields.Boolean(readonly=True)
    entry_ids = fields.One2many("g2p.bridge.statement.entry", "statement_id")
    entry_count = fields.Integer("Entries", readonly=True)
    matched_count = fields.Integer("Matched", readonly=True)
    reversed_count = fields.Integer("Reversals", readonly=True)
    error_count = fields.Integer("Errors", readonly=True)
    not_ours_count = fields.Integer("Not Ours", readonly=True)
    total_ids = fields.One2many("g2p.bridge.statement.total", "statement_id")
    archived_entry_count = fields.Integer(
        "Archived Entries", compute="_compute_archived_entry_count"
    )
    result_text = fields.Text("Result", compute="_compute_result_text")
    full_result_text = fields.Text("Result and Warnings", compute="_compute_result_text")
    waits_for = fields.Selection(
        [("decision", "A decision"), ("account", "Its account")],
        compute="_compute_waits_for",
        help="What a person has to say before anything of it is processed.",
    )

    # === Constraints ===

    _statement_id_uniq = models.Constraint(
        "UNIQUE(statement_id)", "A statement with this ID exists already."
    )
    # Without a bank it is of an account that nobody knows, and compared when one is entered.
    _same_content_once = models.UniqueIndex(
        "(company_id, content_sha256, sponsor_bank_id)", "This statement was received before."
    )

    # === Compute ===

    @api.depends("account_number")
    def _compute_account_masked(self):
        for statement in self:
            statement.account_masked = masked(statement.account_number)

    def _compute_archived_entry_count(self):
        counts = dict(
            self.env["g2p.bridge.statement.entry.archive"]._read_group(
                [("statement_id", "in", self.ids)], ["statement_id"], ["__count"]
            )
        )
        for statement in self:
            statement.archived_entry_count = counts.get(statement, 0)

    @api.depends("state", "latest_error_code")
    def _compute_waits_for(self):
        for statement in self:
            statement.waits_for = (WAITS_FOR_DECISION.holds(statement) and "decision") or (
                WAITS_FOR_ACCOUNT.holds(statement) and "account"
            )

    @api.depends("state", "entry_count", "latest_error_message", "warnings", "has_warnings")
    @api.depends_context("lang")
    def _compute_result_text(self):
        whole = self._whole_batches()
        for statement in self:
            sentences = list(statement._result_sentences(whole.get(statement.id, {})))
            statement.result_text = "\n".join(sentences)
            warning = statement.has_warnings and self.env._("Warning: %s", statement.warnings)
            statement.full_result_text = "\n".join([*sentences, *([warning] if warning else [])])

    # === Actions ===

    def action_open(self):
        """Open the statement itself."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def action_open_entries(self):
        return self._open_entries()

    def action_open_matched(self):
        return self._open_entries(IS_MATCHED & IS_OUT)

    def action_open_reversals(self):
        return self._open_entries(IS_MATCHED & IS_BACK)

    def action_open_errors(self):
        return self._open_entries(IS_OPEN, "g2p_bridge.open_entry_action")

    def action_open_not_ours(self):
        return self._open_entries(IS_NOT_OURS)

    def action_open_archived_entries(self):
        return self._open_entries(xmlid="g2p_bridge.statement_entry_archive_action")

    def action_open_disbursements(self):
        """Open the payments that lines of this statement speak of."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.disbursement_action")
        own = fields.Domain("entry_ids.statement_id", "=", self.id)
        proved = fields.Domain("statement_id", "=", self.id) & IS_MATCHED.domain()
        whole = fields.Domain("bank_batch_id.entry_ids", "any", proved)
        return {**action, "domain": list(own | whole)}

    def action_download_file(self):
        """Hand the file out as it was received."""
        self.ensure_one()
        self.check_access("read")
        return self.file_id.action_download()

    # === Helpers ===

    def _open_entries(self, rule=None, xmlid="g2p_bridge.statement_entry_action"):
        """:param rule: that holds for the lines to be shown; None: all of them"""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        domain = fields.Domain("statement_id", "=", self.id)
        if rule is not None:
            domain &= rule.domain()
        return {**action, "domain": list(domain)}

    @api.model
    def _format_model(self, code):
        return self.env[f"g2p.bridge.statement.format.{code}"]

    def _whole_batches(self):
        """:return: {record ID: {whether money came back: (lines for whole batches, payments)}}"""
        self.env.flush_all()
        self.env.cr.execute(WHOLE_BATCHES, [self.ids])
        found = {}
        for statement_id, back, *counts in self.env.cr.fetchall():
            found.setdefault(statement_id, {})[back] = counts
        return found

    def _result_sentences(self, whole):
        """What people want to know of it, the most important thing first.

        :param whole: the lines for whole batches, as of :meth:`_whole_batches`
        """
        if self.waits_for:
            yield self.env._("It waits: %s", self.latest_error_message)
            return
        if self.state == "failed":
            yield self.env._("It was not processed: %s", self.latest_error_message or "")
            return
        if self.state == "cancelled":
            yield self.env._("Nothing of it is processed: finance has decided so.")
            return
        if self.state != "done":
            yield self.env._("It is being processed.")
            return
        if self.error_count:
            yield self._open_words()
        yield from self._proved_words(*whole.get(False, (0, 0)))
        yield from self._returned_words(*whole.get(True, (0, 0)))
        if self.not_ours_count:
            many = self.env._("%s lines are not ours.", self.not_ours_count)
            yield self.env._("1 line is not ours.") if self.not_ours_count == 1 else many
        if not self.entry_count:
            yield self.env._("It has no lines.")

    def _open_words(self):
        if self.error_count == 1:
            return self.env._(
                "1 line is open: a person has to match it, or say that it is not ours."
            )
        return self.env._(
            "%s lines are open: a person has to match them, or say that they are not ours.",
            self.error_count,
        )

    def _proved_words(self, lines, payments):
        """What left, and how much of it by how many lines for whole batches."""
        count = self.matched_count - lines + payments
        if count:
            many = self.env._("%s payments are proved.", count)
            yield self.env._("1 payment is proved.") if count == 1 else many
        if lines:
            yield self._whole_words(lines, payments)

    def _returned_words(self, lines, payments):
        """What came back, and how much of it by how many lines for whole batches."""
        count = self.reversed_count - lines + payments
        if count:
            many = self.env._("%s payments came back.", count)
            yield self.env._("1 payment came back.") if count == 1 else many
        if lines:
            yield self._whole_words(lines, payments)

    def _whole_words(self, lines, payments):
        if lines == 1:
            return self.env._("Of these, %s by one line for their whole batch.", payments)
        return self.env._(
            "Of these, %(payments)s by %(lines)s lines for whole batches.",
            payments=payments,
            lines=lines,
        )
