import hmac
import secrets
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.g2p_bridge_base.lib import jose
from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.secret import MASK, Secret

#: Where mappers call back; their token and what SPAR appends follow.
CALL_BACK_ROOT = "/g2p_bridge/mapper"
_OWN_MACHINE = ("localhost", "::1", "")


class MapperCallBack(models.Model):
    """Mappers that take questions and answer later, to an address of ours.

    The call-back of a SPAR mapper proves nothing by itself, so the address that it is given
    has a token in it that nobody can guess. If the mapper signs, its signature is checked too.
    """

    _inherit = "g2p.bridge.mapper"

    calls_back = fields.Boolean(compute="_compute_calls_back")
    call_back_token = Secret("Stored Call-Back Token")
    call_back_url = fields.Char(
        "Call-Back Address",
        compute="_compute_call_back_url",
        help="Where this mapper sends its answers; each question carries the address. It ends in "
        "a token that nobody can read. The mapper's operator has to let requests to it out.",
    )
    call_back_warning = fields.Char(compute="_compute_call_back_url")
    call_back_minutes = fields.Integer(
        "Wait for the Answer (min)",
        default=60,
        required=True,
        help="After this time without a call-back, the mapper is asked for the batch again.",
    )
    public_keys = fields.Text(
        "Mapper's Public Keys",
        help="As PEM or JWKS, several at a time so that they can change. If there are any, a "
        "call-back without the mapper's signature in the header Signature is refused.",
    )
    last_call_back_at = fields.Datetime("Last Call-Back", readonly=True, copy=False)

    _call_back_minutes_positive = models.Constraint(
        "CHECK(call_back_minutes > 0)", "The wait for an answer is at least one minute."
    )

    def _two_person_names(self):
        return super()._two_person_names() | {"public_keys"}

    def _unaudited_names(self):
        return super()._unaudited_names() | {"last_call_back_at"}

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

    @api.depends("connector")
    def _compute_calls_back(self):
        for mapper in self:
            model = f"g2p.bridge.mapper.connector.{mapper.connector}"
            mapper.calls_back = model in self.env and self.env[model]._calls_back

    @api.depends("connector", "base_url")
    def _compute_call_back_url(self):
        for mapper in self:
            root = mapper.company_id._g2p_bridge_own_url()
            mapper.call_back_url = mapper.calls_back and f"{root}{CALL_BACK_ROOT}/{MASK}/on-resolve"
            mapper.call_back_warning = mapper.calls_back and mapper._call_back_fault(root)

    @api.model_create_multi
    def create(self, vals_list):
        mappers = super().create(vals_list)
        for mapper in mappers.sudo():
            mapper.call_back_token = secrets.token_urlsafe(32)
        return mappers

    def _drop_secrets_of(self, former, vals):
        """The former server knows the call-back address: nothing is taken there any more."""
        super()._drop_secrets_of(former, vals)
        if former:
            self.sudo().action_new_call_back_token()

    def action_new_call_back_token(self):
        """Make the call-back address another one: the former is not listened to any more."""
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        for mapper in self:
            mapper.sudo().call_back_token = secrets.token_urlsafe(32)
            said = self.env._("The call-back address is another one now.")
            mapper.sudo().message_post(body=said)

    def _call_back_uri(self):
        """What the mapper is given to call back to; it appends ``/on-resolve``.

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

    def _take_call_back(self, body):
        """Record what the mapper answers.

        :param body: decoded from JSON
        :return: tuple (transaction_id, what became of it): ``taken``, ``partial``, ``late``
            (nobody waits for it any more) or ``unknown`` (it is not about a batch of this
            mapper)
        :raises ValueError: it is no call-back, and nothing was changed
        """
        self.ensure_one()
        connector = self._get_connector()
        transaction = connector.call_back_transaction(body)
        batch = self.env["g2p.bridge.mapper.batch"]._asked(self, transaction)
        if batch:
            result = batch._take_call_back(connector, body)
        else:
            connector.read_call_back(body, [])
            result = "unknown"
        self._note_call_back()
        return transaction, result

    def _note_call_back(self):
        """Keep when the mapper last called back, to the minute.

        Call-backs of many batches arrive at once: none of them waits for, or fails because
        of, this row.
        """
        self.env.cr.execute(
            """
            UPDATE g2p_bridge_mapper SET last_call_back_at = now() AT TIME ZONE 'UTC'
             WHERE id IN (SELECT id FROM g2p_bridge_mapper WHERE id = %s
                             AND COALESCE(last_call_back_at, '-infinity')
                                 < now() AT TIME ZONE 'UTC' - interval '1 minute'
                             FOR NO KEY UPDATE SKIP LOCKED)
            """,
            [self.id],
        )
        self.invalidate_recordset(["last_call_back_at"])


def _is_own_machine(host):
    return host in _OWN_MACHINE or host.startswith("127.")
