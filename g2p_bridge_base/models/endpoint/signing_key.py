# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...lib import jose
from ...lib.errors import NoSigningKey
from ...secret import Secret, secret_input, secret_state

ADMIN = "g2p_bridge_base.group_admin"
#: What follows from the key itself and from its life; only this model writes it.
OWN_FIELDS = {"state", "kid", "public_key", "published_at", "used_at", "published_until"}
#: What can't change any more once there is a key.
FIXED_FIELDS = {"algorithm", "company_id"}
#: The header that says for which address a signed message is meant.
TARGET = "Signature-Target"


class SigningKey(models.Model):
    """A key by which a company proves that a message comes from it.

    ========  ==================================================================
    state     meaning
    ========  ==================================================================
    draft     there is no key yet
    next      published, so that others know it before the first signature
    current   signs everything that is signed; at most one of a company
    retired   signs nothing more, published until what it signed has been checked
    gone      not published any more, its private half is erased
    ========  ==================================================================

    A key that only one person knows of is neither published nor signs: whoever brought its
    private half along could else have banks pay by it.
    """

    _name = "g2p.bridge.signing.key"
    _description = "Signing Key"
    _inherit = [
        "g2p.bridge.two.person.mixin",
        "mail.thread",
        "g2p.bridge.own.fields",
        "g2p.bridge.secret.mixin",
    ]
    _order = "company_id, id desc"

    # === Fields ===

    name = fields.Char(
        required=True,
        tracking=True,
        default=lambda self: self.env._("Key of %s", fields.Date.context_today(self)),
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    algorithm = fields.Selection(
        [
            ("RS256", "RS256 (RSA)"),
            ("PS256", "PS256 (RSA)"),
            ("ES256", "ES256 (EC P-256)"),
        ],
        default="RS256",
        required=True,
        tracking=True,
        help="All partners have to know it. RS256 is the one that every SPAR mapper accepts.",
    )
    state = fields.Selection(
        [
            ("draft", "No key yet"),
            ("next", "Published"),
            ("current", "Signing"),
            ("retired", "Retired"),
            ("gone", "Withdrawn"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    private_key = Secret("Stored Private Key")
    private_key_input = secret_input(
        "private_key",
        "Private Key",
        groups=ADMIN,
        help="A key that was made elsewhere, as PEM. Nobody can read it again.",
    )
    has_private_key = secret_state("private_key", "Private Key Stored")
    kid = fields.Char(
        "Key ID",
        readonly=True,
        copy=False,
        help="Stands in each signature, so that others know which key to check it with.",
    )
    public_key = fields.Text(
        readonly=True,
        copy=False,
        help="For partners who do not fetch the published keys themselves.",
    )
    published_at = fields.Datetime("Published Since", readonly=True, copy=False)
    use_from = fields.Datetime(
        "Sign From",
        copy=False,
        tracking=True,
        help="The key takes over by itself at this time. Leave it empty to decide by a button.",
    )
    used_at = fields.Datetime("Signs Since", readonly=True, copy=False)
    overlap_days = fields.Integer(
        "Days Published after Its Use",
        default=30,
        required=True,
        help="How long others may still want to check what this key has signed.",
    )
    published_until = fields.Datetime(readonly=True, copy=False)

    # === Constraints ===

    _kid_company_uniq = models.Constraint("UNIQUE(kid, company_id)", "This key is stored already.")
    _one_current = models.UniqueIndex(
        "(company_id) WHERE state = 'current'", "Another key of this company signs already."
    )
    _overlap_not_negative = models.Constraint(
        "CHECK(overlap_days >= 0)", "Days published after its use are zero or more."
    )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_own_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._check_own_fields(vals)
        if FIXED_FIELDS & set(vals) and any(key.state != "draft" for key in self):
            raise UserError(
                self.env._("Algorithm and company belong to the key. Make another key instead.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        for key in self:
            if key.state not in ("draft", "gone"):
                raise UserError(
                    self.env._(
                        "%s is published: others may need it to check our signatures. "
                        "Withdraw it before you delete it.",
                        key.name,
                    )
                )

    # === Actions ===

    def action_generate(self):
        """Make a key on this server; its private half never leaves it."""
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        for key in self:
            key._replace_secret("private_key", jose.generate_private_key(key.algorithm))

    def action_use(self):
        """Sign with this key from now on; the one that has signed until now is retired."""
        self.ensure_one()
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        self._use()

    def action_withdraw(self):
        """Publish this key no more and erase its private half, at once and for ever."""
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        self._withdraw()

    # === Steps ===

    @api.model
    def _cron_rotate(self):
        """Let keys take over, and go, when their time has come."""
        now = fields.Datetime.now()
        due = [("state", "=", "next"), ("use_from", "<=", now), ("is_confirmed", "=", True)]
        for key in self.search(due, order="use_from, id"):
            key._use()
        self.search([("state", "=", "retired"), ("published_until", "<=", now)])._withdraw()

    # === Helpers ===

    def _two_person_names(self):
        return super()._two_person_names() | {"algorithm", "company_id", "private_key"}

    @api.private
    @api.model
    def _sign_detached(self, company, body):
        """Sign a message of a company with its current key.

        :param bytes body: exactly what is sent
        :return: the detached signature for the header ``Signature``
        :raises NoSigningKey: the company has no key that signs
        """
        key = self._current(company)
        if not key:
            raise NoSigningKey(
                "NO_SIGNING_KEY",
                self.env._(
                    "No key of %s signs yet: make one under Configuration > Signing Keys, and "
                    "have it sign.",
                    company.display_name,
                ),
            )
        return jose.sign_detached(key.private_key, key.algorithm, key.kid, body)

    @api.private
    @api.model
    def _sign_headers(self, company, body, url):
        """Sign a message, and where it goes.

        :param bytes body: exactly what is sent
        :param url: where exactly it is posted to
        :return: {header: value}: ``Signature`` over the body alone, as every other side knows
            it, and ``Signature-Target``, which names the address
        :raises NoSigningKey: the company has no key that signs
        """
        signature = self._sign_detached(company, body)
        key, now = self._current(company), int(time.time())
        target = jose.sign_target(key.private_key, key.algorithm, key.kid, body, url, now)
        return {"Signature": signature, TARGET: target}

    @api.private
    @api.model
    def _public_jwks(self, company):
        """:return: the published keys of a company as a JWKS, the signing one first"""
        now = fields.Datetime.now()
        keys = self.sudo().search(
            [
                ("company_id", "=", company.id),
                ("is_confirmed", "=", True),
                ("state", "in", ("next", "current", "retired")),
                "|",
                ("published_until", "=", False),
                ("published_until", ">", now),
            ]
        )
        return {
            "keys": [
                jose.public_jwk(key.public_key, key.algorithm, key.kid)
                for key in keys.sorted(lambda key: key.state != "current")
            ]
        }

    @api.model
    def _current(self, company):
        """:return: the key that signs for a company, in superuser mode; or no record"""
        return self.sudo().search([("company_id", "=", company.id), ("state", "=", "current")])

    def _replace_secret(self, name, value):
        """Take a private key, check it, and publish its public half."""
        if self.state != "draft":
            raise UserError(
                self.env._("%s has its key already. Make another one instead.", self.name)
            )
        if not value:
            return
        try:
            pem = jose.read_private_key(value)
        except jose.KeyFault as fault:
            raise UserError(self.env._("The private key can't be used. %s", str(fault))) from fault
        if jose.kind_of(pem) != jose.ALGORITHMS[self.algorithm]:
            raise UserError(
                self.env._(
                    "%(algorithm)s can't sign with a key of the kind %(kind)s. Choose another "
                    "algorithm.",
                    algorithm=self.algorithm,
                    kind=jose.kind_of(pem),
                )
            )
        if self._secret_waits(name, pem):
            self._propose({name: pem})
            return
        super()._replace_secret(name, pem)
        self.sudo().write(
            {
                "kid": jose.key_id(pem),
                "public_key": jose.public_pem(pem),
                "state": "next",
                "published_at": fields.Datetime.now(),
            }
        )

    def _use(self):
        if self.state not in ("next", "retired"):
            raise UserError(
                self.env._("%s can't sign: only a published key can, and no other.", self.name)
            )
        if not self.is_confirmed:
            raise UserError(
                self.env._(
                    "%s can't sign before another administrator has confirmed it.", self.name
                )
            )
        now = fields.Datetime.now()
        former = self._current(self.company_id)
        if former:
            until = fields.Datetime.add(now, days=former.overlap_days)
            former.write({"state": "retired", "published_until": until})
            # The database knows one signing key of a company at a time.
            self.env.flush_all()
        self.sudo().write({"state": "current", "used_at": now, "published_until": False})

    def _withdraw(self):
        self.sudo().write(
            {
                "state": "gone",
                "private_key": False,
                "published_until": fields.Datetime.now(),
                "use_from": False,
            }
        )

    def _check_own_fields(self, vals):
        touched = OWN_FIELDS & set(vals)
        if touched and not self.env.su:
            raise AccessError(
                self.env._(
                    "%s can't be written: a key's buttons do it.", ", ".join(sorted(touched))
                )
            )
