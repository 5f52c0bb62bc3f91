# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import ipaddress
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.g2p_bridge_base.secret import MASK, Secret, secret_state

from ...lib import secret_address
from ...lib.refusal import Refusal
from .partner_admission import NOT_PROVEN
from .partner_header import PLACEHOLDERS

_logger = logging.getLogger(__name__)

ADDRESS = "address"
_OWN_MACHINE = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))


class PartnerAddress(models.Model):
    """A partner that can neither sign nor send a header: an address of its own proves it.

    Everybody who has seen the address can call in the partner's name, so three things are asked
    besides: the call comes from one of the networks that were named, everything else is as if
    there were no such address, and two people have agreed to both. What is kept of the secret is
    its digest, sealed as secrets are; it is shown once, and stands in no log of ours.
    """

    _name = "g2p.bridge.partner"
    _inherit = ["g2p.bridge.partner", "g2p.bridge.secret.mixin"]

    # === Fields ===

    proof = fields.Selection(
        selection_add=[(ADDRESS, "A secret address")], ondelete={ADDRESS: "set default"}
    )
    address_digest = Secret("Secret Address")
    has_address_digest = secret_state("address_digest", "Secret Address Given")
    secret_url = fields.Char(
        "Address",
        compute="_compute_secret_url",
        help="What this partner calls, followed by the name of the operation. Its secret is shown "
        "once, when it is made; nobody can read it again.",
    )
    caller_networks = fields.Text(
        "Called from",
        tracking=True,
        help="The networks that its calls come from, for example 192.0.2.16/28 or 192.0.2.7/32. "
        "From anywhere else there is no such address.",
    )
    address_warning = fields.Text(compute="_compute_secret_url")

    # === Constraints ===

    @api.constrains("proof", "kind", "caller_networks")
    def _check_caller_networks(self):
        for partner in self:
            try:
                networks = partner._caller_networks()
            except ValueError as error:
                raise ValidationError(
                    self.env._(
                        "%(partner)s: these are no networks that it can be called from. "
                        "%(reason)s. Write each as 192.0.2.16/28.",
                        partner=partner.name,
                        reason=str(error),
                    )
                ) from error
            if partner.proof != ADDRESS:
                continue
            if partner.kind != "pbms":
                raise ValidationError(
                    self.env._(
                        "%s is a bank. The secret address for its statements is made on the "
                        "sponsor bank itself.",
                        partner.name,
                    )
                )
            if not networks:
                raise ValidationError(
                    self.env._(
                        "%s proves itself by a secret address: name the networks that it calls "
                        "from, so that the address alone is not enough.",
                        partner.name,
                    )
                )

    # === Compute ===

    @api.depends("proof", "address_digest", "caller_networks")
    @api.depends_context("lang")
    def _compute_secret_url(self):
        for partner in self:
            by_address = partner.proof == ADDRESS
            given = by_address and partner.has_address_digest
            partner.secret_url = given and partner._secret_url(MASK)
            warnings = partner._address_warnings() if by_address else ()
            partner.address_warning = "\n".join(warnings) or False

    # === Actions ===

    def action_new_secret_address(self):
        """Make another secret address and show it once; the former one is closed by it."""
        self.ensure_one()
        self.check_access("write")
        if self.proof != ADDRESS:
            raise UserError(self.env._("%s does not prove itself by an address.", self.name))
        if not self.company_id._g2p_bridge_own_url():
            raise UserError(
                self.env._(
                    "Enter the address of this server in Settings, for the partner to reach it."
                )
            )
        secret = secret_address.new_secret()
        digest = secret_address.digest_of(secret)
        title = self.env._("New Secret Address of %s", self.name)
        return self._show_new_secret("address_digest", digest, title, self._secret_url(secret))

    def action_close_secret_address(self):
        """Take no more calls at the secret address, at once."""
        self._withdraw_secret("address_digest")

    # === Helpers ===

    def _address_warnings(self):
        """What is weak about this way, in sentences."""
        yield self.env._(
            "Nothing but this address proves its calls: whoever has seen it, in a log of the "
            "other system or of a proxy, and calls from these networks, can send payments in its "
            "name. Let people approve its envelopes, and have it sign as soon as it can."
        )
        root = self.company_id._g2p_bridge_own_url() or ""
        if not root.startswith("https://"):
            yield self.env._(
                "The address of this server in Settings does not begin with https: the secret "
                "would be read on its way."
            )
        try:
            networks = self._caller_networks()
        except ValueError:
            return
        if any(
            one.version == own.version and one.overlaps(own)
            for one in networks
            for own in _OWN_MACHINE
        ):
            yield self.env._(
                "These networks hold this machine itself: whatever runs on it may call, and so "
                "may everybody behind a proxy on it that does not tell who calls (docs/proxy.md)."
            )

    @api.model
    def _at_address(self, secret, caller):
        """Find whose secret address is called.

        :param caller: network address of the caller, "" if it is not known
        :return: the partner, in superuser mode
        :raises NoSuchAddress: it is nobody's; or it is called from outside of its networks, then
            its ``partner`` is whose it is
        """
        given, found = secret_address.digest_of(secret), self.browse()
        known = [
            ("proof", "=", ADDRESS),
            ("is_confirmed", "=", True),
            ("address_digest", "!=", False),
        ]
        for partner in self.sudo().search(known):
            # All of them, each in the same time, whichever it is.
            if hmac.compare_digest(partner._readable_secret("address_digest") or "", given):
                found = partner
        if not found:
            raise secret_address.NoSuchAddress()
        if not secret_address.is_from(caller, found._caller_networks()):
            _logger.warning(
                "partner %s: its secret address was called from %s, which is none of its networks",
                found.id,
                caller or "behind a proxy that Odoo does not know of (proxy_mode)",
            )
            raise secret_address.NoSuchAddress(found)
        return found

    def _check_address_call(self, call, more):
        """:raises Refusal: a call to this partner's own address says that it is of somebody else

        :param more: whether a signature or an API key came with it, of which none counts here
        """
        if more:
            raise Refusal(
                NOT_PROVEN,
                self.env._(
                    "This address itself proves who calls: send neither a signature nor an API "
                    "key to it."
                ),
            )
        if call.sender_id not in (*PLACEHOLDERS, self.code):
            raise Refusal(
                NOT_PROVEN,
                self.env._("This address is not that of the sender that the message names."),
            )

    def _caller_networks(self):
        return secret_address.parse_networks(self.caller_networks)

    def _secret_url(self, secret):
        root = self.company_id._g2p_bridge_own_url()
        prefix = self.env["g2p.bridge.api.settings"]._prefix()
        return f"{root}{prefix}/{secret_address.SEGMENT}/{secret}"
