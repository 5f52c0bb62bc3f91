from odoo import fields, models


class ReissueDisbursement(models.Model):
    _inherit = "g2p.bridge.disbursement"

    def action_reissue(self):
        """Open the window in which these disbursements are made anew."""
        return self.env["g2p.bridge.reissue"]._open(self)

    def _follow_reissue(self):
        """Nobody has to decide any more about beneficiaries who are paid elsewhere."""
        self.invalidate_model()  # the new ones arrived by COPY
        unresolved = self.filtered(lambda line: line.state == "unresolved" and not line.left_out)
        if unresolved:
            self.env.cr.execute(
                "UPDATE g2p_bridge_disbursement SET left_out = TRUE WHERE id = ANY(%s)",
                [unresolved.ids],
            )
            self.invalidate_model()
            for batch in unresolved.mapper_batch_id:
                batch._count_results()


class ReissueProgram(models.Model):
    _inherit = "g2p.bridge.program"

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
