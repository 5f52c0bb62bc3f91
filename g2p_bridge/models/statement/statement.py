from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen

from ...lib.statement import UNKNOWN_ACCOUNT, StatementFormatError
from ...lib.step import Outcome
from ..program.program import FULL_ACCOUNT_GROUPS, masked


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

    _statement_id_uniq = models.Constraint(
        "UNIQUE(statement_id)", "A statement with this ID exists already."
    )
    # Without a bank it is of an account that nobody knows, and compared when one is entered.
    _same_content_once = models.UniqueIndex(
        "(company_id, content_sha256, sponsor_bank_id)", "This statement was received before."
    )

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

    def action_download_file(self):
        """Hand the file out as it was received."""
        self.ensure_one()
        self.check_access("read")
        return self.file_id.action_download()

    # The step

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
                code=UNKNOWN_ACCOUNT,
                message=self._account_refusal(self.account_number, ()),
            )
        with self.file_id._open() as stream:
            parsed = self._read_file(stream)
            return self._refusal_of_parts() or self._reconcile(parsed)

    def _read_file(self, stream):
        reader = self._format_model(self.format)
        encoding = self._encoding()
        place = self.part_ids[:1].place or self.place
        if place:
            return reader._read_part(stream, place, encoding)
        return reader._read(stream, reader._scan(stream, encoding)[self.file_position])

    def _encoding(self):
        """In which encoding the bank writes; empty: the format finds it out."""
        bank = self.sponsor_bank_id or self._own_payers()[:1].sponsor_bank_id
        return bank.statement_encoding or ""

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
        """Of the program's people only who may decide about statements; else somebody who may."""
        payer = self._own_payers()[:1]
        program = payer.program_id if payer._name == "g2p.bridge.envelope" else payer
        responsible = program.responsible_id
        if responsible and responsible.has_group("g2p_bridge_base.group_finance"):
            return responsible
        return self._somebody_in_charge() or responsible or self.create_uid

    def _somebody_in_charge(self):
        """Who looks after statements of the company: of finance, else an administrator."""
        for group in ("group_finance", "group_admin"):
            users = self.env.ref(f"g2p_bridge_base.{group}").all_user_ids
            own = users.filtered(lambda user: user.active and self.company_id in user.company_ids)
            if own:
                return own.sorted("id")[:1]
        return self.env["res.users"]

    @api.model
    def _format_model(self, code):
        return self.env[f"g2p.bridge.statement.format.{code}"]
