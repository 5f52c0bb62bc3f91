# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ArchiveCompany(models.Model):
    _inherit = "res.company"

    bridge_archive_months = fields.Integer(
        "Archive Envelopes after (Months)",
        help="Envelopes that have been settled for so many months are archived by themselves. "
        "0: only by hand.",
    )
    _bridge_archive_months_positive = models.Constraint(
        "CHECK(bridge_archive_months >= 0)",
        "The number of months after which envelopes are archived can't be below 0.",
    )

    def write(self, vals):
        """When payments are put away is kept in the audit trail."""
        before = {company: company.bridge_archive_months for company in self}
        result = super().write(vals)
        if "bridge_archive_months" in vals:
            for company, months in before.items():
                if months != company.bridge_archive_months:
                    self.env["g2p.bridge.audit"]._record_fact(
                        "change",
                        company,
                        self._fields["bridge_archive_months"]._description_string(self.env),
                        old_value=str(months),
                        new_value=str(company.bridge_archive_months),
                    )
        return result
