# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A bank that books a batch as one entry and a returned transfer as a new credit."""

from decimal import Decimal

from world import World

ACCOUNT = "PROGRAM-ACCOUNT-2"
PEOPLE, BATCH = 250, 100
TOTAL = sum(range(1, PEOPLE + 1))
STATEMENT = """
    SELECT s.state, s.entry_count, s.matched_count, s.reversed_count, s.error_count,
           s.not_ours_count, coalesce(s.warnings, '')
      FROM g2p_bridge_statement s ORDER BY s.id
"""
WHOLE = """
    SELECT b.reference, e.mark, e.amount, e.payment_count, e.outcome
      FROM g2p_bridge_statement_entry e JOIN g2p_bridge_bank_batch b ON b.id = e.bank_batch_id
     ORDER BY e.entry_sequence
"""
SHIPPED = "SELECT reference, shipped_amount, shipped_count FROM g2p_bridge_bank_batch ORDER BY id"
RETURNS = """
    SELECT d.disbursement_id, d.state, d.reason_code FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE e.mark = 'C' AND e.outcome = 'matched'
"""
SENT_BACK = """
    SELECT payment_reference_number, reversal_reason FROM g2p_bridge_example_bank_payment
     WHERE status = 'reversed'
"""


def test_a_cycle_whose_batches_are_booked_as_one(odoo_server):
    world = World(odoo_server, people=PEOPLE)
    account_id = world.create_account(ACCOUNT, has_whole_batches=True, returns_as="C")
    world.create_program("BULK", ACCOUNT, {"bank_batch_size": BATCH})
    amounts = list(range(1, PEOPLE + 1))
    envelope_id = world.create_envelope(amounts, program="BULK")
    ids = world.create_disbursements(envelope_id, amounts)

    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(3)  # one debit for each of the batches, of 100, 100 and 50 payments
    world.generate_statement(ACCOUNT)
    world.wait_for_state(envelope_id, "reconciled")

    sent_back = dict(world.bank.sql(SENT_BACK))
    _check_lines(world, len(sent_back))
    _check_payments(world, envelope_id, ids, sent_back)
    _check_money(world, account_id, ids, sent_back)


def _check_lines(world, returns):
    """Three lines prove all that was paid, one line each all that came back; none is odd."""
    assert 0.2 < returns / PEOPLE < 0.4
    assert world.bridge.sql(STATEMENT) == [("done", 3 + returns, 3, returns, 0, 0, "")]
    assert sorted(world.bridge.sql(WHOLE)) == sorted(
        (reference, "D", amount, count, "matched")
        for reference, amount, count in world.bridge.sql(SHIPPED)
    )


def _check_payments(world, envelope_id, ids, sent_back):
    """Every payment is what the bank's books say, with the bank's reason, also over the wire."""
    returned = world.bridge.sql(RETURNS)
    assert {key: reason for key, _state, reason in returned} == sent_back
    assert {state for _key, state, _reason in returned} == {"reversed"}
    status = world.status(envelope_id)
    assert status["number_of_disbursements_reconciled"] == PEOPLE
    assert status["number_of_disbursements_reversed"] == len(sent_back)
    for answer in world.operation("get_disbursement_status", list(ids.values())):
        key = answer["disbursement_id"]
        expected = "REVERSED" if key in sent_back else "RECONCILED"
        assert answer["disbursement_status"] == expected, key
        records = answer["disbursement_recon_records"]
        assert not records["disbursement_error_recon_payloads"], key
        (recon,) = records["disbursement_recon_payloads"]
        assert recon.get("reversal_reason") == sent_back.get(key), key


def _check_money(world, account_id, ids, sent_back):
    """To the cent: what the bank holds is what was there less what was paid for good."""
    back = sum(amount for amount, key in ids.items() if key in sent_back)
    (account,) = world.bank.call(
        "g2p.bridge.example.bank.account",
        "read",
        [[account_id], ["book_balance", "blocked_amount"]],
    )
    assert Decimal(str(account["book_balance"])) == world.opening_balance - TOTAL + back
    assert account["blocked_amount"] == 0
