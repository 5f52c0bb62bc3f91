import io

from odoo import api, fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.frozen import Frozen, row_triggers

from ..lib.statement import StatementFormatError
from ..lib.step import Outcome
from .program import FULL_ACCOUNT_GROUPS, masked


class Statement(models.Model):
    """One statement of one account, as the bank sent it, and what came of it."""

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
                "account_number",
                "reference_number",
                "statement_number",
                "sequence_number",
                "file_position",
                "file_sha256",
            ),
        ),
        Frozen(
            "outcome",
            ("statement_date", "currency_id", "opening_balance", "closing_balance"),
            "old.state = 'done'",
        ),
    )

    statement_id = fields.Char("Statement ID", readonly=True, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    format = fields.Selection([], readonly=True, required=True)
    sponsor_bank_id = fields.Many2one("g2p.bridge.sponsor.bank", readonly=True)
    account_number = fields.Char(readonly=True, groups=FULL_ACCOUNT_GROUPS)
    account_masked = fields.Char("Account", compute="_compute_account_masked", compute_sudo=True)
    reference_number = fields.Char("Statement Reference", readonly=True)
    statement_number = fields.Char(readonly=True)
    sequence_number = fields.Char(readonly=True)
    statement_date = fields.Date(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    opening_balance = fields.Monetary(readonly=True)
    closing_balance = fields.Monetary(readonly=True)
    upload_timestamp = fields.Datetime("Received At", required=True, readonly=True)
    file = fields.Binary(
        "File as Received", readonly=True, attachment=True, groups=FULL_ACCOUNT_GROUPS
    )
    file_name = fields.Char(readonly=True)
    file_position = fields.Integer(
        readonly=True, help="Which statement of the file this is, from 0."
    )
    file_sha256 = fields.Char("SHA-256", readonly=True)
    warnings = fields.Text(readonly=True)
    has_warnings = fields.Boolean(readonly=True)
    entry_ids = fields.One2many("g2p.bridge.statement.entry", "statement_id")
    entry_count = fields.Integer("Entries", readonly=True)
    matched_count = fields.Integer("Matched", readonly=True)
    reversed_count = fields.Integer("Reversals", readonly=True)
    error_count = fields.Integer("Errors", readonly=True)
    not_ours_count = fields.Integer("Not Ours", readonly=True)
    total_ids = fields.One2many("g2p.bridge.statement.total", "statement_id")

    _statement_id_uniq = models.Constraint(
        "UNIQUE(statement_id)", "A statement with this ID exists already."
    )
    _same_file_once = models.Constraint(
        "UNIQUE(company_id, file_sha256, file_position)", "This file was received before."
    )

    def init(self):
        """The file as received stays too, wherever attachments are stored."""
        super().init()
        file = "old.res_model = 'g2p.bridge.statement' AND old.res_field = 'file'"
        rule = Frozen("statement_file", ("res_model", "res_field", "res_id", "checksum"), file)
        deleted = f"{file} AND g2p_bridge_statement_done(old.res_id)"
        for statement in row_triggers("ir_attachment", (rule,), deleted):
            self.env.cr.execute(statement)

    @api.depends("account_number")
    def _compute_account_masked(self):
        for statement in self:
            statement.account_masked = masked(statement.account_number)

    def action_open_entries(self):
        return self._open_entries([])

    def action_open_errors(self):
        return self._open_entries([("outcome", "=", "error")], "g2p_bridge.open_entry_action")

    def _open_entries(self, domain, xmlid="g2p_bridge.statement_entry_action"):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [("statement_id", "=", self.id), *domain]}

    # The step

    def _job_step(self):
        """Statements of one account are processed one after the other, in their order."""
        self = self.exists().sudo()
        if not self:
            return None
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('g2p_bridge_account'), hashtext(%s))",
            [self.account_number or ""],
        )
        if not self.env.cr.fetchone()[0]:
            later = fields.Datetime.add(fields.Datetime.now(), seconds=5)
            key = f"{self._name}-{self.id}"
            self.with_delay(identity_key=key, eta=later, description=self.display_name)._job_step()
            return self.env._("Another statement of the account is being processed.")
        return super()._job_step()

    def _step_refusal(self, now):
        refusal = super()._step_refusal(now)
        if not refusal and self._earlier_pending():
            refusal = self.env._("An earlier statement of the account comes first.")
        return refusal

    def _earlier_pending(self):
        """Those that come first: by number; without one, in the order in which they came."""
        others = self.search(
            [
                ("account_number", "=", self.account_number),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("pending", "in_progress")),
                ("id", "!=", self.id),
            ]
        )
        numbered = bool(self._order_key()[0])
        return others.filtered(
            lambda other: (
                bool(other._order_key()[0]) == numbered
                and (*other._order_key(), other.id) < (*self._order_key(), self.id)
            )
        )

    def _order_key(self):
        """(statement number, sequence number), 0 for what is no number."""

        def number(text):
            digits = text and text.isascii() and text.isdigit()
            return int(text) if digits and len(text) < 10 else 0

        return number(self.statement_number), number(self.sequence_number)

    def _step_call(self, payload):
        try:
            return self._in_own_transaction("_reconcile_file")
        except StatementFormatError as error:
            return Outcome("rejected", code="INVALID_FORMAT", message=str(error))

    def _reconcile_file(self):
        """Read the file and classify every line of it; all in one transaction."""
        if not self._own_payers():
            return Outcome(
                "rejected",
                code="INVALID_ACCOUNT_NUMBER",
                message=self.env._("No benefit program is paid from the account of the statement."),
            )
        with self._open_file() as stream:
            parsed = self._read_file(stream)
            return self._refusal_of_parts() or self._reconcile(parsed)

    def _read_file(self, stream):
        reader = self._format_model(self.format)
        encoding = self._encoding()
        if self.part_ids:
            return reader._read_part(stream, self.part_ids[0].place, encoding)
        return reader._read(stream, reader._scan(stream, encoding)[self.file_position])

    def _encoding(self):
        """In which encoding the bank writes; empty: the format finds it out."""
        bank = self.sponsor_bank_id or self._own_payers()[:1].sponsor_bank_id
        return bank.statement_encoding or ""

    def _own_payers(self):
        """What is paid from this statement's account: programs, else envelopes."""
        return self._payers(self.account_number, self.company_id, self.sponsor_bank_id)

    def _step_continue(self):
        super()._step_continue()
        following = self.search(
            [
                ("account_number", "in", self.mapped("account_number")),
                ("state", "=", "pending"),
                ("id", "not in", self.ids),
            ]
        )
        following._step_enqueue()
        self.total_ids.envelope_id._enqueue_advance()

    @api.model
    def _cron_heartbeat(self):
        running = [("state", "in", ("pending", "in_progress"))]
        self.sudo().search(running)._enqueue_open()
        self.env["g2p.bridge.statement.part"].sudo().search(running)._enqueue_open()

    def _step_max_attempts(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return int(get_param("g2p_bridge.statement_attempts") or 3)

    def _step_retry_delay(self):
        get_param = self.env["ir.config_parameter"].sudo().get_param
        return int(get_param("g2p_bridge.statement_delay") or 10)

    def _step_check_operator(self):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        self.check_access("read")

    def _responsible_user(self):
        payer = self._own_payers()[:1]
        program = payer.program_id if payer._name == "g2p.bridge.envelope" else payer
        return program.responsible_id or self.create_uid

    @api.model
    def _format_model(self, code):
        return self.env[f"g2p.bridge.statement.format.{code}"]

    def _open_file(self):
        """The file as received, as a seekable stream, without holding it in memory."""
        attachment = self.env["ir.attachment"].search(
            [("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "file")]
        )
        if attachment.store_fname:
            return open(attachment._full_path(attachment.store_fname), "rb")
        return io.BytesIO(attachment.raw)
