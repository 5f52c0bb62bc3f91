from datetime import timedelta

from odoo import fields, models

from odoo.addons.g2p_bridge_base.lib.inside import INSIDE

from ..lib import fault as faults

#: What stands in field :25: instead of the account's own number.
OTHER_ACCOUNT = "OTHER-ACCOUNT"


class ExampleBankStatementFault(models.Model):
    """How a statement goes astray on its way to the client, where a fault says so."""

    _inherit = "g2p.bridge.example.bank.statement"

    delivery_state = fields.Selection(selection_add=[("held", "Held back (fault)")])
    delivery_fault = fields.Selection(
        [(kind, kind) for kind in faults.STATEMENT],
        readonly=True,
        help="The fault that this statement met.",
    )

    def _schedule_delivery(self):
        res = super()._schedule_delivery()
        if self.delivery_state != "pending":
            return res
        effect = self.env["g2p.bridge.example.bank.fault"]._take_now(
            faults.SEND_STATEMENT, self.account_id
        )
        self.delivery_fault = effect.kind or False
        if effect.kind == "statement_late":
            self.next_attempt_at = fields.Datetime.now() + timedelta(seconds=effect.seconds)
        elif effect.kind in ("statement_out_of_order", "statement_gap"):
            self.delivery_state = "held"
        return res

    def _job_deliver(self):
        self.ensure_one()
        due = self.next_attempt_at
        if self.delivery_state == "pending" and due and due > fields.Datetime.now():
            self._enqueue_delivery()
            return self.env._("Statement %s is sent later.", self.reference)
        told = super()._job_deliver()
        if self.delivery_state == "delivered":
            self._send_those_overtaken()
        return told

    def _post(self):
        """The first attempt brings what the fault wants; the right file always comes, too."""
        if self.delivery_fault == "statement_twice" and not self.delivery_attempts:
            super()._post()
        if self.delivery_fault == "statement_other_account" and not self.delivery_attempts:
            super(ExampleBankStatementFault, self.with_context(other_account=INSIDE))._post()
        return super()._post()

    def _file_content(self):
        content = super()._file_content()
        if self.env.context.get("other_account") is not INSIDE:
            return content
        number = self.account_id.account_number
        return content.replace(f":25:{number}".encode(), f":25:{OTHER_ACCOUNT}".encode(), 1)

    def _send_those_overtaken(self):
        """Send what was held back until a later statement had come."""
        overtaken = self.search(
            [
                ("account_id", "=", self.account_id.id),
                ("delivery_state", "=", "held"),
                ("delivery_fault", "=", "statement_out_of_order"),
                ("number", "<", self.number),
            ]
        )
        for statement in overtaken:
            statement.delivery_state = "pending"
            statement._enqueue_delivery()
