# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge.lib.file_name import clean_name

#: So many statements of a file are named one by one.
MOST_NAMED = 20


class StatementUpload(models.TransientModel):
    """Hand in statement files and see what became of each.

    Files are independent: one that is refused changes nothing for the others.
    """

    _name = "g2p.bridge.statement.upload"
    _description = "Upload Statements"

    # === Fields ===

    attachment_ids = fields.Many2many("ir.attachment", string="Files")
    result_ids = fields.One2many("g2p.bridge.statement.upload.result", "upload_id", readonly=True)
    statement_ids = fields.Many2many(
        "g2p.bridge.statement", string="Statements", compute="_compute_statements"
    )
    has_statements = fields.Boolean(compute="_compute_statements")
    in_process = fields.Boolean(compute="_compute_statements")

    # === Compute ===

    @api.depends("result_ids.statement_ids.state")
    def _compute_statements(self):
        for upload in self:
            statements = upload.result_ids.statement_ids
            upload.statement_ids = statements.sorted("id")
            upload.has_statements = bool(statements)
            upload.in_process = any(
                statement.state in ("pending", "in_progress") for statement in statements
            )

    # === Actions ===

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

    # === Helpers ===

    def _upload(self, attachment):
        """:return: values of the result line for one file"""
        values = {"file_name": attachment.name}
        service = self.env["g2p.bridge.service"]
        try:
            service._check_statement_size(attachment.file_size)
            with self.env.cr.savepoint():
                received = service._receive_mt940(attachment.raw, clean_name(attachment.name))
        except UserError as error:
            return {**values, "outcome": "refused", "message": str(error)}
        statements, known = (found.with_env(self.env) for found in received)
        return {
            **values,
            "outcome": self._outcome(statements, known),
            "message": self._message(statements, known),
            "statement_ids": [Command.set(statements.ids)],
        }

    def _outcome(self, statements, known):
        if statements == known:
            return "known"
        return "waits" if statements._notices() else "received"

    def _message(self, statements, known):
        """What goes on, what was known, and what waits for a person and why."""
        waiting = {}
        for notice in statements._notices():
            waiting.setdefault(notice["message"], []).append(notice["statement_id"])
        names = (statements - known).mapped("statement_id")
        kept_back = {name for names in waiting.values() for name in names}
        fresh = _joined([name for name in names if name not in kept_back])
        sentences = []
        if fresh and known:
            sentences = [
                self.env._(
                    "Received as %(taken)s; %(known)s was received before and was not changed.",
                    taken=fresh,
                    known=_joined(known.mapped("statement_id")),
                )
            ]
        elif fresh:
            sentences = [self.env._("Received as %s; it is processed in the background.", fresh)]
        elif known:
            names = _joined(known.mapped("statement_id"))
            sentences = [self.env._("Received before as %s; nothing was changed.", names)]
        if any((statements - known).mapped("awaits_confirmation")):
            sentences.append(
                self.env._(
                    "What came back by it makes nothing payable again before another person of "
                    "finance has confirmed it, or the bank itself has delivered the same."
                )
            )
        for reason, names in waiting.items():
            sentences.append(
                self.env._(
                    "%(statements)s waits: %(reason)s", statements=_joined(names), reason=reason
                )
            )
        return "\n".join(sentences)


def _joined(names):
    """All names, or, of very many, the first and the last."""
    return ", ".join(names if len(names) <= MOST_NAMED else [names[0], "…", names[-1]])


class StatementUploadResult(models.TransientModel):
    """What became of one file."""

    _name = "g2p.bridge.statement.upload.result"
    _description = "Result of a Statement Upload"

    upload_id = fields.Many2one("g2p.bridge.statement.upload", required=True, ondelete="cascade")
    file_name = fields.Char("File", readonly=True)
    outcome = fields.Selection(
        [
            ("received", "Received"),
            ("waits", "Waits for a person"),
            ("known", "Known"),
            ("refused", "Refused"),
        ],
        readonly=True,
    )
    message = fields.Text(readonly=True)
    statement_ids = fields.Many2many("g2p.bridge.statement", string="Statements", readonly=True)
