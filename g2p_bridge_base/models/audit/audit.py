# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from functools import partial

from markupsafe import Markup
from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools import html2plaintext

from ...lib.chain import CONTENT, digest, fingerprint
from ...lib.frozen import Frozen

_logger = logging.getLogger(__name__)

ACTIONS = [
    ("create", "Made"),
    ("change", "Changed"),
    ("delete", "Deleted"),
    ("secret", "Secret"),
    ("group", "Group of a user"),
    ("archive", "Archived"),
    ("propose", "Change proposed"),
    ("confirm", "Change confirmed"),
    ("refuse", "Change refused"),
    ("withdraw", "Change withdrawn"),
]
#: Longest value that a list shows whole.
SHORT = 60
READERS = ("g2p_bridge_base.group_auditor", "g2p_bridge_base.group_admin")


class Audit(models.Model):
    """The audit trail: who decided or configured what, when, and why. Written once.

    A record is written in the transaction of what it tells, so neither is there without the
    other. What happens to many disbursements at once is one record with their number and a
    digest of their IDs. Soon after the commit it is sealed, see ``g2p.bridge.audit.seal``.
    """

    _name = "g2p.bridge.audit"
    _description = "Audit Record"
    _inherit = ["g2p.bridge.frozen.mixin"]
    _order = "id desc"
    _rec_name = "what"
    _log_access = False
    _archivable = False
    _frozen = (Frozen("record", ("id", *CONTENT, "fingerprint"), even_empty=True),)

    # === Fields ===

    at = fields.Datetime("When", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", "Who", readonly=True, ondelete="restrict", index=True)
    login = fields.Char(readonly=True, help="The user's login at that time.")
    company_id = fields.Many2one("res.company", readonly=True, ondelete="restrict")
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    model = fields.Char("Kind of Record", readonly=True)
    model_name = fields.Char("Kind", compute="_compute_model_name")
    res_id = fields.Many2oneReference("Record ID", model_field="model", readonly=True)
    record_name = fields.Char("About", readonly=True, help="The record's name at that time.")
    what = fields.Text(readonly=True)
    old_value = fields.Text("Before", readonly=True)
    new_value = fields.Text("After", readonly=True)
    old_short = fields.Char("Before, in Short", compute="_compute_short")
    new_short = fields.Char("After, in Short", compute="_compute_short")
    reason = fields.Text(readonly=True)
    line_count = fields.Integer("Lines", readonly=True, help="How many disbursements or lines.")
    line_digest = fields.Char(
        "Digest of Lines", readonly=True, help="SHA-256 of their IDs, sorted, one a row."
    )
    fingerprint = fields.Char(required=True, readonly=True, help="SHA-256 of what this says.")
    seal_ids = fields.One2many("g2p.bridge.audit.seal", "audit_id", "Seals")
    number = fields.Integer("Seal", compute="_compute_seal")
    hash = fields.Char(compute="_compute_seal")

    # === Constraints ===

    _record = models.Index("(model, res_id)")

    # === Compute ===

    @api.depends("model")
    def _compute_model_name(self):
        names = {
            model.model: model.name
            for model in self.env["ir.model"].sudo().search([("model", "in", self.mapped("model"))])
        }
        for audit in self:
            audit.model_name = names.get(audit.model, audit.model)

    @api.depends("old_value", "new_value")
    def _compute_short(self):
        for audit in self:
            audit.old_short, audit.new_short = map(_short, (audit.old_value, audit.new_value))

    @api.depends("seal_ids")
    def _compute_seal(self):
        for audit in self:
            audit.number, audit.hash = audit.seal_ids.number, audit.seal_ids.hash

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """Only code writes records; what they say gets its fingerprint here."""
        if not self.env.su:
            raise AccessError(self.env._("The audit trail is written by the bridge alone."))
        for vals in vals_list:
            vals["fingerprint"] = fingerprint(vals)
        records = super().create(vals_list)
        self._seal_after_commit()
        return records

    # === Actions ===

    def action_open_record(self):
        """Open what a record is about, if it is still there and the user may see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    def action_verify(self):
        """Open the window in which the whole trail is verified."""
        return self.env["g2p.bridge.audit.verify"]._open()

    # === Helpers ===

    @api.model
    def _record_fact(self, action, subject, what, lines=None, **facts):
        """Write a record.

        :param str action: a key of ``action``
        :param subject: the record that it is about; its company is the fact's
        :param what: what was done, in words
        :param lines: what it was done with, if it is many: names that identify them
        :param facts: ``old_value``, ``new_value``, ``reason``
        """
        company = subject if subject._name == "res.company" else self._company_of(subject)
        values = {
            "at": fields.Datetime.to_string(fields.Datetime.now()),
            "user_id": self.env.uid,
            "login": self._acting_login(),
            "company_id": company.id,
            "action": action,
            "model": subject._name,
            "res_id": subject.id,
            "record_name": subject.sudo().display_name if subject else "",
            "what": what,
            "line_count": len(lines) if lines else 0,
            "line_digest": digest(lines) if lines else "",
            **facts,
        }
        clean = {name: _storable(value) for name, value in values.items()}
        return self.sudo().create(clean)

    @api.model
    def _acting_login(self):
        """Who acts; with whoever is logged in, if code acts in the name of another user."""
        login = self.env.user.login
        logged_in = request.session.uid if request and request.db == self.env.cr.dbname else None
        if not logged_in or logged_in == self.env.uid:
            return login
        return f"{login} ← {self.env['res.users'].sudo().browse(logged_in).login}"

    @api.model
    def _company_of(self, subject):
        if subject and "company_id" in subject._fields:
            return subject.sudo().company_id
        return self.env["res.company"]

    @api.model
    def _seal_after_commit(self):
        """Have what this transaction wrote sealed as soon as it is committed."""
        postcommit = self.env.cr.postcommit
        if not postcommit.data.get(self._name):
            postcommit.data[self._name] = True
            postcommit.add(partial(_seal_now, self.env.registry))


def _short(text):
    """The beginning of a text, for lists."""
    first, *more = (text or "").splitlines() or [""]
    return f"{first[:SHORT]} …" if more or len(first) > SHORT else first


def _storable(value):
    """Texts as the database keeps them: without markup, and without NUL."""
    if isinstance(value, Markup):
        value = html2plaintext(value).strip()
    return value.replace("\0", "") if isinstance(value, str) else value


def _seal_now(registry):
    """Seal in a short transaction of its own. What fails here is sealed by the heartbeat."""
    if not registry.ready:
        return
    try:
        with registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["g2p.bridge.audit.seal"]._seal()
    except Exception as error:
        _logger.info("The audit trail is sealed later: %s", type(error).__name__)
