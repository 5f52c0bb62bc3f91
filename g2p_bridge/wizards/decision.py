from odoo import api, fields, models
from odoo.exceptions import UserError

#: What each kind of decision is about.
SUBJECTS = {
    "cancel_envelope": "g2p.bridge.envelope",
    "bank_confirms": "g2p.bridge.bank.batch",
    "bank_denies": "g2p.bridge.bank.batch",
    "funds_confirmed": "g2p.bridge.funds.step",
    "funds_denied": "g2p.bridge.funds.step",
    "give_up_batch": "g2p.bridge.bank.batch",
    "give_up_resolution": "g2p.bridge.mapper.batch",
}


class Decision(models.TransientModel):
    """A decision about money that a person takes, with the reason for the audit trail."""

    _name = "g2p.bridge.decision"
    _description = "Decision"

    kind = fields.Selection(
        [
            ("cancel_envelope", "Cancel the envelope"),
            ("bank_confirms", "The bank confirms that it has the batch"),
            ("bank_denies", "The bank denies that it has the batch: send it again"),
            ("funds_confirmed", "The bank confirms that it has done it"),
            ("funds_denied", "The bank denies that it has done it: ask it again"),
            ("give_up_batch", "Give the refused batch up: its payments count as rejected"),
            ("give_up_resolution", "Leave the batch's beneficiaries out as unresolved"),
        ],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Char(required=True, readonly=True)
    reason = fields.Text(required=True)
    hold_reference = fields.Char(
        "Reference of the Hold", help="The bank's own name for the hold that it confirms."
    )

    @api.model
    def _open(self, records, kind, title):
        """:return: the action that asks a person to decide this about the records"""
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_kind": kind,
                "default_res_model": records._name,
                "default_res_ids": ",".join(map(str, records.ids)),
            },
        }

    def action_confirm(self):
        """Carry the decision out. Each kind checks who may take it."""
        self.ensure_one()
        if self.res_model != SUBJECTS[self.kind]:
            raise UserError(self.env._("This decision can't be taken about %s.", self.res_model))
        records = self.env[self.res_model].browse(
            int(number) for number in self.res_ids.split(",") if number.isdigit()
        )
        records.check_access("read")
        getattr(self, f"_decide_{self.kind}")(records)
        return True

    def _decide_cancel_envelope(self, envelopes):
        for envelope in envelopes:
            service = self.env["g2p.bridge.service"].with_company(envelope.company_id)
            service.cancel_disbursement_envelope(
                {"disbursement_envelope_id": envelope.disbursement_envelope_id},
                reason=self.reason,
            )

    def _decide_bank_confirms(self, batches):
        self._settle(batches, True)

    def _decide_bank_denies(self, batches):
        self._settle(batches, False)

    def _settle(self, batches, taken):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        for batch in batches.sudo():
            batch._settle(taken, self._signed_reason())

    def _decide_funds_confirmed(self, steps):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        for step in steps.sudo():
            step._settle(True, self._signed_reason(), self.hold_reference)

    def _decide_funds_denied(self, steps):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        for step in steps.sudo():
            step._settle(False, self._signed_reason())

    def _decide_give_up_batch(self, batches):
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        for batch in batches.sudo():
            batch._give_up_lines(self._signed_reason())

    def _decide_give_up_resolution(self, batches):
        self.env["g2p.bridge.envelope"]._check_group("group_officer")
        for batch in batches.sudo():
            batch._give_up_lines(self._signed_reason())

    def _signed_reason(self):
        return f"{self.reason} ({self.env.user.name})"
