from odoo import api, models

from ..direction import SWITCHES, check_stays, reconsider

#: What of a bank says how its statements come in, or what it is asked for after a lost answer.
HARMLESS = {
    "code",
    "lacks_idempotent_block",
    "lacks_payment_status",
    "lacks_release_funds",
    "statement_address",
    "statement_numbering",
    "statement_token",
}


class DirectedBank(models.Model):
    """A sponsor bank that programs are paid by: what becomes of their envelopes."""

    _inherit = "g2p.bridge.sponsor.bank"

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for bank in self:
            check_stays(bank, "sponsor_bank_id")

    def _direction_changed(self, names):
        super()._direction_changed(names)
        domain = [("sponsor_bank_id", "in", self.ids)]
        reconsider(self, domain, names - SWITCHES - HARMLESS)
        self.env["g2p.bridge.envelope"]._unfinished(domain)._enqueue_advance()


class DirectedByMapper(models.Model):
    """An ID mapper that programs ask: what becomes of their envelopes."""

    _inherit = "g2p.bridge.mapper"

    @api.constrains("company_id")
    def _check_company_of_users(self):
        for mapper in self:
            check_stays(mapper, "mapper_id")

    def _direction_changed(self, names):
        super()._direction_changed(names)
        # Whoever is resolved already is paid as the approver has seen it.
        to_come = [
            "|",
            ("mapper_batch_ids.state", "not in", ("done", "cancelled")),
            ("mapper_batch_ids.undecided_count", ">", 0),
        ]
        domain = [("mapper_id", "in", self.ids)]
        reconsider(self, domain, names - SWITCHES, to_come)
        self.env["g2p.bridge.envelope"]._unfinished(domain)._enqueue_advance()
