# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...lib.origin import origin_of, origin_words
from ...secret import MASK


class EndpointCredential(models.AbstractModel):
    """A secret belongs to the server that it was given for.

    Nobody reads a credential, whoever may change an address: where the address leads to another
    server (scheme, host or port), what was stored for the former one is dropped, by whatever way
    the address was written, and has to be entered again.
    """

    _inherit = "g2p.bridge.endpoint"

    @api.onchange("base_url")
    def _onchange_base_url(self):
        """Say what saving will do, before it is done."""
        former = self._origin
        if former.has_credential and origin_of(former.base_url) != origin_of(self.base_url):
            return {
                "warning": {
                    "title": self.env._("Another server"),
                    "message": self.env._(
                        "The stored credential was given for %s and is removed when you save: "
                        "no other server gets it. Enter the credential of the new server.",
                        origin_words(former.base_url) or self.env._("no server"),
                    ),
                }
            }
        return None

    def write(self, vals):
        if "base_url" not in vals:
            return super().write(vals)
        before = {endpoint: endpoint.base_url for endpoint in self}
        result = super().write(vals)
        for endpoint, former in before.items():
            if origin_of(endpoint.base_url) != origin_of(former):
                endpoint._drop_secrets_of(former, vals)
        return result

    @api.model
    def _sent_secret_names(self):
        """:return: the secrets that people have entered for the other side, and that it is sent"""
        return ["credential"]

    def _drop_secrets_of(self, former, vals):
        """Forget what was given for the server at a former address.

        :param vals: what is written together with the new address: a new secret stays
        """
        self.ensure_one()
        for name in self._sent_secret_names():
            field = self._fields[name]
            if _brings(vals, name) or not field.is_given(self.sudo()):
                continue
            self.sudo()[name] = False  # the audit trail has it from here
            self.message_post(
                body=self.env._(
                    "%(secret)s: removed, because the address leads to another server now "
                    "(%(former)s before, %(now)s now). Enter the one for this server.",
                    secret=self._fields[f"{name}_input"]._description_string(self.env),
                    former=origin_words(former) or "–",
                    now=origin_words(self.base_url) or "–",
                )
            )

    def _carries_secret(self):
        """Whether requests carry something that would let others speak in our name."""
        self.ensure_one()
        return any(self._fields[name].is_given(self.sudo()) for name in self._sent_secret_names())


def _brings(vals, name):
    """Whether values bring a new secret; the mask stands for the one that is stored."""
    typed = (vals.get(f"{name}_input") or "").strip()
    return bool(vals.get(name)) or typed not in ("", MASK)
