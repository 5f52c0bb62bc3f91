from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...lib import address_config
from ...lib.financial_address import AddressParser


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
    """An ID mapper: knows where each beneficiary wants the money."""

    _name = "g2p.bridge.mapper"
    _description = "ID Mapper"
    _inherit = ["g2p.bridge.endpoint"]
    _order = "name"
    _check_company_auto = True

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

    _parallel_batches_range = models.Constraint(
        "CHECK(parallel_batches BETWEEN 1 AND 100)",
        "A mapper is asked for 1 to 100 batches at the same time.",
    )
    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Another ID mapper of this company has this name."
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

    def _two_person_names(self):
        """Also as whom it knows us, and how an address of its is read."""
        return super()._two_person_names() | {
            "address_entry_separator",
            "address_keys",
            "address_pair_separator",
            "address_templates",
            "receiver_id",
            "sender_id",
        }

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

    def _take_place(self, cr):
        """Hold one of this mapper's places until the transaction of ``cr`` ends.

        :return: False if all are taken
        """
        cr.execute(
            "SELECT place FROM generate_series(1, %s) AS place"
            " WHERE pg_try_advisory_xact_lock(hashtext('g2p_bridge_mapper_place'), %s + place)"
            " LIMIT 1",
            [self.parallel_batches, self.id * 1000],
        )
        return bool(cr.fetchone())

    def _waiting_envelopes(self):
        return [
            ("mapper_id", "in", self.ids),
            ("cancellation_status", "=", "not_cancelled"),
            ("mapper_batch_ids.state", "in", ("open", "pending", "waiting")),
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
