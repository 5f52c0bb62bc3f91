from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge.lib.file_name import clean_name


class StatementUpload(models.TransientModel):
    """Hand in statement files and see what became of each.

    Files are independent: one that is refused changes nothing for the others.
    """

    _name = "g2p.bridge.statement.upload"
    _description = "Upload Statements"

    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    result_ids = fields.One2many("g2p.bridge.statement.upload.result", "upload_id", readonly=True)
    statement_ids = fields.Many2many(
        "g2p.bridge.statement", string="Statements", compute="_compute_statements"
    )
    has_statements = fields.Boolean(compute="_compute_statements")
    in_process = fields.Boolean(compute="_compute_statements")

    @api.depends("result_ids.statement_ids.state")
    def _compute_statements(self):
        for upload in self:
            statements = upload.result_ids.statement_ids
            upload.statement_ids = statements.sorted("id")
            upload.has_statements = bool(statements)
            upload.in_process = any(
                statement.state in ("pending", "in_progress") for statement in statements
            )

    @api.model
    def receive_files(self, attachment_ids):
        """Hand in files that were dropped onto the list of statements.

        :param attachment_ids: the user's own uploads, not attached to anything yet
        :return: the action that shows what came of each
        """
        return self.create({"attachment_ids": [Command.set(attachment_ids)]}).action_upload()

    def action_upload(self):
        """Hand every file to the service and show the results in the same window."""
        self.ensure_one()
        if not self.attachment_ids:
            raise UserError(self.env._("Choose at least one statement file."))
        for attachment in self.attachment_ids.sorted("id"):
            self.result_ids = [Command.create(self._upload(attachment))]
        # The statements keep their own copy.
        self.attachment_ids.unlink()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("What Came of the Files"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_open_statements(self):
        """Open the statements that the files held, new and known ones."""
        self.ensure_one()
        statements = self.result_ids.statement_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Statements"),
            "res_model": statements._name,
        }
        if len(statements) == 1:
            return {**action, "res_id": statements.id, "view_mode": "form"}
        return {**action, "domain": [("id", "in", statements.ids)], "view_mode": "list,form"}

    def _upload(self, attachment):
        """:return: values of the result line for one file"""
        newest = self.env["g2p.bridge.statement"].sudo().search([], order="id desc", limit=1).id
        values = {"file_name": attachment.name}
        service = self.env["g2p.bridge.service"]
        try:
            service._check_statement_size(attachment.file_size)
            with self.env.cr.savepoint():
                statements = service.upload_mt940(attachment.raw, clean_name(attachment.name))
        except UserError as error:
            return {**values, "outcome": "refused", "message": str(error)}
        # Ids only grow, and other transactions' statements are out of sight.
        fresh = statements.filtered(lambda statement: statement.id > newest)
        return {
            **values,
            "outcome": "received" if fresh else "known",
            "message": self._message(statements, fresh),
            "statement_ids": [Command.set(statements.ids)],
        }

    def _message(self, statements, fresh):
        known = ", ".join((statements - fresh).mapped("statement_id"))
        if not fresh:
            return self.env._("Received before as %s; nothing was changed.", known)
        taken = ", ".join(fresh.mapped("statement_id"))
        if not known:
            return self.env._("Received as %s; it is processed in the background.", taken)
        return self.env._(
            "Received as %(taken)s; %(known)s was received before and was not changed.",
            taken=taken,
            known=known,
        )


class StatementUploadResult(models.TransientModel):
    """What became of one file."""

    _name = "g2p.bridge.statement.upload.result"
    _description = "Result of a Statement Upload"

    upload_id = fields.Many2one("g2p.bridge.statement.upload", required=True, ondelete="cascade")
    file_name = fields.Char("File", readonly=True)
    outcome = fields.Selection(
        [("received", "Received"), ("known", "Known"), ("refused", "Refused")],
        readonly=True,
    )
    message = fields.Text(readonly=True)
    statement_ids = fields.Many2many("g2p.bridge.statement", string="Statements", readonly=True)
