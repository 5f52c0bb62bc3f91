# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models

from ...lib.stall import SYSTEM_KINDS

_logger = logging.getLogger(__name__)

KINDS = [
    ("uncertain", "Outcome unknown"),
    ("failed", "Failed for good"),
    ("failed_jobs", "Jobs fail again and again"),
    ("late_answer", "Mapper does not call back"),
    ("stale_claim", "Begun and not ended"),
    ("missed_date", "Schedule date missed"),
    ("slow_statement", "Statement not processed"),
    ("disabled", "Disabled, and waited for"),
    ("heads_behind", "Heads of the audit trail stay in the database"),
    ("late_heartbeat", "Scheduled action does not run"),
    ("jobs_not_run", "Jobs are not run"),
]
#: Models whose pages have to-dos.
WITH_ACTIVITIES = ("g2p.bridge.envelope", "g2p.bridge.statement")
#: Kinds that their step itself puts a to-do on the page for, as soon as it happens.
TOLD_BY_STEP = ("uncertain", "failed")


class StallRecord(models.Model):
    """Something that stands still and that people have been told of.

    A row appears when a look finds it, stays as it is while nothing changes, so that nobody
    is told twice, and goes when the next look does not find it any more.
    """

    _name = "g2p.bridge.stall"
    _description = "Work That Stands Still"
    _order = "since, id"

    # === Fields ===

    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    where = fields.Char(compute="_compute_where")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    item_count = fields.Integer("How Many", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary("Uncertain Amount", readonly=True)
    since = fields.Datetime(readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True, ondelete="set null")
    mailed = fields.Boolean("Told by E-Mail", readonly=True)

    # === Constraints ===

    _once = models.Constraint(
        "UNIQUE(kind, res_model, res_id)", "What stands still is listed once."
    )

    # === Compute ===

    @api.depends("kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for stall in self:
            stall.display_name = kinds.get(stall.kind)

    @api.depends("res_model", "res_id")
    def _compute_where(self):
        for model, stalls in self.grouped("res_model").items():
            known = stalls.filtered("res_id")
            names = {}
            if known and model in self.env:
                records = self.env[model].sudo().browse(known.mapped("res_id")).exists()
                names = {record.id: record.display_name for record in records}
            for stall in stalls:
                stall.where = names.get(stall.res_id) or self.env["g2p.bridge.health"]._where(stall)

    # === Actions ===

    def action_open(self):
        """Open what stands still."""
        self.ensure_one()
        self.check_access("read")
        return self.env["g2p.bridge.health"]._open(self.res_model, self.res_id)

    # === Steps ===

    @api.model
    def _cron_watch(self):
        """Let go on what can go on, and tell people of the rest.

        In a restored database everything stands still on purpose until an administrator has
        compared and confirmed: then only the machinery itself is looked after.
        """
        self = self.sudo()
        health = self.env["g2p.bridge.health"].sudo()
        kinds = [kind for kind, _name in KINDS]
        if self.env["g2p.bridge.restore"]._unconfirmed():
            kinds = SYSTEM_KINDS
        elif resumed := health._resume():
            _logger.warning("%s steps or envelopes stood still and go on again", resumed)
        self._take([stall for stall in health._stalls() if stall.kind in kinds], kinds)
        self._mail_news()

    def _take(self, stalls, kinds):
        """Make the rows of these kinds what was found: tell of new ones, settle those gone."""
        found = {stall.key: stall for stall in stalls}
        rows = self.search([("kind", "in", kinds)])
        gone = rows.filtered(lambda row: row._key() not in found)
        gone._settle_activities()
        gone.unlink()
        known = {row._key(): row for row in rows - gone}
        for key, row in known.items():
            row._keep_up(found[key])
        news = [stall for key, stall in found.items() if key not in known]
        created = self.create([self._prepare_stall_vals(stall) for stall in news])
        for row in created:
            row._tell()

    def _keep_up(self, stall):
        vals = self._prepare_stall_vals(stall)
        changed = {
            name: vals[name]
            for name in ("item_count", "since")
            if self[name] != (vals[name] or False)
        }
        if changed:
            self.write({**changed, "amount": vals["amount"]})

    def _tell(self):
        """Put a to-do on the page of what stands still, unless its step has done so."""
        if self.res_model not in WITH_ACTIVITIES:
            return
        owner = self.env[self.res_model].browse(self.res_id)
        warning = self.env.ref("mail.mail_activity_data_warning")
        told = owner.activity_ids.filtered(lambda to_do: to_do.activity_type_id == warning)
        if self.kind in TOLD_BY_STEP and told:
            return
        self.activity_id = owner._ask_for_help(self.env["g2p.bridge.health"]._sentence(self.kind))

    def _settle_activities(self):
        """What goes on again needs nobody any more."""
        for stall in self.filtered("activity_id"):
            stall.activity_id.action_feedback(
                feedback=self.env._("It does not stand still any more.")
            )

    @api.model
    def _mail_news(self):
        """One message about everything that is new, to the people on duty."""
        addresses = self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.duty_emails")
        news = self.search([("mailed", "=", False)])
        if not news:
            return
        news.mailed = True
        if addresses:
            self.env["mail.mail"].create(news._prepare_mail_vals(addresses))

    # === Helpers ===

    def _key(self):
        return self.kind, self.res_model, self.res_id

    @api.model
    def _prepare_stall_vals(self, stall):
        return {
            "kind": stall.kind,
            "res_model": stall.model,
            "res_id": stall.res_id,
            "company_id": stall.company_id,
            "item_count": stall.count,
            "currency_id": stall.currency_id,
            "amount": stall.amount,
            "since": stall.since,
        }

    def _prepare_mail_vals(self, addresses):
        """The digest: kinds, numbers and envelope names; no person, account or secret."""
        url = f"{self.env.company._g2p_bridge_own_url()}/odoo/g2p-bridge-health"
        body = self.env["ir.qweb"]._render(
            "g2p_bridge.stall_mail",
            {
                "url": url,
                "stalls": self.sorted(lambda row: (row.kind not in SYSTEM_KINDS, row.id))[:50],
                "more": max(len(self) - 50, 0),
            },
        )
        return {
            "subject": self.env._("G2P Bridge: something stands still (%s)", len(self)),
            "body_html": body,
            "email_to": addresses,
            "auto_delete": True,
        }
