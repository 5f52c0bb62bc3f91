# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import secrets
from functools import lru_cache
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.g2p_bridge_base.lib import jose
from odoo.addons.g2p_bridge_base.lib.errors import Unavailable
from odoo.addons.g2p_bridge_base.secret import MASK, Secret

from ...direction import SWITCHES, check_stays, reconsider
from ...lib import address_config
from ...lib.financial_address import AddressParser
from ..step.step_states import ENDED, TO_ASK

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
    """An ID mapper: knows where each beneficiary wants the money.

    Some take questions and answer later, to an address of ours. The call-back of a SPAR mapper
    proves nothing by itself, so the address that it is given has a token in it that nobody can
    guess. If the mapper signs, its signature is checked too.
    """

    _name = "g2p.bridge.mapper"
    _description = "ID Mapper"
    _inherit = ["g2p.bridge.endpoint"]
    _order = "name"
    _check_company_auto = True

    # === Fields ===

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    connector = fields.Selection(
        [
            ("spar_1", "SPAR 1.x (synchronous)"),
            ("spar_1_async", "SPAR 1.x (asynchronous)"),
            ("spar_2", "SPAR 2.x"),
        ],
        default="spar_1",
        required=True,
        tracking=True,
        help="How the bridge speaks to this mapper. Other addons may add entries.",
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
    read_timeout = fields.Integer(
        help="After this many seconds without an answer, the batch is asked again later."
    )
    sign_requests = fields.Boolean(
        default=lambda self: bool(self.env["g2p.bridge.signing.key"]._current(self.env.company))
    )
    parallel_batches = fields.Integer(
        "Batches at the Same Time",
        default=4,
        required=True,
        help="How many batches this mapper is asked for at once, by all workers together. More "
        "makes a large envelope quicker, until the mapper can't keep up.",
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
    program_ids = fields.One2many(
        "g2p.bridge.program", "mapper_id", help="Programs that are set to ask this mapper."
    )
    program_count = fields.Integer("Number of Programs", compute="_compute_program_count")
    waiting_envelope_count = fields.Integer(
        "Waiting Envelopes",
        compute="_compute_waiting_envelope_count",
        help="Envelopes with beneficiaries that the mapper has still to be asked for.",
    )
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

    # === Constraints ===

    _parallel_batches_range = models.Constraint(
        "CHECK(parallel_batches BETWEEN 1 AND 100)",
        "A mapper is asked for 1 to 100 batches at the same time.",
    )
    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Another ID mapper of this company has this name."
    )
    _call_back_minutes_positive = models.Constraint(
        "CHECK(call_back_minutes > 0)", "The wait for an answer is at least one minute."
    )

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

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for mapper in self:
            check_stays(mapper, "mapper_id")

    # === Compute ===

    def _compute_program_count(self):
        counts = dict(
            self.env["g2p.bridge.program"]._read_group(
                [("mapper_id", "in", self.ids), ("id_mapper_resolution_required", "=", True)],
                ["mapper_id"],
                ["__count"],
            )
        )
        for mapper in self:
            mapper.program_count = counts.get(mapper, 0)

    def _compute_waiting_envelope_count(self):
        counts = dict(
            self.env["g2p.bridge.envelope"]._read_group(
                self._waiting_envelopes(), ["mapper_id"], ["__count"]
            )
        )
        for mapper in self:
            mapper.waiting_envelope_count = counts.get(mapper, 0)

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

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        mappers = super().create(vals_list)
        for mapper in mappers.sudo():
            mapper.call_back_token = secrets.token_urlsafe(32)
        return mappers

    # === Actions ===

    def action_open_programs(self):
        """Open the programs that ask this mapper."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.program_action")
        return {
            **action,
            "domain": [
                ("mapper_id", "=", self.id),
                ("id_mapper_resolution_required", "=", True),
            ],
            "context": {
                "default_mapper_id": self.id,
                "default_id_mapper_resolution_required": True,
            },
        }

    def action_open_waiting_envelopes(self):
        """Open the envelopes that wait for this mapper."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        return {**action, "domain": self._waiting_envelopes(), "context": {}}

    def action_test(self):
        """Open the window in which one ID can be tried."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test %s with One ID", self.name),
            "res_model": "g2p.bridge.mapper.test",
            "view_mode": "form",
            "target": "new",
            "context": {"default_mapper_id": self.id},
        }

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

    def _direction_changed(self, names):
        super()._direction_changed(names)
        # Who is resolved already is paid as the approver has seen it.
        to_come = Domain(
            "mapper_batch_ids", "any", ~ENDED.domain() | Domain("undecided_count", ">", 0)
        )
        domain = [("mapper_id", "in", self.ids)]
        reconsider(self, domain, names - SWITCHES, to_come)
        self.env["g2p.bridge.envelope"]._unfinished(domain)._enqueue_advance()

    def _get_connector(self):
        """:return: the connector model of this mapper, bound to this record

        :raises UserError: its addon is not installed
        """
        self.ensure_one()
        model = f"g2p.bridge.mapper.connector.{self.connector}"
        if not self.connector or model not in self.env:
            raise UserError(
                self.env._(
                    "%(mapper)s has no usable connector. Choose one on the ID mapper, "
                    "or install the addon that brings it.",
                    mapper=self.name,
                )
            )
        return self.env[model].with_context(bridge_mapper_id=self.id)

    def _take_slot(self, cr):
        """Hold one of this mapper's slots until the transaction of ``cr`` ends.

        :return: False if all are taken
        """
        cr.execute(
            "SELECT slot FROM generate_series(1, %s) AS slot"
            " WHERE pg_try_advisory_xact_lock(hashtext('g2p_bridge_mapper_slot'), %s + slot)"
            " LIMIT 1",
            [self.parallel_batches, self.id * 1000],
        )
        return bool(cr.fetchone())

    def _waiting_envelopes(self):
        return [
            ("mapper_id", "in", self.ids),
            ("cancellation_status", "=", "not_cancelled"),
            *TO_ASK.domain("mapper_batch_ids."),
        ]

    def _address_parser(self):
        """:return: the :class:`AddressParser` of this mapper's configuration"""
        self.ensure_one()
        return _parser(
            self.address_keys or "",
            self.address_entry_separator or "",
            self.address_pair_separator or "",
            self.address_templates or "",
        )

    def _parse_address(self, address):
        """Read one financial address as this mapper writes it.

        :return: :class:`FinancialAddress`
        :raises AddressError: it can't be used, the text says why
        """
        return self._address_parser().parse(address)

    def _unaudited_names(self):
        return super()._unaudited_names() | {"last_call_back_at"}

    def _drop_secrets_of(self, former, vals):
        """The former server knows the call-back address: nothing is taken there any more."""
        super()._drop_secrets_of(former, vals)
        if former:
            self.sudo().action_new_call_back_token()

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
