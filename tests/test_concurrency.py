# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many callers at the same moment: exact counters, one winner, and no error that is none."""

import datetime
from functools import partial

import pytest
import requests
from at_once import at_the_gate, in_order, sentences
from world import day, rows_of

CALLERS = 20
ENVELOPE = "SELECT 1 FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s FOR UPDATE"
RECEIVED = """
    SELECT e.number_of_disbursements, e.total_disbursement_amount::int, sum(b.line_count)::int,
           sum(b.line_amount)::int, max(b.line_count), count(*)
      FROM g2p_bridge_envelope e JOIN g2p_bridge_bank_batch b ON b.envelope_id = e.id
     WHERE e.disbursement_envelope_id = %s GROUP BY e.id
"""
LINES = """
    SELECT count(*), sum(disbursement_amount)::int, count(DISTINCT disbursement_id)
      FROM g2p_bridge_disbursement d JOIN g2p_bridge_envelope e ON e.id = d.envelope_id
     WHERE e.disbursement_envelope_id = %s
"""


def by_rpc(world, envelope_id, amounts):
    """Send disbursements as an officer's program does."""
    world.create_disbursements(envelope_id, amounts)


def by_api(world, envelope_id, amounts):
    """Send disbursements as a partner; returns the code of a refusal."""
    message = rows_of(envelope_id, amounts)
    header = {
        "version": "1.0.0",
        "message_id": f"{envelope_id}-{amounts[0]}-{amounts[-1]}",
        "message_ts": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "action": "create_disbursements",
        "sender_id": "PBMS",
        "total_count": len(message),
    }
    answer = requests.post(
        f"{world.bridge.url}/g2p-bridge/create_disbursements",
        json={"header": header, "message": message},
        timeout=120,
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["header"]["status_reason_message"]


def shares(amounts, callers=CALLERS):
    """The amounts dealt out to so many callers."""
    return [amounts[caller::callers] for caller in range(callers)]


def assert_full(world, envelope_id, amounts, batch_size=10):
    """What has arrived is what was declared, in the counters and in the lines."""
    count, total = len(amounts), sum(amounts)
    batches = -(-count // batch_size)
    (received,) = world.bridge.sql(RECEIVED, [envelope_id])
    assert received == (count, total, count, total, min(batch_size, count), batches)
    assert world.bridge.sql(LINES, [envelope_id]) == [(count, total, count)]


@pytest.mark.parametrize("send", [by_rpc, by_api])
def test_twenty_callers_fill_one_envelope_exactly(crowd, send):
    amounts = list(range(1, 301))
    envelope_id = crowd.create_envelope(amounts, days=1, cycle=f"fill {send.__name__}")
    tries = crowd.bridge.log.read_text().count("tries left")
    for start in range(0, len(amounts), 100):
        calls = [
            partial(send, crowd, envelope_id, share) for share in shares(amounts[start:][:100])
        ]
        assert not any(at_the_gate(crowd.bridge, ENVELOPE, [envelope_id], *calls))
    assert_full(crowd, envelope_id, amounts)
    assert crowd.state(envelope_id) == "scheduled"
    if send is by_api:
        assert crowd.bridge.value("SELECT count(*) FROM g2p_bridge_partner_message") == 60
    # They waited for one another. None of them was in conflict and came through by good luck.
    assert crowd.bridge.log.read_text().count("tries left") == tries


@pytest.mark.parametrize("send", [by_rpc, by_api])
@pytest.mark.parametrize(
    "declared, code, sentence",
    [
        ([1500] * 80, "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED", "Send fewer or amend the envelope"),
        ([1200] * 100, "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED", "Send less or amend the"),
    ],
    ids=["count", "total"],
)
def test_of_too_many_callers_those_are_refused_for_whom_there_is_no_room(
    crowd, send, declared, code, sentence
):
    cycle = f"{send.__name__} {code}"
    envelope_id = crowd.create_envelope(declared, days=1, cycle=cycle)
    # Four payments of 6000 together from each, and room for twenty.
    calls = [
        partial(send, crowd, envelope_id, [n, 1000 - n, 2000 + n, 3000 - n]) for n in range(1, 25)
    ]
    outcomes = at_the_gate(crowd.bridge, ENVELOPE, [envelope_id], *calls)
    refused = [outcome for outcome in outcomes if outcome]
    if send is by_api:
        assert refused == [code] * 4
    else:
        assert len(refused) == 4
        assert all(sentence in told for told in sentences(refused))
    received = crowd.bridge.sql(RECEIVED, [envelope_id])[0]
    assert received[2:4] == (80, 120000)
    assert crowd.bridge.sql(LINES, [envelope_id]) == [(80, 120000, 80)]


def test_the_same_rows_from_twenty_callers_are_received_once(crowd):
    amounts = list(range(1, 31))
    envelope_id = crowd.create_envelope(amounts, days=1, cycle="same rows")
    calls = [partial(crowd.create_disbursements, envelope_id, amounts)] * CALLERS
    ids, *others = at_the_gate(crowd.bridge, ENVELOPE, [envelope_id], *calls)
    assert len(ids) == len(amounts)
    assert others == [ids] * (CALLERS - 1)
    assert_full(crowd, envelope_id, amounts)


@pytest.mark.parametrize("first", ["amendment", "disbursement"])
def test_of_an_amendment_and_the_last_disbursement_one_wins(crowd, first):
    amounts = list(range(1, 11))
    envelope_id = crowd.create_envelope(amounts, days=1, cycle=f"last {first}")
    crowd.create_disbursements(envelope_id, amounts[:-1])
    works = {
        "amendment": partial(amend, crowd, envelope_id, amounts[:-1]),
        "disbursement": partial(crowd.create_disbursements, envelope_id, amounts[-1:]),
    }
    order = sorted(works, key=lambda name: name != first)
    outcomes = in_order(crowd.bridge, ENVELOPE, [envelope_id], *(works[name] for name in order))
    (sentence,) = sentences(outcomes)
    assert not isinstance(outcomes[0], Exception)
    left = amounts[:-1] if first == "amendment" else amounts
    assert ("amend the envelope" if first == "amendment" else "Cancel some first") in sentence
    assert_full(crowd, envelope_id, left)
    assert crowd.state(envelope_id) == "scheduled"


def test_amendments_and_disbursements_in_a_crowd_leave_exact_totals(crowd):
    amounts = list(range(1, 41))
    envelope_id = crowd.create_envelope(amounts, days=1, cycle="amended in a crowd")
    more = list(range(1, 61))
    calls = [partial(crowd.create_disbursements, envelope_id, share) for share in shares(amounts)]
    calls += [partial(amend, crowd, envelope_id, more)] * 2
    outcomes = at_the_gate(crowd.bridge, ENVELOPE, [envelope_id], *calls)
    assert sentences(outcomes) == []
    crowd.create_disbursements(envelope_id, more[40:])
    assert_full(crowd, envelope_id, more)


def amend(world, envelope_id, amounts):
    """Declare other amounts."""
    return world.operation(
        "amend_disbursement_envelope",
        {
            "disbursement_envelope_id": envelope_id,
            "number_of_beneficiaries": len(amounts),
            "number_of_disbursements": len(amounts),
            "total_disbursement_amount": sum(amounts),
            "disbursement_schedule_date": day(1),
        },
    )
