# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.g2p_bridge_base.lib.jose import SignatureFault

from ..lib import proof
from .signature_advice import ADVICE


class SignatureCheck(models.TransientModel):
    """Tell why a signed request of a partner would be refused. Nothing is carried out."""

    _name = "g2p.bridge.signature.check"
    _description = "Check a Sample Signature"

    # === Fields ===

    partner_id = fields.Many2one(
        "g2p.bridge.partner", required=True, readonly=True, ondelete="cascade"
    )
    signature = fields.Text(
        help="What stands in the header Signature or Authorization. Empty: the signature is a "
        "member of the body.",
    )
    body = fields.Text(
        help="The body of the request, exactly as it was sent. A window changes line breaks: "
        "rather give a file if it has any.",
    )
    body_file = fields.Binary("Body as a File", attachment=False)
    body_file_name = fields.Char()
    verdict = fields.Selection([("proven", "Accepted"), ("refused", "Refused")], readonly=True)
    explanation = fields.Html(readonly=True, sanitize=False)

    # === Actions ===

    def action_check(self):
        """Judge the signature as a call would be judged, and say in words what came out."""
        self.ensure_one()
        self.partner_id.check_access("read")
        self.verdict, sentences = self._judge()
        items = Markup().join(Markup("<li>%s</li>") % text for text in sentences)
        self.explanation = Markup("<ul class='mb-0 ps-3'>%s</ul>") % items
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check a Sample Signature"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === Helpers ===

    def _judge(self):
        """:return: (verdict, sentences that explain it)"""
        body = self._body()
        headers = {"signature": self.signature or ""}
        try:
            signature = proof.find_signature(headers, proof.member_of(body))
            if not signature:
                raise SignatureFault("malformed")
            sentences = [self._read(signature)]
        except SignatureFault as fault:
            return "refused", [self._advice(fault)]
        partner = self.partner_id.sudo()
        try:
            key = proof.verify(signature, body, partner._valid_keys(), bool(partner.exact_bytes))
        except SignatureFault as fault:
            return "refused", [*sentences, self._advice(fault), *self._second_look(signature, body)]
        made = self.env._("It was made over this body with the key %s.", key.fingerprint)
        return "proven", [*sentences, made, *self._reservations()]

    def _body(self):
        if self.body_file:
            try:
                return base64.b64decode(self.body_file, validate=True)
            except ValueError as error:
                raise UserError(
                    self.env._("The file did not arrive whole. Choose it again.")
                ) from error
        return (self.body or "").encode()

    @api.model
    def _read(self, signature):
        if not signature.kid:
            return self.env._(
                "The signature can be read: algorithm %s, no name of a key.", signature.algorithm
            )
        return self.env._(
            "The signature can be read: algorithm %(algorithm)s, key ID %(kid)s.",
            algorithm=signature.algorithm,
            kid=signature.kid,
        )

    @api.model
    def _advice(self, fault):
        text = self.env._(ADVICE[fault.cause])  # pylint: disable=translation-not-lazy
        return text % fault.detail if "%s" in text else text

    def _second_look(self, signature, body):
        """What would have been accepted if something were otherwise: often the cause."""
        partner = self.partner_id.sudo()
        others = partner.key_ids - partner._valid_keys()
        key = self._maker(signature, body, others, exact=False)
        if key:
            yield self.env._(
                "A key of this partner that is not valid now has made it: %(key)s (%(state)s).",
                key=key.fingerprint,
                state=dict(key._fields["state"]._description_selection(self.env))[key.state],
            )
        elif partner.exact_bytes and self._maker(signature, body, partner.key_ids, exact=False):
            yield self.env._(
                "It was made over the same JSON written in another way. This partner is held to "
                'the exact bytes: see "Signs the Exact Bytes".'
            )

    @api.model
    def _maker(self, signature, body, keys, exact):
        try:
            return proof.verify(signature, body, keys, exact)
        except SignatureFault:
            return None

    def _reservations(self):
        """What a call of this partner would be refused for nevertheless."""
        if not self.partner_id.active:
            yield self.env._("But the partner is archived: its calls are refused.")
        if self.partner_id.proof == "api_key":
            yield self.env._("But this partner proves itself by an API key alone.")
        if self.partner_id.proof == "both":
            yield self.env._("This partner has to give an API key as well.")
