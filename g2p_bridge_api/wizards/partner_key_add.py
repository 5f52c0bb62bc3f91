# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.lib.jose import PARTNERS, KeyFault, read_public_keys


class PartnerKeyAdd(models.TransientModel):
    """Take public keys that a partner has sent."""

    _name = "g2p.bridge.partner.key.add"
    _description = "Add Keys of a Partner"

    # === Fields ===

    partner_id = fields.Many2one(
        "g2p.bridge.partner", required=True, readonly=True, ondelete="cascade"
    )
    text = fields.Text(
        "Public Keys",
        required=True,
        help="PEM, certificates or a JWKS; several at once if you like.",
    )
    valid_from = fields.Datetime(
        default=fields.Datetime.now, required=True, help="They prove nothing before."
    )
    valid_until = fields.Datetime(
        help="They prove nothing after. Empty: until they are revoked, or as long as a certificate "
        "says."
    )
    findings = fields.Html("What Is in It", compute="_compute_findings", sanitize=False)

    # === Compute ===

    @api.depends("text")
    def _compute_findings(self):
        for wizard in self:
            wizard.findings = wizard._describe() if (wizard.text or "").strip() else False

    # === Actions ===

    def action_add(self):
        """Store the keys; each is noted in the partner's chatter by its fingerprint."""
        self.ensure_one()
        self.partner_id.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self.partner_id)
        try:
            found = read_public_keys(self.text, PARTNERS)
        except KeyFault as fault:
            raise UserError(self.env._("The keys can't be taken. %s", str(fault))) from fault
        self._check_new(found)
        keys = self.env["g2p.bridge.partner.key"]
        confirmed = not keys._needs_second_person()
        keys = keys.sudo().create([{**self._vals(key), "is_confirmed": confirmed} for key in found])
        for key in keys:
            key.sudo(False)._note(
                self.env._(
                    "added, valid from %(start)s (UTC) until %(end)s",
                    start=key.valid_from,
                    end=key.valid_until or self.env._("it is revoked"),
                )
            )
        return {"type": "ir.actions.act_window_close"}

    # === Helpers ===

    def _describe(self):
        try:
            keys = read_public_keys(self.text, PARTNERS)
        except KeyFault as fault:
            return Markup("<span class='text-danger'>%s</span>") % str(fault)
        row = Markup("<li><b>%s</b> %s<br/><code>%s</code></li>")
        rows = (
            row % (f"{key.kind} {key.bits or ''}".strip(), key.kid or "", key.fingerprint)
            for key in keys
        )
        return Markup("<ul class='mb-0 ps-3'>%s</ul>") % Markup().join(rows)

    def _check_new(self, found):
        """:raises UserError: one of the keys is stored already, for whomever"""
        known = self.env["g2p.bridge.partner.key"].sudo()
        known = known.search(
            [("fingerprint", "in", [key.fingerprint for key in found]), ("revoked_at", "=", False)]
        )
        own = known.filtered(lambda key: key.partner_id == self.partner_id)
        if own:
            raise UserError(
                self.env._(
                    "%(partner)s has this key already: %(key)s.",
                    partner=self.partner_id.name,
                    key=own[0].fingerprint,
                )
            )
        if known:
            raise UserError(
                self.env._(
                    "Another partner signs with this key already: %s. Ask for a key that only "
                    "this partner has.",
                    known[0].fingerprint,
                )
            )

    def _vals(self, key):
        starts = [moment for moment in (self.valid_from, key.valid_from) if moment]
        ends = [moment for moment in (self.valid_until, key.valid_until) if moment]
        return {
            "partner_id": self.partner_id.id,
            "pem": key.pem,
            "kind": key.kind,
            "bits": key.bits,
            "kid": key.kid,
            "algorithm": key.algorithm or False,
            "fingerprint": key.fingerprint,
            "valid_from": max(starts),
            "valid_until": min(ends, default=False),
        }
