from odoo import api, fields, models

from ..lib.financial_address import mask
from ..lib.policy import NAMES, Policy, from_parameters

FREQUENCIES = [
    ("daily", "Daily"),
    ("weekly", "Weekly"),
    ("fortnightly", "Fortnightly"),
    ("monthly", "Monthly"),
    ("bimonthly", "Every two months"),
    ("quarterly", "Quarterly"),
    ("semiannually", "Twice a year"),
    ("annually", "Annually"),
    ("ondemand", "On demand"),
]
FULL_ACCOUNT_GROUPS = (
    "g2p_bridge_bank_connector.group_finance,g2p_bridge_bank_connector.group_admin"
)


class Program(models.Model):
    """Benefit program configuration: which bank pays it, from which account, by which rules."""

    _name = "g2p.bridge.program"
    _description = "Benefit Program"
    _inherit = ["mail.thread", "g2p.bridge.policy.mixin"]
    _order = "benefit_program_name"
    _rec_name = "benefit_program_name"
    _check_company_auto = True

    benefit_program_mnemonic = fields.Char("Mnemonic", required=True, tracking=True)
    benefit_program_name = fields.Char("Name", required=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    funding_org_code = fields.Char("Funding Organization Code")
    funding_org_name = fields.Char("Funding Organization")
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        tracking=True,
        help="Gets the to-dos when a step of this program needs a person.",
    )
    default_frequency = fields.Selection(FREQUENCIES, default="monthly")
    sponsor_bank_id = fields.Many2one(
        "g2p.bridge.sponsor.bank", required=True, tracking=True, check_company=True
    )
    sponsor_bank_branch_code = fields.Char("Branch Code")
    sponsor_bank_account_number = fields.Char(
        "Account Number",
        required=True,
        groups=FULL_ACCOUNT_GROUPS,
        help="The account that is debited. Several programs may share one.",
    )
    sponsor_bank_account_masked = fields.Char(
        "Account", compute="_compute_account_masked", compute_sudo=True
    )
    currency_id = fields.Many2one(
        "res.currency",
        "Account Currency",
        required=True,
        tracking=True,
        default=lambda self: self.env.company.currency_id,
    )
    id_mapper_resolution_required = fields.Boolean(
        "Resolve IDs by a Mapper",
        tracking=True,
        help="Otherwise the sender gives the financial address, or the beneficiary ID "
        "travels to the bank.",
    )
    mapper_id = fields.Many2one(
        "g2p.bridge.mapper",
        "ID Mapper",
        tracking=True,
        check_company=True,
        default=lambda self: self._default_mapper(),
    )
    own_policies = fields.Boolean(
        tracking=True, help="Use the policies below instead of those in Settings."
    )
    envelope_ids = fields.One2many("g2p.bridge.envelope", "program_id")
    envelope_count = fields.Integer(compute="_compute_envelope_count")

    _mnemonic_company_uniq = models.Constraint(
        "UNIQUE(benefit_program_mnemonic, company_id)",
        "Another benefit program of this company has this mnemonic.",
    )
    _mapper_where_required = models.Constraint(
        "CHECK(NOT id_mapper_resolution_required OR mapper_id IS NOT NULL)",
        "A program that resolves IDs needs an ID mapper: choose one.",
    )

    @api.depends("sponsor_bank_account_number")
    def _compute_account_masked(self):
        for program in self:
            program.sponsor_bank_account_masked = masked(program.sponsor_bank_account_number)

    def _compute_envelope_count(self):
        counts = dict(
            self.env["g2p.bridge.envelope"]._read_group(
                [("program_id", "in", self.ids)], ["program_id"], ["__count"]
            )
        )
        for program in self:
            program.envelope_count = counts.get(program, 0)

    def action_open_envelopes(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        return {**action, "domain": [("program_id", "=", self.id)]}

    def _policy(self):
        """:return: the :class:`Policy` that this program is run by"""
        self.ensure_one()
        if not self.own_policies:
            return self._default_policy()
        return Policy(**{name: self[name] for name in NAMES})

    @api.model
    def _default_mapper(self):
        """The mapper of Settings, if it is of this company."""
        parameter = self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.mapper_id")
        return self.env["g2p.bridge.mapper"].search(
            [("id", "=", int(parameter or 0)), ("company_id", "=", self.env.company.id)]
        )

    @api.model
    def _default_policy(self):
        """:return: the :class:`Policy` of Settings"""
        return from_parameters(self.env["ir.config_parameter"].sudo().get_param)


def masked(account_number):
    """All but the last four characters replaced, as shown to most people and in logs."""
    return mask(account_number or "")
