# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Carries one envelope of 1,002 disbursements from its declaration to the bank's statement.

Run by `setup/demo` beside a server with the job runner. It only does what people and the
bank do (declare, send, ask for the statement) and watches; the jobs do the rest. What was
begun before is taken up where it stands.
"""

import requests
from demo_progress import Progress

from odoo.addons.g2p_bridge_demo.models.demo import BENEFICIARIES

AMOUNTS = list(range(1, BENEFICIARIES + 1))
PART = 334
PHASES = {
    "receiving": "Receiving",
    "to_approve": "Waiting for approval",
    "scheduled": "Scheduled",
    "funding": "Checking and blocking funds",
    "shipping": "Shipping",
    "shipped": "Shipped, waiting for the statement",
    "reconciled": "Reconciled",
    "cancelled": "Cancelled",
}


def main(env, arguments):
    """Returns the exit code: 0 if everything is as it should be."""
    (base_url,) = arguments
    world = env["g2p.bridge.demo"]
    world._prepare(base_url)
    env.cr.commit()
    world._get("bank").action_test_connection()
    env.cr.commit()
    envelope = _declare_and_send(env, world)
    progress = Progress(env, lambda: _line(envelope))
    progress.watch(lambda: envelope.state in ("shipped", "reconciled"))
    _wait_for_bookkeeping(env, world, envelope, progress)
    if envelope.state != "reconciled":
        _ask_for_statement(world, base_url)
    progress.watch(lambda: envelope.state == "reconciled")
    return _report(env, world, envelope)


def _declare_and_send(env, world):
    open_cycle = env["g2p.bridge.envelope"].search(
        [
            ("program_id", "=", world._get("program").id),
            ("state", "not in", ("reconciled", "cancelled")),
        ],
        limit=1,
    )
    envelope = open_cycle or world._declare(AMOUNTS)
    env.cr.commit()
    print(f"Envelope {envelope.disbursement_envelope_id}, cycle {envelope.cycle_code_mnemonic}:")
    print(f"  declared   {len(AMOUNTS):>6} disbursements  {sum(AMOUNTS):>12,.2f}")
    if envelope.state == "receiving":
        for start in range(0, len(AMOUNTS), PART):
            world._send(envelope, AMOUNTS[start : start + PART], start + 1)
            env.cr.commit()
    return envelope


def _line(envelope):
    """Phase, counts and amounts of an envelope."""
    e = envelope
    return (
        f"  {PHASES[e.state]:<35}"
        f" received {e.number_of_disbursements_received:>5}"
        f" | resolved {e.number_of_disbursements_resolved:>5}"
        f" | shipped {e.number_of_disbursements_shipped:>5} {e.amount_shipped:>12,.2f}"
        f" | reconciled {e.number_of_disbursements_reconciled:>5}"
        f" {e.amount_reconciled:>12,.2f}"
        f" | reversed {e.number_of_disbursements_reversed:>4}"
    )


def _wait_for_bookkeeping(env, world, envelope, progress):
    """The bank books in its own time; a statement made before would be a part of it."""
    account = world._get("account")

    def all_booked():
        return not account.batch_ids.filtered(lambda batch: batch.state == "received")

    progress.watch(all_booked)


def _ask_for_statement(world, base_url):
    answer = requests.post(
        f"{base_url}/g2p_bridge_example_bank/generate_account_statement",
        json={"program_account_number": world._get("account").account_number},
        timeout=60,
    )
    answer.raise_for_status()
    print(f"  Statement {answer.json()['account_statement_id']} asked for at the bank")


def _report(env, world, envelope):
    """Prints what became of the envelope; returns 0 if it is as it should be."""
    account, count = world._get("account"), envelope.number_of_disbursements
    errors = env["g2p.bridge.statement.entry"].search_count([("outcome", "=", "error")])
    shipped, reversed_ = (
        envelope.number_of_disbursements_shipped,
        envelope.number_of_disbursements_reversed,
    )
    rows = [
        ("received", envelope.number_of_disbursements_received, count),
        ("shipped", shipped, count - 1),
        ("left out (unknown to the mapper)", envelope.number_of_disbursements_unresolved, 1),
        ("reconciled", envelope.number_of_disbursements_reconciled, shipped),
        ("rejected by the bank", envelope.number_of_disbursements_rejected, 0),
        ("error queue", errors, 0),
        ("amount received", envelope.total_disbursement_amount_received, sum(AMOUNTS)),
        ("amount shipped", envelope.amount_shipped, sum(AMOUNTS) - AMOUNTS[-1]),
        ("amount reconciled", envelope.amount_reconciled, sum(AMOUNTS) - AMOUNTS[-1]),
        ("released from the hold", envelope.amount_released, AMOUNTS[-1]),
        ("still blocked at the bank", account.blocked_amount, 0),
    ]
    print("\nResult")
    wrong = 0
    for name, value, expected in rows:
        fine = value == expected
        wrong += not fine
        print(f"  {name:<34} {_shown(value):>14}" + ("" if fine else f"   expected {expected:,}"))
    share = reversed_ / shipped if shipped else 0
    print(f"  {'reversed':<34} {reversed_:>14,}   ({share:.0%}, amount", end=" ")
    print(f"{envelope.amount_reversed:,.2f})")
    if not 0.2 < share < 0.4:
        wrong += 1
        print("  about 30 % of the payments should have come back")
    print("\nPeople (password = login): officer, approver, finance, auditor, administrator")
    return 1 if wrong else 0


def _shown(value):
    """A count without decimals, an amount with two."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
