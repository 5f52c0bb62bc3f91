# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Handing payments over, beside reading and encoding them."""

import json

from harness import Benchmark

#: Fields of a payment that differ from line to line, and their columns.
COLUMNS = {
    "disbursement_id": "disbursement_id",
    "payment_amount": "disbursement_amount::text",
    "beneficiary_id": "beneficiary_id",
    "beneficiary_name": "beneficiary_name",
    "beneficiary_account": "account_number",
    "beneficiary_account_type": "account_type",
    "beneficiary_bank_code": "bank_code",
    "beneficiary_branch_code": "branch_code",
    "beneficiary_mobile_wallet_provider": "mobile_wallet_provider",
    "beneficiary_phone_no": "phone",
    "beneficiary_email": "email",
    "beneficiary_email_wallet_provider": "email_wallet_provider",
    "disbursement_narrative": "narrative",
}
#: Fields that all payments of a batch have in common.
COMMON = {
    "remitting_account": "BENCHMARK-ACCOUNT",
    "remitting_account_currency": "USD",
    "funds_blocked_reference_number": "HOLD",
    "payment_date": "2026-01-31",
    "beneficiary_account_currency": "USD",
    "benefit_program_mnemonic": "CASH",
    "cycle_code_mnemonic": "CYCLE-1",
}


class Shipping(Benchmark):
    """Every bank batch of a funded envelope through the protocol: claim, digest, mark, record.

    The bank acknowledges at once, so what is left is the bookkeeping. The limit reads the
    same payments by SQL, batch by batch, and encodes them as JSON; it writes nothing.
    """

    name = "shipping"
    limit_name = "SQL + JSON of the same payments"
    aim = 2.0

    def before_step(self):
        self.envelope_id = self.world.funded_envelope(self.lines)
        self.world.vacuum()

    def step(self):
        with self.world.at_once():
            self.world.run_steps("g2p.bridge.bank.batch", self.envelope_id)

    def after_step(self):
        totals = self.world.row(
            "SELECT bool_and(b.state = 'done'), SUM(b.shipped_count)::integer,"
            " SUM(b.shipped_amount) = MAX(e.total_disbursement_amount)"
            " FROM g2p_bridge_bank_batch b JOIN g2p_bridge_envelope e ON e.id = b.envelope_id"
            " WHERE b.envelope_id = %s",
            self.envelope_id,
        )
        assert totals == (True, self.lines, True), totals
        states = self.world.states(self.envelope_id)
        assert states == {"shipped": self.lines}, states

    def before_limit(self):
        self.world.vacuum()

    def limit(self):
        names = list(COLUMNS)
        columns = ", ".join(COLUMNS.values())
        with self.world.registry.cursor() as cr:
            for batch_id in self.world.steps("g2p.bridge.bank.batch", self.envelope_id):
                cr.execute(
                    f"SELECT {columns} FROM g2p_bridge_disbursement"
                    " WHERE bank_batch_id = %s ORDER BY id",
                    [batch_id],
                )
                json.dumps([dict(zip(names, row, strict=True), **COMMON) for row in cr.fetchall()])
