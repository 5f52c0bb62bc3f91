from functools import lru_cache

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..lib import address_config
from ..lib.financial_address import AddressParser


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
    _inherit = ["mail.thread"]
    _order = "name"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    connector = fields.Selection(
        [("spar_1", "SPAR 1.x (synchronous)")],
        default="spar_1",
        required=True,
        tracking=True,
        help="How the bridge speaks to this mapper. Other addons may add entries.",
    )
    environment = fields.Selection(
        [("disabled", "Disabled"), ("test", "Test"), ("enabled", "Enabled")],
        default="disabled",
        required=True,
        tracking=True,
        help="A disabled mapper is not asked. Test marks a mapper without real addresses.",
    )
    base_url = fields.Char(
        "Address", tracking=True, help="Start of every request's address; /sync/resolve follows."
    )
    sender_id = fields.Char(
        "Sender ID",
        default="g2p-bridge",
        required=True,
        tracking=True,
        help="Under which name the mapper knows this bridge.",
    )
    receiver_id = fields.Char("Receiver ID", help="The mapper's own name, if it wants to see it.")
    credential = fields.Char(
        groups="g2p_bridge_bank_connector.group_admin",
        copy=False,
        help="Token sent as bearer authorization. Write-only on screen.",
    )
    credential_input = fields.Char(
        "New Credential",
        compute="_compute_credential_input",
        inverse="_inverse_credential_input",
        groups="g2p_bridge_bank_connector.group_admin",
        help="Type a new token to replace the stored one; it is never shown again.",
    )
    has_credential = fields.Boolean(compute="_compute_has_credential", compute_sudo=True)
    connect_timeout = fields.Integer("Connect Time-out (s)", default=10, required=True)
    read_timeout = fields.Integer(
        "Answer Time-out (s)",
        default=60,
        required=True,
        help="After this many seconds without an answer, the batch is asked again later.",
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

    _name_company_uniq = models.Constraint(
        "UNIQUE(name, company_id)", "Another ID mapper of this company has this name."
    )
    _timeouts_positive = models.Constraint(
        "CHECK(connect_timeout > 0 AND read_timeout > 0)",
        "Time-outs are whole seconds above zero.",
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

    def _compute_credential_input(self):
        self.credential_input = False

    def _inverse_credential_input(self):
        for mapper in self.filtered("credential_input"):
            mapper.credential = mapper.credential_input

    @api.depends("credential")
    def _compute_has_credential(self):
        for mapper in self:
            mapper.has_credential = bool(mapper.credential)

    def action_test(self):
        """Open the window in which one ID can be tried."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test %s", self.name),
            "res_model": "g2p.bridge.mapper.test",
            "view_mode": "form",
            "target": "new",
            "context": {"default_mapper_id": self.id},
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
