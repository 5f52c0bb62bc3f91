# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import io

from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.lib.frozen import Frozen, file_triggers

from ...lib.account_masking import FULL_ACCOUNT_GROUPS

#: Of files as received. Not that of a text, see ``_keep``; one without a meaning would be
#: replaced by a guess.
MIME_TYPE = "application/x-bank-statement"


class StatementFile(models.Model):
    """A file of statements as it was received, kept once for all statements in it.

    It may hold accounts of several companies: then only who is in all of them sees it.
    """

    _name = "g2p.bridge.statement.file"
    _description = "File of Bank Statements"
    _inherit = ["g2p.bridge.frozen.mixin"]
    _order = "id desc"
    _archivable = False
    _frozen = (Frozen("received", ("name", "sha256", "size", "received_at")),)

    # === Fields ===

    name = fields.Char(readonly=True)
    sha256 = fields.Char("SHA-256", readonly=True)
    size = fields.Integer("Bytes", readonly=True)
    received_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    received_by_id = fields.Many2one(
        "res.users", readonly=True, default=lambda self: self.env.user, help="Who handed it in."
    )
    sponsor_bank_id = fields.Many2one(
        "g2p.bridge.sponsor.bank", readonly=True, help="The bank that sent it, if one did."
    )
    company_ids = fields.Many2many(
        "res.company", readonly=True, help="Whose accounts it speaks of: all of them see it."
    )
    content = fields.Binary(
        "File as Received", readonly=True, attachment=True, groups=FULL_ACCOUNT_GROUPS
    )
    statement_ids = fields.One2many("g2p.bridge.statement", "file_id", readonly=True)
    statement_count = fields.Integer("Statements", compute="_compute_statement_count")

    # === Constraints ===

    def init(self):
        """The content stays too, wherever attachments are stored."""
        super().init()
        for statement in file_triggers(self._name, "content"):
            self.env.cr.execute(statement)

    # === Compute ===

    def _compute_statement_count(self):
        counts = dict(
            self.env["g2p.bridge.statement"]._read_group(
                [("file_id", "in", self.ids)], ["file_id"], ["__count"]
            )
        )
        for file in self:
            file.statement_count = counts.get(file, 0)

    # === Actions ===

    def action_open_statements(self):
        """Open the statements that came in this file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.statement_action")
        return {**action, "domain": [("file_id", "=", self.id)]}

    def action_download(self):
        """Hand the file out as it was received."""
        self.ensure_one()
        self.check_access("read")
        self._check_field_access(self._fields["content"], "read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/content?download=true",
            "target": "download",
        }

    # === Helpers ===

    @api.model
    def _keep(self, content, name, companies, sponsor_bank):
        """Keep a file: as bytes, without copies of it in the memory.

        And as no text, because Odoo would put the words of a text, names and account numbers
        among them, into a column of the database.
        """
        file = self.create(
            {
                "name": name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "size": len(content),
                "company_ids": companies.ids,
                "sponsor_bank_id": sponsor_bank and sponsor_bank.id,
            }
        )
        self.env["ir.attachment"].sudo().create(
            {
                "name": "content",
                "res_model": self._name,
                "res_field": "content",
                "res_id": file.id,
                "type": "binary",
                "mimetype": MIME_TYPE,
                "raw": content,
            }
        )
        file.invalidate_recordset(["content"])
        return file

    def _open(self):
        """The content as a seekable stream, without holding it in memory."""
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("res_field", "=", "content"),
            ]
        )
        if attachment.store_fname:
            return open(attachment._full_path(attachment.store_fname), "rb")
        return io.BytesIO(attachment.raw)
