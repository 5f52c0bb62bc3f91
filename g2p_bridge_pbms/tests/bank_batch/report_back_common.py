# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A cycle of PBMS that is paid by a scripted bank, and statements that speak of it."""

from decimal import Decimal
from unittest.mock import patch

from odoo.addons.g2p_bridge.tests.statement.statement_common import StatementCase
from odoo.addons.g2p_bridge_bank_connector.lib.values import Acknowledgement

from ..common import PbmsCase


class ReportBackCase(PbmsCase, StatementCase):
    """What the bank does with a cycle's payments."""

    def setUp(self):
        field = self.env["g2p.bridge.statement"]._fields["format"]
        if not field.get_values(self.env):  # formats come with addons of their own
            self.startPatcher(patch.object(field, "selection", lambda model: [("any", "Any")]))
            self.startPatcher(patch.object(field, "_selection", None))
        super().setUp()

    def paid_cycle(self, *amounts, **values):
        """A cycle with these entitlements, approved and handed to the bank."""
        people = self.make_people(len(amounts))
        cycle = self.make_cycle(people, list(amounts), **values)
        self.approve(cycle)
        return cycle

    def lines(self, cycle):
        """The disbursements of a cycle, in the order in which they were made."""
        return cycle.bridge_envelope_ids.disbursement_ids.sorted("id")

    def payments(self, cycle):
        return self.env["g2p.payment"].search([("cycle_id", "=", cycle.id)], order="id")

    def entitlements(self, cycle):
        return self.env["g2p.entitlement"].search([("cycle_id", "=", cycle.id)], order="id")

    def refuse(self, **codes):
        """Let the bank refuse payments: {beneficiary ID: code}."""

        def initiate_payment(reference, payments):
            self.bank_script.payments[reference] = payments
            return Acknowledgement(
                {
                    p.disbursement_id: codes[p.beneficiary_id]
                    for p in payments
                    if p.beneficiary_id in codes
                }
            )

        self.bank_script.initiate_payment = initiate_payment
        self.addCleanup(self.bank_script.__dict__.pop, "initiate_payment", None)

    def ask_mapper(self, *unknown):
        """Let an ID mapper resolve beneficiaries; it does not know these."""
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = set(unknown)

    def debit(self, *lines, **values):
        """A statement that debits these disbursements."""
        return self.process(*[self.entry("D", line) for line in lines], **values)

    def reverse(self, *lines, **values):
        """A later statement that returns these disbursements."""
        return self.process(*[self.entry("RD", line) for line in lines], **self.following(**values))

    def prepare_again(self, cycle):
        """The button, by a program manager; the jobs that follow are carried out.

        What is paid again after it came back is released by an approver of the bridge.
        """
        cycle.with_user(self.manager_user).prepare_payment()
        self.commit()
        self.run_jobs()
        waiting = cycle.bridge_envelope_ids.filtered(lambda one: one.state == "to_approve")
        if waiting:
            self.assertTrue(all(waiting.mapped("pays_again")))
            waiting.action_approve()
            self.run_jobs()

    def assertPayment(self, payment, state, status, paid="0.00"):
        self.env.invalidate_all()
        self.assertEqual((payment.state, payment.status), (state, status))
        self.env.cr.execute(
            "SELECT COALESCE(amount_paid, 0)::text FROM g2p_payment WHERE id = %s", [payment.id]
        )
        self.assertEqual(Decimal(self.env.cr.fetchone()[0]), Decimal(paid))

    def assertTotals(self, cycle, fees="0.00", **lines):
        """The totals are these, {line: (count, amount)}, and with the fees that are kept back
        they add up to the entitlements."""
        self.env.invalidate_all()
        sums = cycle.sudo()._bridge_sums()
        found = {line: (count, Decimal(amount)) for line, (count, amount, *_rest) in sums.items()}
        expected = {line: (count, Decimal(amount)) for line, (count, amount) in lines.items()}
        self.assertEqual(found, expected)
        payable = self.entitlements(cycle).filtered(
            lambda one: (
                one.state in ("approved", "trans2FSP", "rdpd2ben")
                or one.state == "expired"
                and one.payment_ids
            )
        )
        self.env.cr.execute(
            "SELECT COALESCE(SUM(initial_amount), 0)::text FROM g2p_entitlement WHERE id = ANY(%s)",
            [payable.ids],
        )
        self.assertEqual(
            sum((amount for _count, amount in found.values()), Decimal(fees)),
            Decimal(self.env.cr.fetchone()[0]),
        )
        self.assertEqual(cycle.bridge_entitled_count, len(payable))
        self.assertScreen(cycle, found)

    def assertScreen(self, cycle, found):
        """The page shows these numbers, and each line opens as many entitlements."""
        shown_total = Decimal()
        for line in ("paid", "in_flight", "failed", "not_sent"):
            count, amount = found.get(line, (0, Decimal()))
            shown = Decimal(repr(cycle[f"bridge_{line}_amount"]))
            self.assertEqual((cycle[f"bridge_{line}_count"], shown), (count, amount), line)
            action = cycle.with_context(bridge_line=line).action_bridge_open_entitlements()
            listed = self.env["g2p.entitlement"].search(action["domain"])
            self.assertEqual(len(listed), count, line)
            self.assertEqual(set(listed.mapped("bridge_payment_state")), {line} if count else set())
            shown_total += shown
        self.assertEqual(Decimal(repr(cycle.bridge_entitled_amount)), shown_total)
