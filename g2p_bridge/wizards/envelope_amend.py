# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class EnvelopeAmend(models.TransientModel):
    """Change the control totals or the date on screen: the same operation as on the wire."""

    _name = "g2p.bridge.envelope.amend"
    _description = "Amend Envelope"

    # === Fields ===

    envelope_id = fields.Many2one("g2p.bridge.envelope", required=True, readonly=True)
    currency_id = fields.Many2one(related="envelope_id.currency_id")
    number_of_beneficiaries = fields.Integer("Beneficiaries", required=True)
    number_of_disbursements = fields.Integer("Disbursements", required=True)
    total_disbursement_amount = fields.Char(
        "Total Amount", required=True, help="Exact total, with a decimal point, e.g. 502503.00"
    )
    disbursement_schedule_date = fields.Date("Schedule Date", required=True)

    # === CRUD ===

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        envelope = self.env["g2p.bridge.envelope"].browse(
            values.get("envelope_id") or self.env.context.get("active_id")
        )
        if envelope:
            _count, total = envelope._declared()
            values.update(
                envelope_id=envelope.id,
                number_of_beneficiaries=envelope.number_of_beneficiaries,
                number_of_disbursements=envelope.number_of_disbursements,
                total_disbursement_amount=str(total),
                disbursement_schedule_date=envelope.disbursement_schedule_date,
            )
        return values

    # === Actions ===

    def action_amend(self):
        self.ensure_one()
        service = self.env["g2p.bridge.service"].with_company(self.envelope_id.company_id)
        service.amend_disbursement_envelope(
            {
                "disbursement_envelope_id": self.envelope_id.disbursement_envelope_id,
                "number_of_beneficiaries": self.number_of_beneficiaries,
                "number_of_disbursements": self.number_of_disbursements,
                "total_disbursement_amount": self.total_disbursement_amount.strip(),
                "disbursement_schedule_date": self.disbursement_schedule_date,
            }
        )
        return True
