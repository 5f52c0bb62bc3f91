# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class EndpointSignature(models.AbstractModel):
    """Whether an outside system gets our signature with each request."""

    _inherit = "g2p.bridge.endpoint"

    sign_requests = fields.Boolean(
        tracking=True,
        help="Each request carries our signature over its body, in the header Signature, so that "
        "the other side knows that it is from us, unchanged, and meant for this very address. It "
        "needs our public key.",
    )
    lacks_signing_key = fields.Boolean(
        compute="_compute_lacks_signing_key",
        compute_sudo=True,
        help="Requests are to be signed, and no key of the company signs.",
    )

    @api.depends("sign_requests", "company_id")
    def _compute_lacks_signing_key(self):
        keys = self.env["g2p.bridge.signing.key"]
        for endpoint in self:
            endpoint.lacks_signing_key = bool(
                endpoint.sign_requests and not keys._current(endpoint.company_id)
            )

    def _gaps(self):
        gaps = super()._gaps()
        if self.lacks_signing_key:
            gaps.append(
                self.env._(
                    "Its requests are to be signed, but no key signs yet: make one under "
                    "Configuration > Signing Keys, and have it sign."
                )
            )
        return gaps

    def _signature_headers(self, body, url):
        """:return: {header: signature over exactly these bytes}, empty where none is wanted

        :param url: where exactly they are posted to, which is signed too
        :raises Unavailable: it is wanted, and no key signs
        """
        if not self.sign_requests:
            return {}
        keys = self.env["g2p.bridge.signing.key"]
        return keys._sign_headers(self.company_id, body, url)
