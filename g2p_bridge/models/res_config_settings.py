from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import single_email_re

from odoo.addons.g2p_bridge_base.models.endpoint.endpoint import address_fault

from ..lib.policy import DEFAULTS, PARAMETER_PREFIX
from ..lib.stall import DEFAULT_MINUTES
from .company import OWN_URL
from .program.policy_mixin import APPROVAL, ODD_ACCOUNTS, START, UNRESOLVED, floor_words

#: Field of a heartbeat's frequency → the scheduled action that beats.
HEARTBEATS = {
    "g2p_bridge_resolve_frequency": "g2p_bridge.cron_resolve",
    "g2p_bridge_check_frequency": "g2p_bridge.cron_check",
    "g2p_bridge_block_frequency": "g2p_bridge.cron_block",
    "g2p_bridge_ship_frequency": "g2p_bridge.cron_ship",
    "g2p_bridge_release_frequency": "g2p_bridge.cron_release",
    "g2p_bridge_statement_frequency": "g2p_bridge.cron_statement",
    "g2p_bridge_watch_frequency": "g2p_bridge.cron_watch",
}

#: Settings that may be zero: delays, and days of notice.
ZERO_ALLOWED = (
    "disbursement_sla_days",
    "resolve_delay",
    "check_delay",
    "block_delay",
    "ship_delay",
    "release_delay",
    "statement_delay",
)


def _integer(label, name, default):
    return fields.Integer(label, config_parameter=PARAMETER_PREFIX + name, default=default)


class ResConfigSettings(models.TransientModel):
    """The policies of all programs that have none of their own, and the heartbeats."""

    _inherit = "res.config.settings"

    g2p_bridge_disbursement_sla_days = _integer("Days of Notice", "disbursement_sla_days", 0)
    g2p_bridge_mapper_batch_size = _integer(
        "IDs per Mapper Batch", "mapper_batch_size", DEFAULTS.mapper_batch_size
    )
    g2p_bridge_bank_batch_size = _integer(
        "Payments per Bank Batch", "bank_batch_size", DEFAULTS.bank_batch_size
    )
    g2p_bridge_resolve_attempts = _integer("Resolve Attempts", "resolve_attempts", 3)
    g2p_bridge_check_attempts = _integer("Funds Check Attempts", "check_attempts", 3)
    g2p_bridge_block_attempts = _integer("Funds Block Attempts", "block_attempts", 3)
    g2p_bridge_ship_attempts = _integer("Ship Attempts", "ship_attempts", 3)
    g2p_bridge_release_attempts = _integer("Release Attempts", "release_attempts", 3)
    g2p_bridge_statement_attempts = _integer("Statement Attempts", "statement_attempts", 3)
    g2p_bridge_resolve_delay = _integer(
        "Resolve Delay (min)", "resolve_delay", DEFAULTS.resolve_delay
    )
    g2p_bridge_check_delay = _integer(
        "Funds Check Delay (min)", "check_delay", DEFAULTS.check_delay
    )
    g2p_bridge_block_delay = _integer(
        "Funds Block Delay (min)", "block_delay", DEFAULTS.block_delay
    )
    g2p_bridge_ship_delay = _integer("Ship Delay (min)", "ship_delay", DEFAULTS.ship_delay)
    g2p_bridge_release_delay = _integer(
        "Release Delay (min)", "release_delay", DEFAULTS.release_delay
    )
    g2p_bridge_statement_delay = _integer("Statement Delay (min)", "statement_delay", 10)
    g2p_bridge_max_statement_megabytes = _integer(
        "Largest Statement (MB)", "max_statement_megabytes", 300
    )
    g2p_bridge_max_import_megabytes = _integer(
        "Largest Import File (MB)", "max_import_megabytes", 50
    )
    g2p_bridge_max_import_rows = _integer("Most Rows of an Import", "max_import_rows", 1_000_000)
    g2p_bridge_own_url = fields.Char(
        "Address of This Server",
        config_parameter=OWN_URL,
        help="Where ID mappers and partners reach this server, beginning with https://. Empty: "
        "the address that people use.",
    )
    g2p_bridge_mapper_id = fields.Many2one(
        "g2p.bridge.mapper",
        "Default ID Mapper",
        config_parameter="g2p_bridge.mapper_id",
        help="New programs start with this mapper.",
    )
    g2p_bridge_approval = fields.Selection(
        APPROVAL, config_parameter="g2p_bridge.approval", default=DEFAULTS.approval
    )
    g2p_bridge_approval_floor_words = fields.Char(
        "At Least", compute="_compute_g2p_bridge_approval_floor_words"
    )
    g2p_bridge_unresolved = fields.Selection(
        UNRESOLVED, config_parameter="g2p_bridge.unresolved", default=DEFAULTS.unresolved
    )
    g2p_bridge_odd_accounts = fields.Selection(
        ODD_ACCOUNTS, config_parameter="g2p_bridge.odd_accounts", default=DEFAULTS.odd_accounts
    )
    g2p_bridge_start = fields.Selection(
        START, config_parameter="g2p_bridge.start", default=DEFAULTS.start
    )
    g2p_bridge_process_future_dated = fields.Boolean(
        "Pay before the Schedule Date", config_parameter="g2p_bridge.process_future_dated"
    )
    g2p_bridge_resolve_frequency = fields.Integer("Resolve Every (min)")
    g2p_bridge_check_frequency = fields.Integer("Funds Check Every (min)")
    g2p_bridge_block_frequency = fields.Integer("Funds Block Every (min)")
    g2p_bridge_ship_frequency = fields.Integer("Ship Every (min)")
    g2p_bridge_release_frequency = fields.Integer("Release Every (min)")
    g2p_bridge_statement_frequency = fields.Integer("Statement Every (min)")
    g2p_bridge_watch_frequency = fields.Integer("Watch Every (min)")
    g2p_bridge_stall_minutes = _integer(
        "Standing Still After (min)", "stall_minutes", DEFAULT_MINUTES
    )
    g2p_bridge_duty_emails = fields.Char(
        "People on Duty",
        config_parameter="g2p_bridge.duty_emails",
        help="E-mail addresses, with commas between them, that are told when something new "
        "stands still. Empty: nobody is.",
    )
    has_g2p_bridge_metrics_token = fields.Boolean(related="company_id.has_g2p_bridge_metrics_token")

    # Odoo calls these two while it reads and saves settings. Nobody calls them from outside: they
    # look for no right of their own.

    @api.private
    @api.model
    def get_values(self):
        values = super().get_values()
        for name, xmlid in HEARTBEATS.items():
            values[name] = self._minutes(self.env.ref(xmlid).sudo())
        return values

    @api.private
    def set_values(self):
        self._check_g2p_bridge_numbers()
        self._check_g2p_bridge_own_url()
        self._check_g2p_bridge_duty_emails()
        super().set_values()
        for name in ZERO_ALLOWED:
            # Odoo forgets a parameter that is zero, which would bring back the default.
            parameter = PARAMETER_PREFIX + name
            value = str(self[f"g2p_bridge_{name}"])
            self.env["ir.config_parameter"].sudo().set_param(parameter, value)
        for name, xmlid in HEARTBEATS.items():
            cron = self.env.ref(xmlid).sudo()
            if self[name] != self._minutes(cron):
                cron.write({"interval_number": self[name], "interval_type": "minutes"})

    @api.depends_context("lang")
    def _compute_g2p_bridge_approval_floor_words(self):
        self.g2p_bridge_approval_floor_words = floor_words(self.env)

    def _check_g2p_bridge_numbers(self):
        """:raises UserError: a number that no step can be run by"""
        for name, field in self._fields.items():
            if not name.startswith("g2p_bridge_") or field.type != "integer":
                continue
            least = 0 if name.removeprefix("g2p_bridge_") in ZERO_ALLOWED else 1
            if self[name] < least:
                raise UserError(
                    self.env._(
                        "%(label)s is %(value)s, but has to be at least %(least)s.",
                        label=field._description_string(self.env),
                        value=self[name],
                        least=least,
                    )
                )

    def _check_g2p_bridge_own_url(self):
        """:raises UserError: others could not reach us there"""
        fault = self.g2p_bridge_own_url and address_fault(self.g2p_bridge_own_url.strip())
        if fault:
            raise UserError(
                self.env._(
                    "The address of this server can't be used: %(address)s. %(reason)s",
                    address=self.g2p_bridge_own_url,
                    reason=self.env._(fault),
                )
            )

    def _check_g2p_bridge_duty_emails(self):
        """:raises UserError: what was typed is not a list of e-mail addresses"""
        typed = [part.strip() for part in (self.g2p_bridge_duty_emails or "").split(",")]
        wrong = [part for part in typed if part and not single_email_re.match(part)]
        if wrong:
            raise UserError(
                self.env._(
                    "People on Duty: %s is no e-mail address. Write addresses such as "
                    "duty@example.org, with commas between them.",
                    wrong[0],
                )
            )

    def action_g2p_bridge_new_metrics_token(self):
        """Make a new monitoring token of the current company and show it once."""
        return self.env.company.action_g2p_bridge_new_metrics_token()

    @api.model
    def _minutes(self, cron):
        factor = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}
        return cron.interval_number * factor.get(cron.interval_type, 43200)
