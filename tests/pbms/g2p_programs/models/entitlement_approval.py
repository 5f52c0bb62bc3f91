# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What PBMS's default entitlement manager asks and books when it approves entitlements."""

from odoo import fields, models


class BaseEntitlementManager(models.AbstractModel):
    _inherit = "g2p.base.program.entitlement.manager"

    def check_fund_balance(self, program_id):
        """What is left of the program's fund, a float, for the default company of the user.

        As in PBMS: read past the ORM without a flush, and of all entitlements only those count
        that are in the state approved."""
        company = self.env.user.company_id
        if not company:
            return 0.0
        self.env.cr.execute(
            "SELECT COALESCE((SELECT SUM(f.amount) FROM g2p_program_fund f"
            " WHERE f.program_id = %(program)s AND f.company_id = %(company)s"
            " AND f.state = 'posted'), 0) - COALESCE((SELECT SUM(e.initial_amount)"
            " FROM g2p_entitlement e JOIN g2p_cycle c ON c.id = e.cycle_id"
            " WHERE c.program_id = %(program)s AND e.company_id = %(company)s"
            " AND e.state = 'approved'), 0)",
            {"program": program_id, "company": company.id},
        )
        (balance,) = self.env.cr.fetchone()
        return float(balance)


class DefaultEntitlementManager(models.Model):
    _inherit = "g2p.program.entitlement.manager.default"

    def approve_entitlements(self, entitlements):
        """Approves open ones one by one, as the caller, as far as the fund goes.

        Stops with (1, message) at the first one that it does not cover: the earlier ones stay
        approved. Otherwise returns the number of those in a wrong state, and a message."""
        spent, wrong = 0.0, []
        for entitlement in entitlements:
            if entitlement.state not in ("draft", "pending_validation"):
                wrong.append(entitlement.code)
                continue
            program = entitlement.cycle_id.program_id
            left = self.check_fund_balance(program.id) - spent
            if left < entitlement.initial_amount:
                return 1, self.env._(
                    "The fund of %(program)s (%(left).2f) does not cover the entitlement %(code)s.",
                    program=program.name,
                    left=left,
                    code=entitlement.code,
                )
            spent += entitlement.initial_amount
            entitlement.update(
                {
                    **self._book(entitlement),
                    "state": "approved",
                    "date_approved": fields.Date.today(),
                }
            )
        message = self.env._("Not in 'pending validation' state: %s", ", ".join(wrong))
        return len(wrong), message if wrong else ""

    def _book(self, entitlement):
        """Draft payments of the accounts: one for the beneficiary, less the fee, and the fee."""
        fee = max(entitlement.transfer_fee, 0.0)
        booked = {
            "disbursement_id": self._account_payment(entitlement, entitlement.initial_amount - fee)
        }
        if fee:
            booked["service_fee_disbursement_id"] = self._account_payment(entitlement, fee)
        return booked

    def _account_payment(self, entitlement, amount):
        """Made as the caller, who needs the rights of accounting for it."""
        payment = self.env["account.payment"].create(
            {
                "partner_id": entitlement.partner_id.id,
                "partner_type": "supplier",
                "payment_type": "outbound",
                "amount": amount,
                "currency_id": entitlement.journal_id.currency_id.id,
                "journal_id": entitlement.journal_id.id,
                "memo": entitlement.code,
            }
        )
        return payment.id
