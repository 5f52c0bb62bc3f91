# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..lib.frequencies import FREQUENCIES
from ..services.wire import FREQUENCY_NAMES


class EnvelopeCreate(models.TransientModel):
    """Declare an envelope on screen: the same operation as on the wire."""

    _name = "g2p.bridge.envelope.create"
    _description = "New Envelope"

    # === Fields ===

    program_id = fields.Many2one("g2p.bridge.program", "Benefit Program", required=True)
    disbursement_frequency = fields.Selection(
        FREQUENCIES,
        string="Frequency",
        required=True,
        compute="_compute_disbursement_frequency",
        store=True,
        readonly=False,
    )
    cycle_code_mnemonic = fields.Char("Cycle", required=True)
    number_of_beneficiaries = fields.Integer("Beneficiaries", required=True)
    number_of_disbursements = fields.Integer("Disbursements", required=True)
    total_disbursement_amount = fields.Char(
        "Total Amount", required=True, help="Exact total, with a decimal point, e.g. 502503.00"
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    disbursement_schedule_date = fields.Date(
        "Schedule Date", required=True, default=fields.Date.context_today
    )

    # === Compute ===

    @api.depends("program_id")
    def _compute_disbursement_frequency(self):
        for wizard in self:
            wizard.disbursement_frequency = wizard.program_id.default_frequency

    # === Actions ===

    def action_create(self):
        """Create the envelope and open it."""
        self.ensure_one()
        program = self.program_id
        service = self.env["g2p.bridge.service"].with_company(program.company_id)
        reply = service.create_disbursement_envelope(
            {
                "benefit_program_mnemonic": program.benefit_program_mnemonic,
                "disbursement_frequency": FREQUENCY_NAMES.get(self.disbursement_frequency),
                "cycle_code_mnemonic": self.cycle_code_mnemonic,
                "number_of_beneficiaries": self.number_of_beneficiaries,
                "number_of_disbursements": self.number_of_disbursements,
                "total_disbursement_amount": self.total_disbursement_amount.strip(),
                "disbursement_currency_code": program.currency_id.name,
                "disbursement_schedule_date": self.disbursement_schedule_date,
            }
        )
        envelope = self.env["g2p.bridge.envelope"].search(
            [("disbursement_envelope_id", "=", reply["disbursement_envelope_id"])]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id("g2p_bridge.envelope_action")
        return {**action, "views": [(False, "form")], "res_id": envelope.id}
