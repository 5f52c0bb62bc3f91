# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""States of PBMS's cycles, entitlements and payments, as the bridge reads them.

Each group under one name, and in SQL what follows from a record: all else quotes it from here. PBMS
moves its cycles and approves, cancels and rejects entitlements. The bridge moves an approved
entitlement along ``PAYABLE_STATES`` and back to approved when its payment has failed, and it alone
moves payments (``bank_batch``).
"""

# === Cycles ===

#: The approved entitlements of the cycle are to be paid.
PAID_STATES = ("approved", "distributed")
#: What was handed over for the cycle goes on; in every other state it is cancelled.
KEPT_STATES = (*PAID_STATES, "ended")
#: People take the payments of the cycle for settled, so a failure after that is news.
SETTLED_STATES = ("distributed", "ended")

# === Entitlements ===

#: Nobody has approved it yet.
OPEN_STATES = ("draft", "pending_validation")
#: Somebody is, or was, to be paid for it: approved, handed to the bank, received.
PAYABLE_STATES = ("approved", "trans2FSP", "rdpd2ben")
#: A person has taken it back.
WITHDRAWN_STATES = ("cancelled", "rejected1", "rejected2", "rejected3")

#: Condition of an entitlement e: PBMS's own approval let it and its cycle through, by the amount
#: that it still has. Whatever is written past that takes it away: see ``entitlement`` and
#: ``cycle_approval``.
LET_THROUGH = """
    e.bridge_approved_by_id IS NOT NULL AND e.bridge_approved_amount = e.initial_amount
    AND e.cycle_id IN (SELECT id FROM g2p_cycle WHERE bridge_approved_by_id IS NOT NULL)
"""
#: The transfer fee of an entitlement e. PBMS books none that is below zero.
FEE = "GREATEST(COALESCE(e.transfer_fee, 0), 0)"

# === Payments ===

#: How far an entitlement's payment is, by the payment that counts.
PAYMENT_STATES = [
    ("paid", "Paid"),
    ("in_flight", "In flight"),
    ("failed", "Failed"),
    ("not_sent", "Not yet sent"),
]

#: Condition of a payment p: it is on its way, or was made.
IS_LIVE = "p.status IS DISTINCT FROM 'failed'"
#: Condition of a payment p: it is the one that counts. Of several payments of an entitlement that
#: is the one that has not failed; of failed ones, the latest.
COUNTS = f"""
    NOT EXISTS (
           SELECT FROM g2p_payment o WHERE o.entitlement_id = p.entitlement_id AND o.id <> p.id
              AND (o.status IS DISTINCT FROM 'failed', o.id) > ({IS_LIVE}, p.id))
"""
#: How far a payment p is: a key of ``PAYMENT_STATES``.
BRIDGE_STATE = "CASE WHEN p.id IS NULL THEN 'not_sent' ELSE COALESCE(p.status, 'in_flight') END"
