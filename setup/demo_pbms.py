# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Sees that a cycle of the demo program in PBMS waits for its approval.

Run by `setup/demo` beside a server with the job runner, after the scenario. With "approve" it
presses the button itself and watches the cycle until it is distributed, as a person would in
the browser.
"""

from demo_progress import Progress

COUNTS = """
    SELECT count(*), count(*) FILTER (WHERE p.status = 'paid'),
           count(*) FILTER (WHERE p.status = 'failed')
      FROM g2p_payment p JOIN g2p_entitlement e ON e.id = p.entitlement_id WHERE e.cycle_id = %s
"""


def main(env, arguments):
    """Returns the exit code: 0 if everything is as it should be."""
    base_url, *approve = arguments
    cycle = env["g2p.bridge.demo"]._prepare_pbms(base_url)
    env.cr.commit()
    name = f"{cycle.name} of {cycle.program_id.name}"
    if not approve:
        print(f"\nPBMS: {name} waits for its approval, {cycle.entitlements_count} entitlements.")
        print("  Open it (Programs > Cycles), press Approve, and watch its page Bank Disbursement.")
        return 0
    print(f"\nPBMS: approving {name}")
    progress = Progress(env, lambda: _line(env, cycle))
    progress.watch(lambda: not cycle.locked)
    officer = env.ref("g2p_bridge_demo.user_officer")
    cycle.with_user(officer).approve()
    env.cr.commit()
    progress.watch(lambda: cycle.state == "distributed")
    return _report(cycle)


def _line(env, cycle):
    """State of a cycle and of its envelopes, and what became of its payments."""
    env.cr.execute(COUNTS, [cycle.id])
    payments, paid, failed = env.cr.fetchone()
    envelopes = ", ".join(cycle.bridge_envelope_ids.mapped("state"))
    return (
        f"  {cycle.state:<12} envelope {envelopes or '-':<12}"
        f" payments {payments:>4} | paid {paid:>4} | failed {failed:>4}"
    )


def _report(cycle):
    """Prints what the cycle's page says; returns 0 if the totals agree."""
    parts = [
        ("paid", cycle.bridge_paid_amount),
        ("in flight", cycle.bridge_in_flight_amount),
        ("failed", cycle.bridge_failed_amount),
        ("not yet sent", cycle.bridge_not_sent_amount),
    ]
    for name, amount in [("entitled", cycle.bridge_entitled_amount), *parts]:
        print(f"  {name:<14} {amount:>14,.2f}")
    fine = round(sum(amount for _name, amount in parts), 2) == cycle.bridge_entitled_amount
    return 0 if fine and cycle.bridge_in_flight_amount == 0 else 1
