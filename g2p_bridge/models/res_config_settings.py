# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import single_email_re

from odoo.addons.g2p_bridge_base.keys import has_key
from odoo.addons.g2p_bridge_base.lib.networks import parse_networks
from odoo.addons.g2p_bridge_base.lib.second_factor import EACH
from odoo.addons.g2p_bridge_base.models.audit.audit_seal import MAIL_TO
from odoo.addons.g2p_bridge_base.models.endpoint.endpoint import address_fault
from odoo.addons.g2p_bridge_base.models.endpoint.http_client import NETWORKS
from odoo.addons.g2p_bridge_base.models.people.second_factor import floor

from ..lib.policy import LEAST, PARAMETER_PREFIX
from ..lib.stall import DEFAULT_MINUTES
from .program.policy_mixin import floor_words, policy_field
from .res_company import OWN_URL

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
ZERO_ALLOWED = (*(name for name, least in LEAST.items() if not least), "statement_delay")


def _policy(name):
    return policy_field(name, config_parameter=PARAMETER_PREFIX + name)


def _integer(label, name, default):
    return fields.Integer(label, config_parameter=PARAMETER_PREFIX + name, default=default)


class ResConfigSettings(models.TransientModel):
    """Settings of the bridge.

    The policies of all programs that have none of their own; the heartbeats and what is told when
    something stands still; and what keeps the bridge safe: secrets, the audit trail, where requests
    may go, the second factor.
    """

    _inherit = "res.config.settings"

    # === Fields ===

    g2p_bridge_disbursement_sla_days = _policy("disbursement_sla_days")
    g2p_bridge_mapper_batch_size = _policy("mapper_batch_size")
    g2p_bridge_bank_batch_size = _policy("bank_batch_size")
    g2p_bridge_resolve_attempts = _policy("resolve_attempts")
    g2p_bridge_check_attempts = _policy("check_attempts")
    g2p_bridge_block_attempts = _policy("block_attempts")
    g2p_bridge_ship_attempts = _policy("ship_attempts")
    g2p_bridge_release_attempts = _policy("release_attempts")
    g2p_bridge_statement_attempts = _integer("Statement Attempts", "statement_attempts", 3)
    g2p_bridge_resolve_delay = _policy("resolve_delay")
    g2p_bridge_check_delay = _policy("check_delay")
    g2p_bridge_block_delay = _policy("block_delay")
    g2p_bridge_ship_delay = _policy("ship_delay")
    g2p_bridge_release_delay = _policy("release_delay")
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
    g2p_bridge_approval = _policy("approval")
    g2p_bridge_approval_floor_words = fields.Char(
        "At Least", compute="_compute_g2p_bridge_approval_floor_words"
    )
    g2p_bridge_unresolved = _policy("unresolved")
    g2p_bridge_odd_accounts = _policy("odd_accounts")
    g2p_bridge_start = _policy("start")
    g2p_bridge_process_future_dated = _policy("process_future_dated")
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
    g2p_bridge_secrets = fields.Selection(
        [
            ("sealed", "Sealed with the server's key"),
            ("plain", "The server has no key"),
            ("unreadable", "Stored with another key"),
        ],
        "Stored Secrets",
        compute="_compute_g2p_bridge_secrets",
    )
    g2p_bridge_audit_mail_to = fields.Char(
        "E-mail the Head to",
        config_parameter=MAIL_TO,
        help="Once a day the last hash of the audit trail is sent there, to be kept; to the "
        "auditors, if nobody is named.",
    )
    g2p_bridge_private_networks = fields.Char("Private Networks", config_parameter=NETWORKS)
    bridge_archive_months = fields.Integer(
        related="company_id.bridge_archive_months", readonly=False
    )
    bridge_second_factor = fields.Selection(
        related="company_id.bridge_second_factor", readonly=False
    )
    bridge_second_factor_minutes = fields.Integer(
        related="company_id.bridge_second_factor_minutes", readonly=False
    )
    bridge_second_factor_floor = fields.Char(compute="_compute_bridge_second_factor_floor")

    # === Constraints ===

    @api.constrains("g2p_bridge_private_networks")
    def _check_g2p_bridge_private_networks(self):
        for settings in self:
            try:
                parse_networks(settings.g2p_bridge_private_networks)
            except ValueError as error:
                raise UserError(
                    self.env._(
                        "Private Networks: %s. Write networks like 10.1.0.0/16, with commas "
                        "between them.",
                        error,
                    )
                ) from error

    # === Compute ===

    @api.depends_context("lang")
    def _compute_g2p_bridge_approval_floor_words(self):
        self.g2p_bridge_approval_floor_words = floor_words(self.env)

    def _compute_g2p_bridge_secrets(self):
        secrets = self.env["g2p.bridge.secret.mixin"].sudo()
        if secrets._count_unreadable():
            state = "unreadable"
        else:
            state = "sealed" if has_key() else "plain"
        self.g2p_bridge_secrets = state

    @api.depends("company_id")
    def _compute_bridge_second_factor_floor(self):
        self.bridge_second_factor_floor = self._second_factor_floor_words()

    # === CRUD ===
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

    # === Actions ===

    def action_g2p_bridge_new_metrics_token(self):
        """Make a new monitoring token of the current company and show it once."""
        return self.env.company.action_g2p_bridge_new_metrics_token()

    # === Helpers ===

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

    @api.model
    def _minutes(self, cron):
        factor = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080}
        return cron.interval_number * factor.get(cron.interval_type, 43200)

    def _second_factor_floor_words(self):
        """What the server's configuration file asks for whatever is chosen here, in words."""
        minutes = floor()
        if minutes is None:
            return False
        if minutes == EACH:
            return self.env._(
                "The server asks for a code at each decision, whatever is chosen here."
            )
        return self.env._(
            "The server asks for a code that is at most %s minutes old, whatever is chosen here.",
            minutes,
        )
