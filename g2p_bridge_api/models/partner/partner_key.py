# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.g2p_bridge_base.lib.jose import ALGORITHMS

#: What a key is made of; it never changes.
MATERIAL = {"partner_id", "pem", "kind", "bits", "kid", "fingerprint", "revoked_at"}


class PartnerKey(models.Model):
    """A public key of a partner: what it signs with the other half is from the partner.

    Several may be valid at a time, so that a partner can change its key without a pause.
    """

    _name = "g2p.bridge.partner.key"
    _description = "Key of a Bridge Partner"
    _inherit = ["g2p.bridge.two.person.mixin", "g2p.bridge.own.fields"]
    _order = "revoked_at desc, id desc"
    _rec_name = "short_fingerprint"
    _rec_names_search = ["fingerprint", "kid"]

    # === Fields ===

    partner_id = fields.Many2one(
        "g2p.bridge.partner", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="partner_id.company_id")
    pem = fields.Text("Public Key", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("RSA", "RSA"),
            ("P-256", "EC P-256"),
            ("P-384", "EC P-384"),
            ("P-521", "EC P-521"),
            ("Ed25519", "Ed25519"),
        ],
        required=True,
        readonly=True,
    )
    bits = fields.Integer(readonly=True, help="Of an RSA key.")
    kid = fields.Char(
        "Key ID",
        readonly=True,
        help="How the partner names this key. A signature may name it too; it need not.",
    )
    algorithm = fields.Selection(
        [(name, name) for name in ALGORITHMS],
        help="The only algorithm that this key may be used with. Empty: any that fits it.",
    )
    fingerprint = fields.Char(
        readonly=True,
        required=True,
        help="SHA-256 of the key. Have the partner read it to you, over a way that you trust, "
        "before you rely on the key.",
    )
    short_fingerprint = fields.Char("Key", compute="_compute_short_fingerprint")
    valid_from = fields.Datetime(
        default=fields.Datetime.now, required=True, help="It proves nothing before."
    )
    valid_until = fields.Datetime(help="It proves nothing after. Empty: until it is revoked.")
    revoked_at = fields.Datetime("Revoked", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waits for confirmation"),
            ("valid", "Valid"),
            ("future", "Not yet valid"),
            ("expired", "Expired"),
            ("revoked", "Revoked"),
        ],
        compute="_compute_state",
    )

    # === Constraints ===

    _fingerprint_uniq = models.UniqueIndex(
        "(fingerprint) WHERE revoked_at IS NULL",
        "This key is stored already. A key belongs to one partner.",
    )

    @api.constrains("valid_from", "valid_until")
    def _check_dates(self):
        for key in self:
            if key.valid_until and key.valid_until <= key.valid_from:
                raise ValidationError(
                    self.env._("%s is valid until before it begins to be.", key.display_name)
                )

    @api.constrains("algorithm", "kind")
    def _check_algorithm(self):
        for key in self.filtered("algorithm"):
            if ALGORITHMS[key.algorithm] != key.kind:
                raise ValidationError(
                    self.env._(
                        "%(algorithm)s needs a key of the kind %(wanted)s; %(key)s is of the kind "
                        "%(kind)s.",
                        algorithm=key.algorithm,
                        wanted=ALGORITHMS[key.algorithm],
                        key=key.display_name,
                        kind=key.kind,
                    )
                )

    # === Compute ===

    @api.depends("fingerprint")
    def _compute_short_fingerprint(self):
        for key in self:
            key.short_fingerprint = " ".join((key.fingerprint or "").split()[:4])

    @api.depends("valid_from", "valid_until", "revoked_at", "is_confirmed")
    def _compute_state(self):
        now = fields.Datetime.now()
        for key in self:
            if key.revoked_at:
                key.state = "revoked"
            elif not key.is_confirmed:
                key.state = "waiting"
            elif key.valid_until and key.valid_until <= now:
                key.state = "expired"
            else:
                key.state = "future" if (key.valid_from or now) > now else "valid"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._('Keys come in by the button "Add Keys" of a partner.'))
        return super().create(vals_list)

    def write(self, vals):
        if MATERIAL & set(vals) and not self.env.su:
            raise UserError(
                self.env._("A key does not change. Revoke it, and add the one that replaces it.")
            )
        for key in self:
            if key.revoked_at:
                raise UserError(self.env._("%s is revoked, for ever.", key.display_name))
        former = [(key, key.valid_from, key.valid_until, key.algorithm) for key in self]
        result = super().write(vals)
        for key, *values in former:
            if values != [key.valid_from, key.valid_until, key.algorithm]:
                key._note(
                    self.env._(
                        "valid from %(start)s until %(end)s (UTC), algorithm %(algorithm)s",
                        start=key.valid_from,
                        end=key.valid_until or self.env._("it is revoked"),
                        algorithm=key.algorithm or self.env._("any that fits"),
                    )
                )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Keys are not deleted, but revoked: others want to look back."))

    # === Actions ===

    def action_revoke(self):
        """From now on this key proves nothing, whatever was signed with it."""
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        for key in self:
            self.env["g2p.bridge.change"]._overtake(key)
            key.sudo().revoked_at = fields.Datetime.now()
            key._note(self.env._("revoked"))

    # === Helpers ===

    def _two_person_names(self):
        """What it is made of never changes; its being added at all is confirmed as a whole."""
        return super()._two_person_names() | {"algorithm", "valid_from", "valid_until"}

    def _change_names(self):
        return [*super()._change_names(), "fingerprint", "kid", "kind", "partner_id"]

    def _change_log(self):
        return self.partner_id

    def _note(self, what):
        """Say in the partner's chatter what became of this key, and whose doing it was."""
        self.partner_id._log_decision(
            "secret",
            self.env._("Key %(fingerprint)s: %(what)s.", fingerprint=self.fingerprint, what=what),
        )
