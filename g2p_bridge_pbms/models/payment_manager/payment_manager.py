# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...lib.template import TemplateError, parse_template

#: What a cycle is called by, and what else a single payment's text may say.
CYCLE_PLACEHOLDERS = (
    "cycle.name",
    "cycle.sequence",
    "cycle.start_date",
    "cycle.end_date",
    "program.name",
)
ENTITLEMENT_PLACEHOLDER = "entitlement.code"
NARRATIVE_PLACEHOLDERS = (*CYCLE_PLACEHOLDERS, ENTITLEMENT_PLACEHOLDER)
MODEL = "g2p.program.payment.manager.g2p.bridge"


class PaymentManagerRegistry(models.Model):
    """The bridge among the payment managers that a program may choose."""

    _inherit = "g2p.program.payment.manager"

    @api.model
    def _selection_manager_ref_id(self):
        selection = super()._selection_manager_ref_id()
        entry = (MODEL, self.env._("G2P Bridge"))
        return selection if entry in selection else [*selection, entry]


class PaymentManager(models.Model):
    """How the cycles of a program are paid through the bridge."""

    _name = MODEL
    _description = "G2P Bridge Payment Manager"
    _inherit = [
        "g2p.base.program.payment.manager",
        "g2p.manager.source.mixin",
        "g2p.bridge.own.fields",
    ]

    # === Fields ===

    name = fields.Char(default=lambda self: self.env._("G2P Bridge"))
    program_id = fields.Many2one(default=lambda self: self._default_program())
    company_id = fields.Many2one(related="program_id.company_id")
    bridge_program_id = fields.Many2one(
        "g2p.bridge.program",
        "Benefit Program",
        domain="[('company_id', '=?', company_id)]",
        ondelete="restrict",
        help="The configuration that the bridge pays by: mnemonic, sponsor bank, account, ID "
        "mapper and policies. Without one, no cycle of this program can be paid.",
    )
    sponsor_bank_id = fields.Many2one(related="bridge_program_id.sponsor_bank_id")
    sponsor_bank_account_masked = fields.Char(
        related="bridge_program_id.sponsor_bank_account_masked"
    )
    account_currency_id = fields.Many2one(
        related="bridge_program_id.currency_id", string="Account Currency"
    )
    id_mapper_resolution_required = fields.Boolean(
        related="bridge_program_id.id_mapper_resolution_required"
    )
    beneficiary_id_source = fields.Selection(
        [
            ("reg_id", "An ID of the registrant"),
            ("bank_account", "The bank account"),
            ("phone", "The phone number"),
        ],
        "Beneficiary ID from",
        default="reg_id",
        required=True,
        help="By what the ID mapper or the bank knows a beneficiary. A group is paid through its "
        "head. Whoever has none, or several different ones, is left out and listed on the "
        "cycle. Where no ID mapper is asked, bank account and phone number are also where the "
        "money goes.",
    )
    id_type_id = fields.Many2one(
        "g2p.id.type", "ID Type", ondelete="restrict", help="For instance the national ID."
    )
    id_prefix = fields.Char(
        "Prefix", help="Put before each beneficiary ID, for instance token: in token:123@nationalId"
    )
    id_suffix = fields.Char(
        "Suffix",
        help="Put after each beneficiary ID, for instance @nationalId in token:123@nationalId",
    )
    narrative_template = fields.Char(
        "Narrative",
        default="{program.name} {cycle.name}",
        required=True,
        help="What beneficiaries read on their bank statement; at most 255 characters are sent.",
    )
    cycle_code_template = fields.Char(
        "Cycle Code",
        default="{cycle.name}",
        required=True,
        help="What a cycle is called at the bridge and at the bank. Each cycle of a benefit "
        "program needs another one. Further envelopes of a cycle get -2, -3 and so on behind it.",
    )
    amount_paid = fields.Selection(
        [
            ("net", "The entitlement less its transfer fee"),
            ("gross", "The whole entitlement"),
        ],
        default="net",
        required=True,
        help="PBMS books a transfer fee as a part of the entitlement: the beneficiary gets the "
        "rest. Less the fee, the bank pays what is booked, and the fee stays on the account for "
        "whoever carries the money. The whole entitlement: whatever the transfer costs comes on "
        "top, out of money that no fund was checked for. Entitlements without a fee are paid in "
        "full either way.",
    )
    automatic_start = fields.Selection(
        [
            ("manual", "Manual: with the buttons of the cycle"),
            ("approval", "On approval: paid at once"),
            ("schedule", "On schedule: paid on the date of the rule"),
        ],
        "Start",
        default="manual",
        required=True,
        help="Manual: Prepare Payments declares the envelope, Send Payments starts it. "
        "Otherwise a cycle is handed over as soon as it and all its entitlements are approved. "
        "What was approved before this was chosen stays manual.",
    )
    automatic_since = fields.Datetime(
        readonly=True, copy=False, help="Cycles approved before are not paid by themselves."
    )
    schedule_rule = fields.Selection(
        [
            ("cycle_start", "Start of the cycle"),
            ("approval", "Approval of the cycle"),
            ("weekday", "Fixed weekday after approval"),
        ],
        default="cycle_start",
        required=True,
        help="The schedule date, in the time zone of the company; never before today and the "
        "benefit program's days of notice.",
    )
    schedule_days = fields.Integer("Days after", help="Days to add to the start or the approval.")
    schedule_weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        "Weekday",
        default="0",
    )
    batch_size = fields.Integer(
        default=5000,
        required=True,
        help="Payments in one payment batch, which is handed to the bridge by one job.",
    )
    missing = fields.Text(
        compute="_compute_missing", help="What has to be set before cycles can be paid."
    )

    # === Constraints ===

    _batch_size_positive = models.Constraint(
        "CHECK(batch_size BETWEEN 1 AND 50000)", "A batch has 1 to 50000 payments."
    )
    _schedule_days_positive = models.Constraint(
        "CHECK(schedule_days BETWEEN 0 AND 366)", "The days after are 0 to 366."
    )

    @api.constrains("narrative_template", "cycle_code_template")
    def _check_templates(self):
        for manager in self:
            manager._parse("narrative_template", NARRATIVE_PLACEHOLDERS)
            manager._parse("cycle_code_template", CYCLE_PLACEHOLDERS)

    @api.constrains("bridge_program_id", "program_id")
    def _check_company(self):
        for manager in self.sudo():
            company = manager.program_id.company_id
            if company and manager.bridge_program_id.company_id not in (
                company,
                company.browse(),
            ):
                raise ValidationError(
                    self.env._(
                        "%(benefit)s belongs to %(other)s, but the program %(program)s to "
                        "%(company)s. Choose a benefit program of the same company.",
                        benefit=manager.bridge_program_id.display_name,
                        other=manager.bridge_program_id.company_id.name,
                        program=manager.program_id.name,
                        company=company.name,
                    )
                )

    # === Compute ===

    @api.depends("bridge_program_id", "beneficiary_id_source", "id_type_id", "program_id")
    def _compute_missing(self):
        for manager in self:
            manager.missing = "\n".join(manager.sudo()._missing()) or False

    @api.model
    def _default_program(self):
        """The program whose form this manager is created from."""
        context = self.env.context
        if context.get("active_model") == "g2p.program":
            return context.get("active_id")
        return False

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """Automatic from the beginning means: from now."""
        managers = super().create(vals_list)
        managers.filtered(lambda m: m.automatic_start != "manual")._begin_automatic()
        return managers

    def write(self, vals):
        manual = self.filtered(lambda manager: manager.automatic_start == "manual")
        result = super().write(vals)
        if vals.get("automatic_start", "manual") != "manual":
            manual._begin_automatic()
        return result

    # === Helpers ===

    def _begin_automatic(self):
        self.sudo().write({"automatic_since": fields.Datetime.now()})

    def _parse(self, name, allowed):
        """The parts of one of the templates.

        :raises ValidationError: what is wrong with it, and what may be used
        """
        try:
            parts = parse_template(self[name] or "", allowed)
            if not "".join(text for text, _placeholder in parts).strip():
                raise TemplateError(self.env._("an empty text"))
            return parts
        except TemplateError as error:
            raise ValidationError(
                self.env._(
                    "%(field)s is %(value)s: %(error)s can't be used. Use text and these: "
                    "%(allowed)s.",
                    field=self._fields[name]._description_string(self.env),
                    value=self[name],
                    error=error,
                    allowed=", ".join(f"{{{one}}}" for one in allowed),
                )
            ) from error

    def _missing(self):
        """What keeps every cycle of this program from being paid, in words."""
        benefit = self.bridge_program_id
        if not benefit:
            yield self.env._("Choose the benefit program that this program is paid by.")
        elif not benefit.active:
            yield self.env._("The benefit program %s is archived.", benefit.display_name)
        if benefit and not benefit.is_confirmed:
            yield self.env._(
                "Another administrator has to confirm the benefit program %s.",
                benefit.display_name,
            )
        if benefit.sponsor_bank_id.environment == "disabled":
            yield self.env._("The sponsor bank %s is disabled.", benefit.sponsor_bank_id.name)
        if self.beneficiary_id_source == "reg_id" and not self.id_type_id:
            yield self.env._("Choose the ID type that beneficiary IDs are made from.")
        company = self.program_id.company_id
        if benefit and company and benefit.company_id != company:
            yield self.env._("The benefit program belongs to another company.")
