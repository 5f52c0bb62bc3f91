# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The documented functional scenario, from the officer's envelope to the bank's proof."""

from decimal import Decimal

from world import ACCOUNT, World, day

PEOPLE = 1002
UNKNOWN = 1002  # the mapper does not know the beneficiary of this amount
CANCELLED = 1001
REASONS = {"ACCOUNT_CLOSED", "ACCOUNT_NOT_FOUND", "ACCOUNT_DORMANT", "ACCOUNT_DECEASED"}


def test_a_cycle_is_paid_and_reconciled(odoo_server):
    world = World(odoo_server, people=PEOPLE - 1, bank_batch_size=300, mapper_batch_size=400)
    amounts = list(range(1, PEOPLE + 1))
    envelope_id = world.create_envelope(amounts, days=1)
    ids = world.create_disbursements(envelope_id, amounts)

    _cancel_and_amend(world, envelope_id, ids)
    world.wait_for_state(envelope_id, "shipped")
    _check_shipped(world, envelope_id, ids)

    world.wait_until_booked(PEOPLE - 2)
    world.generate_statement()
    world.wait_for_state(envelope_id, "reconciled")
    reversed_ids = _check_reconciled(world, envelope_id, ids)
    _check_money(world, ids, reversed_ids)

    kept = next(amount for amount, name in ids.items() if name not in reversed_ids)
    _check_errors(world, ids, kept)


def _cancel_and_amend(world, envelope_id, ids):
    status = world.status(envelope_id)
    assert status["number_of_disbursements_received"] == PEOPLE
    assert Decimal(status["total_disbursement_amount_received"]) == 502_503
    world.operation("cancel_disbursements", [{"disbursement_id": ids[CANCELLED]}])
    status = world.status(envelope_id)
    assert status["number_of_disbursements_received"] == PEOPLE - 1
    assert Decimal(status["total_disbursement_amount_received"]) == 501_502
    world.operation(
        "amend_disbursement_envelope",
        {
            "disbursement_envelope_id": envelope_id,
            "number_of_beneficiaries": PEOPLE - 1,
            "number_of_disbursements": PEOPLE - 1,
            "total_disbursement_amount": 501_502,
            "disbursement_schedule_date": day(),
        },
    )


def _statuses(world, ids):
    """{amount: status} of every disbursement."""
    answers = world.operation("get_disbursement_status", list(ids.values()))
    amounts = {disbursement_id: amount for amount, disbursement_id in ids.items()}
    return {amounts[answer["disbursement_id"]]: answer for answer in answers}


def _check_shipped(world, envelope_id, ids):
    status = world.status(envelope_id)
    assert status["funds_available_with_bank"] == "FUNDS_AVAILABLE"
    assert status["funds_blocked_with_bank"] == "FUNDS_BLOCK_SUCCESS"
    assert status["funds_blocked_reference_number"]
    assert status["number_of_disbursements_shipped"] == PEOPLE - 2
    for amount, answer in _statuses(world, ids).items():
        expected = {CANCELLED: "CANCELLED", UNKNOWN: "UNRESOLVED"}.get(amount, "SHIPPED")
        assert answer["disbursement_status"] == expected, amount


def _check_reconciled(world, envelope_id, ids):
    """Every single status agrees with the bank's own books; returns what came back."""
    came_back = dict(
        world.bank.sql(
            "SELECT payment_reference_number, reversal_reason"
            " FROM g2p_bridge_example_bank_payment WHERE reversal_reason IS NOT NULL"
        )
    )
    status = world.status(envelope_id)
    assert status["number_of_disbursements_reconciled"] == PEOPLE - 2
    assert status["number_of_disbursements_reversed"] == len(came_back)
    assert 0.2 < len(came_back) / (PEOPLE - 2) < 0.4
    assert set(came_back.values()) == REASONS
    for amount, answer in _statuses(world, ids).items():
        records = answer["disbursement_recon_records"]
        assert not records["disbursement_error_recon_payloads"], amount
        if amount in (CANCELLED, UNKNOWN):
            assert not records["disbursement_recon_payloads"], amount
            continue
        (recon,) = records["disbursement_recon_payloads"]
        reason = came_back.get(ids[amount])
        assert recon["reversal_found"] == bool(reason), amount
        assert recon.get("reversal_reason") == reason, amount
        expected = "REVERSED" if reason else "RECONCILED"
        assert answer["disbursement_status"] == expected, amount
        assert recon["remittance_reference_number"] == ids[amount]
    return set(came_back)


def _check_money(world, ids, reversed_ids):
    """To the cent: what the bank holds is what was there less what was paid for good."""
    paid = sum(
        amount
        for amount, disbursement_id in ids.items()
        if amount not in (CANCELLED, UNKNOWN) and disbursement_id not in reversed_ids
    )
    (account,) = world.bank.call(
        "g2p.bridge.example.bank.account",
        "read",
        [[world.account_id], ["book_balance", "blocked_amount"]],
    )
    assert account["book_balance"] == 1_000_000 - paid
    assert account["blocked_amount"] == 0


def _check_errors(world, ids, kept):
    """A second debit, an unknown reference, the reversal of what never left: three errors."""
    paid = ids[kept]
    text = _statement(
        world,
        f":61:261122D{kept},NTRF{paid}//B1",
        ":61:261122D5,NTRFNOSUCHPAYMENT//B2",
        f":61:261122RD1002,NTRF{ids[UNKNOWN]}//B3",
        leaves=kept + 5 - 1002,
    )
    answer = world.upload(text)
    assert answer["status"] == "success", answer
    world.bridge.wait_for(
        "SELECT state FROM g2p_bridge_statement WHERE statement_id = %s",
        [answer["statement_id"]],
        expected="done",
    )
    errors = world.bridge.sql(
        "SELECT customer_reference, error_reason FROM g2p_bridge_statement_entry"
        " WHERE outcome = 'error' ORDER BY entry_sequence"
    )
    assert errors == [
        (paid, "DUPLICATE_DISBURSEMENT"),
        ("NOSUCHPAYMENT", "INVALID_DISBURSEMENT"),
        (ids[UNKNOWN], "INVALID_REVERSAL"),
    ]
    statuses = _statuses(world, ids)
    for amount, reason in ((kept, "DUPLICATE_DISBURSEMENT"), (UNKNOWN, "INVALID_REVERSAL")):
        (error,) = statuses[amount]["disbursement_recon_records"][
            "disbursement_error_recon_payloads"
        ]
        assert error["error_reason"] == reason
    assert statuses[UNKNOWN]["disbursement_status"] == "UNRESOLVED"


def _statement(world, *lines, leaves):
    """The account's next statement, with these lines, which add up to what leaves."""
    ((file_name, balance),) = world.bank.sql(
        "SELECT max(number), (array_agg(closing_balance::text ORDER BY id DESC))[1]"
        " FROM g2p_bridge_example_bank_statement"
    )
    opening = balance.replace(".", ",")
    closing = str(Decimal(balance) - leaves).replace(".", ",")
    return "\r\n".join(
        [
            ":20:CRAFTED",
            f":25:{ACCOUNT}",
            f":28C:{file_name + 1}/1",
            f":60F:C261122USD{opening}",
            *lines,
            f":62F:C261122USD{closing}",
            "",
        ]
    )
