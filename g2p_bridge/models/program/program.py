# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.g2p_bridge_base.unique_text import unique_text

from ...approval_floor import approval_floor
from ...direction import check_stays, reconsider
from ...identifiers import refusal_of
from ...lib.account_masking import FULL_ACCOUNT_GROUPS, masked
from ...lib.frequencies import FREQUENCIES
from ...lib.policy import CONTROLS, NAMES, Policy, from_parameters
from ..envelope.envelope_states import NOT_SHIPPED

#: What says from where and how a program is paid, and which people have to agree.
DIRECTING = {
    "active",
    "benefit_program_mnemonic",
    "company_id",
    "currency_id",
    "id_mapper_resolution_required",
    "mapper_id",
    "sponsor_bank_account_number",
    "sponsor_bank_branch_code",
    "sponsor_bank_id",
    "own_policies",
    *CONTROLS,
}
#: The policies that envelopes are run by at each moment, whatever they were declared under.
LIVE = set(CONTROLS) - {"disbursement_sla_days"}


class Program(models.Model):
    """Benefit program configuration: which bank pays it, from which account, by which rules."""

    _name = "g2p.bridge.program"
    _description = "Benefit Program"
    _inherit = [
        "g2p.bridge.two.person.mixin",
        "mail.thread",
        "g2p.bridge.own.fields",
        "g2p.bridge.policy.mixin",
    ]
    _order = "benefit_program_name"
    _rec_name = "benefit_program_name"
    _check_company_auto = True

    # === Fields ===

    benefit_program_mnemonic = fields.Char(
        "Mnemonic",
        required=True,
        tracking=True,
        help="Short name under which the PBMS sends this program's envelopes. It has to be "
        "written exactly as there, capitals included.",
    )
    benefit_program_name = fields.Char(
        "Name", required=True, tracking=True, help="What people call the program."
    )
    active = fields.Boolean(
        default=True, help="An archived program takes no new envelopes and is not shown."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        help="Whose program it is. Schedule dates are days of this company's time zone.",
    )
    funding_org_code = fields.Char(
        "Funding Organization Code", help="How the funding organization is named in files."
    )
    funding_org_name = fields.Char(
        "Funding Organization", help="Who gives the money; printed on reports."
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        tracking=True,
        help="Gets the to-dos when a step of this program needs a person.",
    )
    default_frequency = fields.Selection(
        FREQUENCIES,
        default="monthly",
        help="What a new envelope starts with; each envelope may have its own.",
    )
    sponsor_bank_id = fields.Many2one(
        "g2p.bridge.sponsor.bank",
        required=True,
        tracking=True,
        check_company=True,
        default=lambda self: self._default_sponsor_bank(),
        help="The bank that holds this program's money and pays it out.",
    )
    sponsor_bank_branch_code = fields.Char(
        "Branch Code", help="Branch that keeps the account, if the bank wants to know."
    )
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
        help="Currency of the account. Envelopes in another one are refused.",
    )
    id_mapper_resolution_required = fields.Boolean(
        "Resolve IDs by a Mapper",
        tracking=True,
        help="Ask an ID mapper where each beneficiary wants the money. Otherwise the sender "
        "gives the financial address, or the beneficiary ID travels to the bank.",
    )
    mapper_id = fields.Many2one(
        "g2p.bridge.mapper",
        "ID Mapper",
        tracking=True,
        check_company=True,
        default=lambda self: self._default_mapper(),
        help="Knows the bank account or wallet of each beneficiary.",
    )
    own_policies = fields.Boolean(
        tracking=True, help="Use the policies below instead of those in Settings."
    )
    envelope_ids = fields.One2many("g2p.bridge.envelope", "program_id", "Envelopes")
    envelope_count = fields.Integer("Number of Envelopes", compute="_compute_envelope_count")
    waiting_envelope_count = fields.Integer(
        "Still to Pay",
        compute="_compute_envelope_count",
        help="Envelopes whose money has not all left.",
    )

    # === Constraints ===

    _mnemonic_company_uniq = models.Constraint(
        "UNIQUE(benefit_program_mnemonic, company_id)",
        "Another benefit program of this company has this mnemonic.",
    )

    _mapper_where_required = models.Constraint(
        "CHECK(NOT id_mapper_resolution_required OR mapper_id IS NOT NULL)",
        "A program that resolves IDs needs an ID mapper: choose one.",
    )

    @api.constrains("sponsor_bank_account_number", "sponsor_bank_branch_code")
    def _check_identifiers(self):
        for program in self.sudo():
            account, branch = (
                program.sponsor_bank_account_number,
                program.sponsor_bank_branch_code,
            )
            refusal = refusal_of(self.env, self.env._("The account number"), account, secret=True)
            refusal = refusal or refusal_of(self.env, self.env._("The branch code"), branch)
            if refusal:
                raise ValidationError(refusal)

    @api.constrains("company_id")
    def _check_company_of_envelopes(self):
        for program in self:
            check_stays(program, "program_id", models=("g2p.bridge.envelope",))

    # === Compute ===

    @api.depends("sponsor_bank_account_number")
    def _compute_account_masked(self):
        for program in self:
            program.sponsor_bank_account_masked = masked(program.sponsor_bank_account_number)

    def _compute_envelope_count(self):
        found = dict.fromkeys(self.ids, (0, 0))
        groups = self.env["g2p.bridge.envelope"]._read_group(
            [("program_id", "in", self.ids)], ["program_id", "state"], ["__count"]
        )
        for program, state, count in groups:
            total, waiting = found[program.id]
            found[program.id] = total + count, waiting + count * (state in NOT_SHIPPED)
        for program in self:
            counts = found.get(program.id, (0, 0))
            program.envelope_count, program.waiting_envelope_count = counts

    # === CRUD ===

    def copy_data(self, default=None):
        """A copy is another program: it has another name and another mnemonic."""
        copies = super().copy_data(default)
        given = default or {}
        for program, values in zip(self, copies, strict=True):
            if "benefit_program_mnemonic" not in given:
                mnemonic = unique_text(program, "benefit_program_mnemonic", "%s_COPY")
                values["benefit_program_mnemonic"] = mnemonic
            if "benefit_program_name" not in given:
                form = self.env._("%s (copy)")
                values["benefit_program_name"] = unique_text(program, "benefit_program_name", form)
        return copies

    # === Actions ===

    def action_open_envelopes(self):
        """Open the envelopes of this program."""
        return self._open_envelopes([])

    def action_open_waiting_envelopes(self):
        """Open the envelopes whose money has not all left."""
        return self._open_envelopes(NOT_SHIPPED.domain())

    # === Helpers ===

    def _two_person_names(self):
        return super()._two_person_names() | DIRECTING

    def _open_envelopes(self, domain):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        return {**action, "domain": [("program_id", "=", self.id), *domain], "context": {}}

    def _policy(self):
        """:return: the :class:`Policy` that this program is run by"""
        self.ensure_one()
        if not self.own_policies:
            return self._default_policy()
        return Policy(**{name: self[name] for name in NAMES}).at_least(approval_floor())

    @api.model
    def _default_sponsor_bank(self):
        """The company's bank, if there is but one."""
        banks = self.env["g2p.bridge.sponsor.bank"].search(
            [("company_id", "=", self.env.company.id)], limit=2
        )
        return banks if len(banks) == 1 else banks.browse()

    @api.model
    def _default_mapper(self):
        """The mapper of Settings, if it is of this company."""
        parameter = self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.mapper_id")
        return self.env["g2p.bridge.mapper"].search(
            [("id", "=", int(parameter or 0)), ("company_id", "=", self.env.company.id)]
        )

    @api.model
    def _default_policy(self):
        """:return: the :class:`Policy` of Settings, no milder than the server's configuration"""
        policy = from_parameters(self.env["ir.config_parameter"].sudo().get_param)
        return policy.at_least(approval_floor())

    def _direction_changed(self, names):
        super()._direction_changed(names)
        live = names & (LIVE | {"own_policies"})
        for program in self:
            counts = program.own_policies or "own_policies" in live
            reconsider(program, [("program_id", "=", program.id)], live if counts else set())

    def _earliest_schedule_date(self):
        """The first day that an envelope which arrives today may be due on."""
        today = self.company_id._g2p_bridge_today()
        return fields.Date.add(today, days=self._policy().disbursement_sla_days)

    def _free_cycle_code(self, envelope):
        """A cycle code for a reissue of an envelope: its own with -R1, -R2 and so on."""
        stem = envelope.cycle_code_mnemonic.rpartition("-R")
        code = stem[0] if stem[0] and stem[2].isdigit() else envelope.cycle_code_mnemonic
        taken = (
            self.env["g2p.bridge.envelope"]
            .search(
                [
                    ("program_id", "=", self.id),
                    ("cycle_code_mnemonic", "=like", f"{code}-R%"),
                    ("cancellation_status", "=", "not_cancelled"),
                ]
            )
            .mapped("cycle_code_mnemonic")
        )
        number = 1
        while f"{code}-R{number}" in taken:
            number += 1
        return f"{code}-R{number}"
