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
from ...lib.origin import origin_of, origin_words
from ...secret import MASK, Secret, SecretUnreadable, secret_input, secret_state
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

    A secret belongs to the server that it was given for. Nobody reads a credential, whoever may
    change an address: where the address leads to another server (scheme, host or port), what was
    stored for the former one is dropped, by whatever way the address was written, and has to be
    entered again.

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

    # === Fields ===

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

    # === Constraints ===

    _timeouts_positive = models.Constraint(
        "CHECK(connect_timeout > 0 AND read_timeout > 0)",
        "Time-outs are whole seconds above zero.",
    )

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

    # === Compute ===

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

    @api.depends("sign_requests", "company_id")
    def _compute_lacks_signing_key(self):
        keys = self.env["g2p.bridge.signing.key"]
        for endpoint in self:
            endpoint.lacks_signing_key = bool(
                endpoint.sign_requests and not keys._current(endpoint.company_id)
            )

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

    # === CRUD ===

    def write(self, vals):
        if "base_url" not in vals:
            return super().write(vals)
        before = {endpoint: endpoint.base_url for endpoint in self}
        result = super().write(vals)
        for endpoint, former in before.items():
            if origin_of(endpoint.base_url) != origin_of(former):
                endpoint._drop_secrets_of(former, vals)
        return result

    def copy_data(self, default=None):
        """A copy has another name; it is disabled and has no credential."""
        copies = super().copy_data(default)
        for endpoint, values in zip(self, copies, strict=True):
            if "name" not in (default or {}):
                values["name"] = unique_text(endpoint, "name", self.env._("%s (copy)"))
        return copies

    # === Actions ===

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

    # === Helpers ===

    def _two_person_names(self):
        return super()._two_person_names() | (DIRECTING & set(self._fields))

    def _stops(self, name, value):
        disables = name == "environment" and value == "disabled"
        return disables or super()._stops(name, value)

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
        gaps = self._connection_gaps()
        if self.lacks_signing_key:
            gaps.append(
                self.env._(
                    "Its requests are to be signed, but no key signs yet: make one under "
                    "Configuration > Signing Keys, and have it sign."
                )
            )
        return gaps

    def _connection_gaps(self):
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

    def _signature_headers(self, body, url):
        """:return: {header: signature over exactly these bytes}, empty where none is wanted

        :param url: where exactly they are posted to, which is signed too
        :raises Unavailable: it is wanted, and no key signs
        """
        if not self.sign_requests:
            return {}
        keys = self.env["g2p.bridge.signing.key"]
        return keys._sign_headers(self.company_id, body, url)

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


def _brings(vals, name):
    """Whether values bring a new secret; the mask stands for the one that is stored."""
    typed = (vals.get(f"{name}_input") or "").strip()
    return bool(vals.get(name)) or typed not in ("", MASK)
