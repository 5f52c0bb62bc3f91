# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from ...keys import has_key
from ...lib.errors import Unavailable
from ...lib.guarded_http import ForbiddenAddress
from ...lib.networks import forbidden_kind, is_bare_address, is_plain_host, leads_outside
from ...secret import Secret, SecretUnreadable, secret_input, secret_state
from ...unique_text import unique_text

_lt = LazyTranslate(__name__)
ADMIN = "g2p_bridge_base.group_admin"
#: What says where requests go, with what proof, and whether at all.
DIRECTING = {
    "active",
    "base_url",
    "company_id",
    "connector",
    "credential",
    "environment",
    "sign_requests",
}
ENVIRONMENTS = [("disabled", "Disabled"), ("test", "Test"), ("enabled", "Enabled")]


class Endpoint(models.AbstractModel):
    """An outside system that is called: where it is, whether it may be, and with what proof.

    A model that inherits this has a ``name``, a ``company_id`` and ``_get_connector()``.
    """

    _name = "g2p.bridge.endpoint"
    _description = "Endpoint"
    _inherit = [
        "g2p.bridge.two.person.mixin",
        "mail.thread",
        "g2p.bridge.own.fields",
        "g2p.bridge.secret.mixin",
        "g2p.bridge.audited.mixin",
    ]

    environment = fields.Selection(
        ENVIRONMENTS,
        default="disabled",
        required=True,
        copy=False,
        tracking=True,
        help="Nothing is sent to what is disabled. Test marks a system without real money and "
        "real people; the bridge treats it like an enabled one.",
    )
    base_url = fields.Char(
        "Address",
        tracking=True,
        help="Start of every request's address, as the other side has given it, for example "
        "https://api.example.org/v1. Never with a password in it: that is the credential.",
    )
    is_unencrypted = fields.Boolean(
        compute="_compute_is_unencrypted",
        help="Requests leave this machine readable for whoever is on the way. A credential is "
        "sent so within private networks only, never over the internet.",
    )
    lacks_server_key = fields.Boolean(
        compute="_compute_lacks_server_key",
        help="The key that seals the credential lies beside it in the database.",
    )
    credential = Secret("Stored Credential")
    credential_input = secret_input(
        "credential",
        "Credential",
        groups=ADMIN,
        help="Password or token that proves who we are; sent as bearer authorization. Nobody "
        "can read it again, it can only be replaced or removed.",
    )
    has_credential = secret_state("credential", "Credential Stored")
    connect_timeout = fields.Integer(
        "Connect Time-out (s)",
        default=10,
        required=True,
        help="Seconds to wait for a connection. Nothing was sent when they have passed, so the "
        "bridge simply tries again later.",
    )
    read_timeout = fields.Integer(
        "Answer Time-out (s)",
        default=60,
        required=True,
        help="After this many seconds without an answer, the outcome counts as unknown.",
    )

    _timeouts_positive = models.Constraint(
        "CHECK(connect_timeout > 0 AND read_timeout > 0)",
        "Time-outs are whole seconds above zero.",
    )

    def _two_person_names(self):
        return super()._two_person_names() | (DIRECTING & set(self._fields))

    def _stops(self, name, value):
        disables = name == "environment" and value == "disabled"
        return disables or super()._stops(name, value)

    @api.constrains("base_url")
    def _check_base_url(self):
        for endpoint in self.filtered("base_url"):
            reason = endpoint._address_fault()
            if reason:
                raise ValidationError(
                    self.env._(
                        "The address of %(name)s can't be used. %(reason)s",
                        name=endpoint.name,
                        reason=reason,
                    )
                )

    @api.depends("base_url")
    def _compute_is_unencrypted(self):
        for endpoint in self:
            endpoint.is_unencrypted = _leaves_unencrypted(endpoint.base_url or "")

    def _compute_lacks_server_key(self):
        for endpoint in self:
            given = any(
                endpoint._fields[name].is_given(endpoint.sudo()) for name in self._secret_names()
            )
            endpoint.lacks_server_key = (
                given and endpoint.environment == "enabled" and not has_key()
            )

    def copy_data(self, default=None):
        """A copy has another name; it is disabled and has no credential."""
        copies = super().copy_data(default)
        for endpoint, values in zip(self, copies, strict=True):
            if "name" not in (default or {}):
                values["name"] = unique_text(endpoint, "name", self.env._("%s (copy)"))
        return copies

    def action_enable(self):
        """Let real work go to this system."""
        self._switch("enabled")

    def action_use_for_test(self):
        """Let work go to this system, marked as a test."""
        self._switch("test")

    def action_disable(self):
        """Send nothing more to this system."""
        self.check_access("write")
        self.environment = "disabled"

    def _switch(self, environment):
        """Let work go to these systems, once another administrator has confirmed it."""
        self.check_access("write")
        for endpoint in self:
            gaps = endpoint._gaps()
            if gaps:
                raise UserError(
                    self.env._(
                        "%(name)s can't be used yet: %(reasons)s",
                        name=endpoint.name,
                        reasons=" ".join(gaps),
                    )
                )
        self.environment = environment

    def _gaps(self):
        """:return: list of sentences: what has to be entered before this can be called"""
        self.ensure_one()
        try:
            connector = self._get_connector()
        except UserError:
            return [self.env._("It has no connector.")]
        if hasattr(connector, "_http_call") and not self.base_url:
            return [self.env._("It has no address.")]
        return [*self._network_gaps(connector), *self._secret_gaps()]

    def _network_gaps(self, connector):
        """What forbids an address that is a bare IP address; names are looked up when called."""
        if not hasattr(connector, "_http_networks"):
            return
        host = urlsplit(self.base_url).hostname
        try:
            networks = connector._http_networks()
            kind = is_bare_address(host) and forbidden_kind(host, networks)
            if kind is None and self._is_exposed() and leads_outside(host, networks):
                kind = "plain"
        except Unavailable as error:
            yield error.message
            return
        if kind:
            yield connector._http_forbidden(ForbiddenAddress(host, host, kind))

    def _is_exposed(self):
        """Whether a secret would leave this machine unencrypted."""
        return self.is_unencrypted and self._carries_secret()

    def _secret_gaps(self):
        """What is wrong with how the secrets of this record are stored, as sentences."""
        for name in self._secret_names():
            try:
                self.sudo()[name]  # noqa: B018
            except SecretUnreadable as error:
                yield str(error)

    def _address_fault(self):
        """:return: why the address can't be one of ours, or None"""
        fault = address_fault(self.base_url)
        return fault and self.env._(fault)


def address_fault(address):
    """Why a text is no address of a server, to be translated; None if it is one."""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname
        secret = parts.username is not None or parts.password is not None
        # Reading the port finds one that is no number.
        port = parts.port
    except ValueError:
        usable, secret, port = False, False, None
    if not usable or port == 0:
        return _lt("It begins with https:// (or http://) and the server's name.")
    if not is_plain_host(parts.hostname):
        return _lt(
            "The server's name is not plain. Write a name of letters, digits, hyphens and dots "
            "(an international one begins with xn--), or an IP address in its usual form."
        )
    if secret:
        return _lt("It has a user or a password in it: store them as credential.")
    if parts.query or parts.fragment:
        return _lt("It has a question mark or a hash sign: leave out all from there on.")
    return None


def _leaves_unencrypted(address):
    try:
        parts = urlsplit(address)
        own = parts.hostname in ("localhost", "::1") or (parts.hostname or "").startswith("127.")
    except ValueError:
        return False
    return parts.scheme == "http" and not own
