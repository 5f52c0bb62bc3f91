# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import os
from base64 import b64decode
from io import BytesIO

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.lib.frozen import file_triggers
from odoo.addons.queue_job.job import Job

from ...lib.account_masking import FULL_ACCOUNT_GROUPS
from ...lib.file_name import clean_name

#: What people give; everything else on an import is its own.
GIVEN = {"envelope_id", "file", "file_name"}
RUNNING = ("checking", "importing")
#: Limits, unless Settings say otherwise (max_import_megabytes, max_import_rows).
MAX_MEGABYTES = 50
MAX_ROWS = 1_000_000
MEBIBYTE = 2**20
#: Who may give or see a file; of officers only who gave it sees it: it holds full account numbers.
FILE_GROUPS = f"g2p_bridge_base.group_officer,{FULL_ACCOUNT_GROUPS}"
#: What a file before its first check has.
BLANK = {
    "row_count": 0,
    "new_count": 0,
    "imported_count": 0,
    "error_count": 0,
    "amount_total": False,
    "message": False,
    "finished_at": False,
}

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


class FileImport(models.Model):
    """A file of disbursements for one envelope: checked as a whole, imported as a whole.

    Its other pieces: ``import_check`` (what is wrong with the file), ``import_job`` (the work on
    it). A file decides who is paid: who chose it, had it checked and imported is kept in the audit
    trail, and which file it was.
    """

    _name = "g2p.bridge.import"
    _inherit = ["g2p.bridge.durable.mixin", "g2p.bridge.own.fields"]
    _description = "Import of Disbursements"
    _order = "id desc"
    _rec_name = "file_name"

    # === Fields ===

    envelope_id = fields.Many2one("g2p.bridge.envelope", required=True, index=True)
    company_id = fields.Many2one(related="envelope_id.company_id", store=True, index=True)
    program_id = fields.Many2one(related="envelope_id.program_id")
    currency_id = fields.Many2one(related="envelope_id.currency_id")
    asks_mapper = fields.Boolean(related="envelope_id.id_mapper_resolution_required")
    file = fields.Binary(
        compute="_compute_file",
        inverse="_inverse_file",
        groups=FILE_GROUPS,
        help="Only who has chosen it, finance and administrators see what is in it.",
    )
    content = fields.Binary(
        "File as Given", readonly=True, copy=False, attachment=True, groups=FULL_ACCOUNT_GROUPS
    )
    file_name = fields.Char(default="disbursements", required=True)
    file_sha256 = fields.Char(
        "SHA-256",
        readonly=True,
        copy=False,
        help="Of the file as it was chosen: no other one is checked or imported.",
    )
    file_by_id = fields.Many2one("res.users", "Chosen by", readonly=True, copy=False)
    maker_ids = fields.Many2many(
        "res.users",
        "g2p_bridge_import_maker_rel",
        string="Made by",
        readonly=True,
        copy=False,
        help="Everybody who made this import, chose its file or envelope, or started it: with "
        "its payments they become makers of the envelope.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("checking", "Checking"),
            ("invalid", "With errors"),
            ("valid", "Checked"),
            ("importing", "Importing"),
            ("done", "Imported"),
            ("failed", "Failed"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    run = fields.Integer(
        readonly=True, copy=False, help="Counts the starts; a job of an earlier one does nothing."
    )
    check_only = fields.Boolean(readonly=True, copy=False)
    started_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)
    row_count = fields.Integer("Rows Checked", readonly=True, copy=False)
    new_count = fields.Integer(
        "New Disbursements",
        readonly=True,
        copy=False,
        help="Rows that the envelope does not have yet. A row with the reference and content "
        "of a disbursement that was received before changes nothing.",
    )
    imported_count = fields.Integer("Rows Imported", readonly=True, copy=False)
    amount_total = fields.Char(
        "Amount in File", readonly=True, copy=False, help="The exact sum of all readable amounts."
    )
    error_count = fields.Integer("Errors", readonly=True, copy=False)
    error_ids = fields.One2many("g2p.bridge.import.error", "import_id", readonly=True, copy=False)
    kept_error_count = fields.Integer("Errors Listed", compute="_compute_kept_error_count")
    message = fields.Text("Outcome", readonly=True, copy=False)
    declared_count = fields.Integer(related="envelope_id.number_of_disbursements")
    declared_amount = fields.Char("Amount Declared", compute="_compute_envelope_amounts")
    received_count = fields.Integer(related="envelope_id.number_of_disbursements_received")
    received_amount = fields.Char("Amount Received", compute="_compute_envelope_amounts")
    progress = fields.Float(
        compute="_compute_progress", help="Percent of the checked rows that are imported."
    )
    is_stalled = fields.Boolean(
        compute="_compute_is_stalled", help="It should be running, but its job is gone."
    )

    # === Constraints ===

    def init(self):
        """What is being imported, or was, stays in the database too."""
        super().init()
        self.env.cr.execute(FUNCTIONS)
        for statement in file_triggers(self._name, "content", IMPORT_BEGUN):
            self.env.cr.execute(statement)

    # === Compute ===

    @api.depends("content", "state")
    @api.depends_context("uid", "su")
    def _compute_file(self):
        """The content, for those who may see it; not while pages ask often how far it is."""
        user = self.env.user
        sees_all = self.env.su or user.has_groups(FULL_ACCOUNT_GROUPS)
        for record in self.sudo():
            seen = record.state not in RUNNING and (sees_all or record.file_by_id == user)
            record.with_env(self.env).file = seen and record.content

    def _inverse_file(self):
        for record in self:
            content = record.file
            record.sudo().write(
                {
                    "content": content,
                    "file_sha256": hashlib.sha256(b64decode(content)).hexdigest(),
                    "file_by_id": self.env.uid,
                }
            )

    @api.depends("error_ids")
    def _compute_kept_error_count(self):
        counts = dict(
            self.env["g2p.bridge.import.error"]._read_group(
                [("import_id", "in", self.ids)], ["import_id"], ["__count"]
            )
        )
        for record in self:
            record.kept_error_count = counts.get(record, 0)

    @api.depends("envelope_id")
    def _compute_envelope_amounts(self):
        """Exact amounts as text: what they are compared with is text too."""
        for record in self:
            envelope = record.envelope_id
            record.declared_amount = envelope and str(envelope._declared()[1])
            record.received_amount = envelope and str(envelope._received()[1])

    @api.depends("row_count", "imported_count")
    def _compute_progress(self):
        for record in self:
            record.progress = 100 * record.imported_count / (record.row_count or 1)

    @api.depends("state", "run")
    def _compute_is_stalled(self):
        running = self.filtered(lambda record: record.state in RUNNING)
        living = self.env["queue.job"]._living_keys(record._job_key() for record in running)
        for record in self:
            record.is_stalled = record in running and record._job_key() not in living

    # === CRUD ===

    def copy_data(self, default=None):
        """A copy has the file, if the user sees it."""
        copies = super().copy_data(default)
        for record, values in zip(self, copies, strict=True):
            values.setdefault("file", record.file)
        return copies

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create([self._check_given(vals, new=True) for vals in vals_list])
        records.envelope_id.check_access("read")
        records._add_maker()
        for record, vals in zip(records, vals_list, strict=True):
            record._record_import(self.env._("File chosen"), new_value=_digest(vals.get("file")))
        return records

    def write(self, vals):
        vals = self._check_given(vals)
        if not self.env.su and GIVEN & set(vals):
            self._check_not_begun()
            # Another file, or one for another envelope, has not been checked yet.
            anew = {"state": "draft", "error_ids": [fields.Command.clear()], **BLANK}
            self.check_access("write")
            self._add_maker()
            result = super(FileImport, self.sudo()).write({**vals, **anew})
            self.envelope_id.check_access("read")
        else:
            result = super().write(vals)
        if "file" in vals or "envelope_id" in vals:
            for record in self:
                record._record_import(
                    self.env._("Another file, or another envelope, chosen"),
                    new_value=_digest(vals.get("file")),
                )
        return result

    def unlink(self):
        for record in self:
            record._record_import(self.env._("Deleted"))
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_imported(self):
        self._check_not_begun()

    # === Actions ===

    def action_check(self):
        """Read and check the file, and change nothing."""
        return self._start(check_only=True)

    def action_import(self):
        """Check the file and, if nothing is wrong, import all of it."""
        return self._start(check_only=False)

    def action_restart(self):
        """Start an import anew whose job was lost."""
        for record in self:
            record._start(record.check_only)
        return True

    def action_open_envelope(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "g2p.bridge.envelope",
            "res_id": self.envelope_id.id,
            "view_mode": "form",
        }

    def action_open_errors(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.import_error_action")
        return {**action, "domain": [("import_id", "=", self.id)]}

    def action_download_errors(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/g2p_bridge/import_errors/{self.id}",
            "target": "download",
        }

    # === Helpers ===

    def _start(self, check_only):
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("write")
        for record in self:
            if not record.is_stalled:
                record._check_not_begun()
            record._add_maker()
            record.sudo().write(
                {
                    "state": "checking",
                    "run": record.run + 1,
                    "check_only": check_only,
                    "started_by_id": self.env.uid,
                    "error_ids": [fields.Command.clear()],
                    **BLANK,
                }
            )
            job = Job(
                record._job_import,
                args=(record.run,),
                identity_key=record._job_key(),
                description=self.env._("Import %s", record.file_name),
            )
            self.env["queue.job"]._enqueue_once([job])
        said = self.env._("Check started") if check_only else self.env._("Import started")
        for record in self:
            record._record_import(said)
        return True

    def _add_maker(self):
        """Remember that this user had a part in what would be imported."""
        self.sudo().write({"maker_ids": [fields.Command.link(self.env.uid)]})

    def _job_key(self):
        """One job per start, not per import: the job before may just be ending."""
        return f"{self._name}-{self.id}-{self.run}"

    def _check_not_begun(self):
        for record in self:
            if record.state in RUNNING:
                raise UserError(
                    self.env._("%s is being worked on. Wait until it ends.", record.file_name)
                )
            if record.state == "done":
                raise UserError(
                    self.env._(
                        "%s is imported and stays as proof of that. Make a new import for "
                        "another file.",
                        record.file_name,
                    )
                )

    @api.model
    def _check_given(self, vals, new=False):
        """
        :param new: whether they are those of a new import, which has a file
        :return: the values, with a clean name of the file
        :raises UserError: values that are not people's to give, or a file that is too large or
            did not arrive whole
        """
        if not self.env.su and set(vals) - GIVEN:
            raise UserError(
                self.env._(
                    "Only the envelope and the file of an import can be given, not: %s.",
                    ", ".join(sorted(set(vals) - GIVEN)),
                )
            )
        file = vals.get("file") or ""
        if not isinstance(file, str | bytes):
            raise self._file_error()
        size = len(file) * 3 // 4
        limit = self._parameter("max_import_megabytes", MAX_MEGABYTES)
        if size > limit * MEBIBYTE:
            raise UserError(
                self.env._(
                    "The file has %(size)s MB, the limit is %(limit)s MB. Split it into "
                    "several files and import each.",
                    size=-(-size // MEBIBYTE),
                    limit=limit,
                )
            )
        if (new or "file" in vals) and vals.get("file") in (None, False):
            raise UserError(self.env._("Choose the file that holds the disbursements."))
        lines = file.split() if isinstance(file, bytes) else file.encode().split()
        try:
            b64decode(b"".join(lines), validate=True)
        except ValueError as error:
            raise self._file_error() from error
        if not vals.get("file_name"):
            return vals
        return {**vals, "file_name": clean_name(vals["file_name"]) or "disbursements"}

    @api.model
    def _file_error(self):
        return UserError(
            self.env._("The file did not arrive whole. Choose it again; nothing was changed.")
        )

    @api.model
    def _parameter(self, name, default):
        """A whole number of Settings."""
        text = self.env["ir.config_parameter"].sudo().get_param(f"g2p_bridge.{name}")
        return int(text or default)

    def _open_file(self):
        """The file as a seekable stream, without holding it in memory where that is possible."""
        attachment = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("res_field", "=", "content"),
                ],
                order="id",
                limit=1,
            )
        )
        path = attachment.store_fname and attachment._full_path(attachment.store_fname)
        if path and os.path.isfile(path):
            return open(path, "rb")
        return BytesIO(attachment.raw or b"")

    def _record_import(self, what, **facts):
        """Keep what was done with the file; of the file itself its SHA-256."""
        envelope = self.sudo().envelope_id.display_name
        self.env["g2p.bridge.audit"]._record_fact("import", self, f"{envelope}: {what}", **facts)


def _digest(file):
    """SHA-256 of a file as forms send it."""
    return hashlib.sha256(b64decode(file)).hexdigest() if file else ""
