# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import secrets
from functools import lru_cache
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.g2p_bridge_base.lib import jose
from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.secret import MASK, Secret

from ..lib import address_config
from ..lib.address import AddressParser
from ..lib.spar import CALL_BACK_PATH

#: Where mappers call back; their token and what SPAR appends follow.
CALL_BACK_ROOT = "/g2p_bridge/mapper"
_OWN_MACHINE = ("localhost", "::1", "")


@lru_cache(maxsize=64)
def _parser(keys, entry_separator, pair_separator, templates):
    """The parser of one configuration: :class:`AddressParser`.

    :raises ConfigError: the configuration can't be used
    """
    address_config.check_separators(entry_separator, pair_separator)
    return AddressParser(
        keys=address_config.parse_keys(keys, (entry_separator, pair_separator)),
        entry_separator=entry_separator,
        pair_separator=pair_separator,
        templates=address_config.parse_templates(templates),
    )


class Mapper(models.Model):
    """A mapper that speaks SPAR: who we are to it, how it writes addresses, where it calls back.

    The call-back of a SPAR mapper proves nothing by itself, so the address that it is given has
    a token in it that nobody can guess. If the mapper signs, its signature is checked too.
    """

    _inherit = "g2p.bridge.mapper"

    # === Fields ===

    connector = fields.Selection(
        selection_add=[
            ("spar_1", "SPAR 1.x (synchronous)"),
            ("spar_1_async", "SPAR 1.x (asynchronous)"),
            ("spar_2", "SPAR 2.x"),
        ],
        default="spar_1",
        ondelete={"spar_1": "set null", "spar_1_async": "set null", "spar_2": "set null"},
    )
    base_url = fields.Char(
        help="Start of every request's address, as the mapper's operator has given it; "
        "/sync/resolve, /async/resolve or /mapper/resolve follows. Never with a password in it: "
        "that is the credential."
    )
    sender_id = fields.Char(
        "Sender ID",
        default="g2p-bridge",
        required=True,
        tracking=True,
        help="Under which name the mapper knows this bridge, and its public key.",
    )
    receiver_id = fields.Char(
        "Receiver ID",
        tracking=True,
        help="The mapper's own name, if it wants to see it in each question.",
    )
    address_entry_separator = fields.Char(
        "Entry Separator",
        default=address_config.DEFAULT_ENTRY_SEPARATOR,
        required=True,
        help="What stands between two entries of a financial address.",
    )
    address_pair_separator = fields.Char(
        "Key Separator",
        default=address_config.DEFAULT_PAIR_SEPARATOR,
        required=True,
        help="What stands between the key and the value of an entry.",
    )
    address_keys = fields.Text(
        "Keys",
        default=address_config.DEFAULT_KEYS_TEXT,
        required=True,
        help="One a line: key = field. Entries with a key that is not listed here make an "
        "address unreadable; write 'key = ignore' for those that do not matter.",
    )
    address_templates = fields.Text(
        "Older Forms",
        default=address_config.DEFAULT_TEMPLATES_TEXT,
        help="One a line, for addresses without keys: fields in braces with fixed text "
        "between them, such as bank_{account_number}_{bank_code}_{branch_code}_{fa_type}.",
    )
    call_back_token = Secret("Stored Call-Back Token")
    call_back_url = fields.Char(
        "Call-Back Address",
        compute="_compute_call_back_url",
        help="Where this mapper sends its answers; each question carries the address. It ends in "
        "a token that nobody can read. The mapper's operator has to let requests to it out.",
    )
    call_back_warning = fields.Char(compute="_compute_call_back_url")
    public_keys = fields.Text(
        "Mapper's Public Keys",
        help="As PEM or JWKS, several at a time so that they can change. If there are any, a "
        "call-back without the mapper's signature in the header Signature is refused.",
    )

    # === Constraints ===

    @api.constrains(
        "address_entry_separator", "address_pair_separator", "address_keys", "address_templates"
    )
    def _check_address_config(self):
        for mapper in self:
            try:
                mapper._address_parser()
            except address_config.ConfigError as error:
                raise ValidationError(
                    self.env._(
                        "The address format of %(mapper)s can't be used. %(reason)s",
                        mapper=mapper.name,
                        reason=str(error),
                    )
                ) from error

    @api.constrains("public_keys")
    def _check_public_keys(self):
        for mapper in self.filtered("public_keys"):
            try:
                jose.read_public_keys(mapper.public_keys)
            except jose.KeyFault as fault:
                raise ValidationError(
                    self.env._(
                        "The public keys of %(mapper)s can't be used. %(reason)s",
                        mapper=mapper.name,
                        reason=str(fault),
                    )
                ) from fault

    # === Compute ===

    @api.depends("connector", "base_url")
    def _compute_call_back_url(self):
        for mapper in self:
            root = mapper.company_id._g2p_bridge_own_url()
            url = f"{root}{CALL_BACK_ROOT}/{MASK}{CALL_BACK_PATH}"
            mapper.call_back_url = mapper.calls_back and url
            mapper.call_back_warning = mapper.calls_back and mapper._call_back_fault(root)

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        mappers = super().create(vals_list)
        for mapper in mappers.sudo():
            mapper.call_back_token = secrets.token_urlsafe(32)
        return mappers

    # === Actions ===

    def action_new_call_back_token(self):
        """Make the call-back address another one: the former is not listened to any more."""
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        for mapper in self:
            mapper.sudo().call_back_token = secrets.token_urlsafe(32)
            said = self.env._("The call-back address is another one now.")
            mapper.sudo().message_post(body=said)

    # === Helpers ===

    def _two_person_names(self):
        """Also as whom it knows us, how an address of its is read, and how it signs."""
        return super()._two_person_names() | {
            "address_entry_separator",
            "address_keys",
            "address_pair_separator",
            "address_templates",
            "public_keys",
            "receiver_id",
            "sender_id",
        }

    def _drop_secrets_of(self, former, vals):
        """The former server knows the call-back address: nothing is taken there any more."""
        super()._drop_secrets_of(former, vals)
        if former:
            self.sudo().action_new_call_back_token()

    def _address_parser(self):
        """:return: the :class:`AddressParser` of this mapper's configuration"""
        self.ensure_one()
        return _parser(
            self.address_keys or "",
            self.address_entry_separator or "",
            self.address_pair_separator or "",
            self.address_templates or "",
        )

    def _call_back_uri(self):
        """What the mapper is given to call back to; it appends :data:`CALL_BACK_PATH`.

        :raises Unavailable: there is no such address, and nothing was asked
        """
        self.ensure_one()
        root, token = self.company_id._g2p_bridge_own_url(), self.sudo().call_back_token
        if not root or not token:
            raise Unavailable(
                "NO_CALL_BACK_ADDRESS",
                self.env._("%s has no address to call back to: have a new one made.", self.name),
            )
        return f"{root}{CALL_BACK_ROOT}/{token}"

    def _call_back_fault(self, root):
        """:return: why the mapper can't reach us there, in words, or False"""
        ours, theirs = urlsplit(root).hostname or "", urlsplit(self.base_url or "").hostname or ""
        if _is_own_machine(ours) and theirs and not _is_own_machine(theirs):
            return self.env._(
                "The mapper can't reach this server at %s, which is an address for this machine "
                "alone. Enter the address of this server in Settings.",
                root,
            )
        return False

    @api.model
    def _from_call_back_token(self, token):
        """:return: the mapper that was given this token, in superuser mode; or no record"""
        given = token.encode("utf-8", "replace")
        confirmed = [("call_back_token", "!=", False), ("is_confirmed", "=", True)]
        for mapper in self.sudo().search(confirmed):
            if hmac.compare_digest(mapper.call_back_token.encode(), given):
                return mapper if mapper.calls_back else self.browse()
        return self.browse()

    def _signed_by_mapper(self, data, signature):
        """Whether a call-back proves itself as this mapper's keys ask for; always without keys.

        :param bytes data: the body as it arrived
        :param signature: the header ``Signature``, or None
        """
        if not self.public_keys:
            return True
        return jose.verify_detached(signature, data, jose.read_public_keys(self.public_keys))


def _is_own_machine(host):
    return host in _OWN_MACHINE or host.startswith("127.")
