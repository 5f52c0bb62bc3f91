# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError

ADMIN = "g2p_bridge_base.group_admin"


class Webhook(models.Model):
    """A partner's address to which events are sent, as they happen and in their order."""

    _name = "g2p.bridge.webhook"
    _description = "Webhook"
    _inherit = ["g2p.bridge.endpoint", "g2p.bridge.to.do.mixin", "g2p.bridge.durable.mixin"]
    _order = "name, id"
    _check_company_auto = True

    # === Fields ===

    name = fields.Char(required=True, tracking=True, help="What people call it.")
    active = fields.Boolean(default=True, help="An archived webhook is told nothing.")
    partner_id = fields.Many2one(
        "g2p.bridge.partner",
        required=True,
        index=True,
        tracking=True,
        help="Whose address it is. It is told of this partner's programs and of no others.",
    )
    company_id = fields.Many2one(
        "res.company", related="partner_id.company_id", store=True, readonly=True
    )
    program_ids = fields.Many2many(
        "g2p.bridge.program",
        string="Only Programs",
        check_company=True,
        help="Leave it empty for all programs of the partner.",
    )
    kind_ids = fields.Many2many(
        "g2p.bridge.event.kind",
        string="Only Events",
        help="Leave it empty for events of all kinds, also those that later versions bring.",
    )
    read_timeout = fields.Integer(default=20)
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        tracking=True,
        help="Gets a to-do when it can't be reached.",
    )
    paused_at = fields.Datetime(
        readonly=True,
        copy=False,
        tracking=True,
        help="It has failed for too long and is called no more. Events are kept for it.",
    )
    failures = fields.Integer(
        "Failures in a Row", readonly=True, copy=False, help="Requests since the last success."
    )
    failing_since = fields.Datetime(readonly=True, copy=False)
    next_attempt_at = fields.Datetime("Next Attempt", readonly=True, copy=False)
    last_delivered_at = fields.Datetime("Last Success", readonly=True, copy=False)
    last_error_code = fields.Char("Last Error", readonly=True, copy=False)
    status = fields.Selection(
        [
            ("off", "Off"),
            ("paused", "Paused"),
            ("failing", "Failing"),
            ("fine", "Fine"),
        ],
        compute="_compute_status",
    )
    delivery_ids = fields.One2many("g2p.bridge.webhook.delivery", "webhook_id")
    pending_count = fields.Integer("Waiting", compute="_compute_counts")
    failed_count = fields.Integer("Given Up", compute="_compute_counts")

    # === Compute ===

    @api.depends("environment", "active", "is_confirmed", "paused_at", "failures")
    def _compute_status(self):
        for webhook in self:
            called = webhook.is_confirmed and webhook.environment != "disabled"
            if not called or not webhook.active:
                webhook.status = "off"
            elif webhook.paused_at:
                webhook.status = "paused"
            else:
                webhook.status = "failing" if webhook.failures else "fine"

    def _compute_counts(self):
        groups = self.env["g2p.bridge.webhook.delivery"]._read_group(
            [("webhook_id", "in", self.ids), ("state", "in", ("pending", "failed"))],
            ["webhook_id", "state"],
            ["__count"],
        )
        counts = {(webhook.id, state): count for webhook, state, count in groups}
        for webhook in self:
            webhook.pending_count = counts.get((webhook.id, "pending"), 0)
            webhook.failed_count = counts.get((webhook.id, "failed"), 0)

    # === CRUD ===

    def unlink(self):
        """Its deliveries go with it: they are not bound to it by the database."""
        self.check_access("unlink")
        self.sudo().delivery_ids.unlink()
        return super().unlink()

    # === Actions ===

    def action_resume(self):
        """Call it again, from the oldest event that waits for it."""
        self.check_access("write")
        self.sudo().write(
            {"paused_at": False, "failures": 0, "failing_since": False, "next_attempt_at": False}
        )
        self.activity_unlink(["mail.mail_activity_data_warning"])
        self._deliver_due()

    def action_replay(self):
        """Ask which events are sent once more, and why."""
        self.ensure_one()
        return self.env["g2p.bridge.webhook.replay"]._open(self)

    def action_open_deliveries(self):
        return self._open_deliveries([])

    def action_open_pending(self):
        return self._open_deliveries([("state", "=", "pending")])

    def action_open_failed(self):
        return self._open_deliveries([("state", "=", "failed")])

    def action_send_test(self):
        """Send an event that tells nothing, and show what came of it."""
        return self.action_test_connection()

    # === Helpers ===

    def _unaudited_names(self):
        passing = {"failures", "failing_since", "next_attempt_at", "last_delivered_at"}
        return super()._unaudited_names() | passing | {"last_error_code"}

    def _open_deliveries(self, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "g2p_bridge_api.webhook_delivery_action"
        )
        return {**action, "domain": [("webhook_id", "=", self.id), *domain], "context": {}}

    def _get_connector(self):
        return self.env["g2p.bridge.webhook.client"].with_context(bridge_webhook_id=self.id)

    def _tested_facts(self):
        return (self.base_url, self.sudo().credential)

    def _gaps(self):
        """Every request of a webhook is signed."""
        gaps = super()._gaps()
        if not self.env["g2p.bridge.signing.key"]._current(self.company_id):
            gaps.append(
                self.env._(
                    "Its requests are signed, but no key signs yet: make one under "
                    "Configuration > Signing Keys, and have it sign."
                )
            )
        return gaps

    def _signature_headers(self, body, url):
        keys = self.env["g2p.bridge.signing.key"]
        return keys._sign_headers(self.company_id, body, url)

    def _address_fault(self):
        """A query may be part of a receiver's address; all else is as for any endpoint."""
        try:
            parts = urlsplit(self.base_url)
            bare = self.new({"base_url": parts._replace(query="").geturl()})
        except ValueError:
            bare = self
        return super(Webhook, bare)._address_fault()

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The chatter would take ``partner_id`` for a contact: it is none."""
        return []

    def _responsible_user(self):
        return self.responsible_id or self.create_uid

    def _check_running(self):
        """:raises UserError: nothing is sent to it now"""
        for webhook in self:
            if webhook.status in ("off", "paused"):
                raise UserError(
                    self.env._(
                        "%s is off or paused: enable or resume it, and what waits is sent.",
                        webhook.name,
                    )
                )

    def _two_person_names(self):
        """Two people agree to where a partner's events go."""
        return super()._two_person_names() | {"partner_id"}

    def _direction_changed(self, names):
        super()._direction_changed(names)
        if {"environment", "is_confirmed"} & names:
            self._deliver_due()
