# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two people press a button at the same moment: one wins, the other reads a plain sentence."""

from functools import partial

import pytest
from at_once import in_order, sentences

ENVELOPE = "SELECT 1 FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s FOR UPDATE"
BATCH = "SELECT 1 FROM g2p_bridge_bank_batch WHERE id = %s FOR UPDATE"
STEP = "SELECT 1 FROM g2p_bridge_funds_step WHERE id = %s FOR UPDATE"
PEOPLE = ("one", "another")


@pytest.fixture(scope="module")
def people(crowded_world):
    """Two people who approve and settle, and a program that wants approval."""
    for login in PEOPLE:
        crowded_world.create_user(login, "group_approver", "group_finance")
    crowded_world.create_program("FOUR", "PROGRAM-ACCOUNT-4", {"approval": "any"})


@pytest.fixture
def waiting(crowd, people, request):
    """An envelope that waits for approval: (its ID, its record ID)."""
    cycle = request.node.name
    envelope_id = crowd.create_envelope([1, 2, 3], days=1, cycle=cycle, program="FOUR")
    crowd.create_disbursements(envelope_id, [1, 2, 3])
    assert crowd.state(envelope_id) == "to_approve"
    return envelope_id, record_id(crowd, envelope_id)


def record_id(world, envelope_id):
    query = "SELECT id FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s"
    return world.bridge.value(query, [envelope_id])


def press(world, button, record, user, *args):
    return partial(world.bridge.call, "g2p.bridge.envelope", button, [[record], *args], user=user)


def approve(world, record, user):
    """An approval of what stands there now; call it to press the button."""
    seen = press(world, "content_revisions", record, user)()
    return press(world, "action_approve", record, user, None, seen)


def decide(world, kind, model, record, user, **values):
    """A decision whose window stands open; call it to confirm."""
    decision = world.bridge.call(
        "g2p.bridge.decision",
        "create",
        [{"kind": kind, "res_model": model, "res_ids": str(record), "reason": kind, **values}],
        user=user,
    )
    return partial(
        world.bridge.call, "g2p.bridge.decision", "action_confirm", [[decision]], user=user
    )


def recorded(world, action, model, record):
    """How often the audit trail says that something was done."""
    query = "SELECT count(*) FROM g2p_bridge_audit WHERE (action, model, res_id) = (%s, %s, %s)"
    return world.bridge.value(query, [action, model, record])


def test_two_approvers_at_once(crowd, waiting):
    envelope_id, record = waiting
    outcomes = in_order(
        crowd.bridge,
        ENVELOPE,
        [envelope_id],
        approve(crowd, record, "one"),
        approve(crowd, record, "another"),
    )
    (told,) = sentences(outcomes)
    assert outcomes[0] is True
    assert "does not wait for approval" in told
    assert recorded(crowd, "approve", "g2p.bridge.envelope", record) == 1


@pytest.mark.parametrize("first", ["approve", "send back"])
def test_approved_by_one_and_sent_back_by_another(crowd, waiting, first):
    envelope_id, record = waiting
    presses = [
        approve(crowd, record, "one"),
        press(crowd, "action_reject", record, "another", "Wrong list"),
    ]
    if first != "approve":
        presses.reverse()
    outcomes = in_order(crowd.bridge, ENVELOPE, [envelope_id], *presses)
    (told,) = sentences(outcomes)
    assert outcomes[0] is True
    assert "does not wait for approval" in told
    assert crowd.state(envelope_id) == ("scheduled" if first == "approve" else "receiving")


def test_cancelled_by_one_and_approved_by_another(crowd, waiting):
    envelope_id, record = waiting
    outcomes = in_order(
        crowd.bridge,
        ENVELOPE,
        [envelope_id],
        decide(crowd, "cancel_envelope", "g2p.bridge.envelope", record, "officer"),
        approve(crowd, record, "one"),
    )
    (told,) = sentences(outcomes)
    assert "does not wait for approval" in told
    assert crowd.state(envelope_id) == "cancelled"
    assert not recorded(crowd, "approve", "g2p.bridge.envelope", record)


def test_approved_by_one_and_then_cancelled_by_another(crowd, waiting):
    envelope_id, record = waiting
    outcomes = in_order(
        crowd.bridge,
        ENVELOPE,
        [envelope_id],
        approve(crowd, record, "one"),
        decide(crowd, "cancel_envelope", "g2p.bridge.envelope", record, "officer"),
    )
    assert outcomes == [True, True]
    assert crowd.state(envelope_id) == "cancelled"


def test_paused_by_two_at_once(crowd, waiting):
    envelope_id, record = waiting
    model = "g2p.bridge.envelope"
    pauses = [decide(crowd, "pause_envelope", model, record, "officer") for _ in range(2)]
    assert in_order(crowd.bridge, ENVELOPE, [envelope_id], *pauses) == [True, True]
    assert recorded(crowd, "pause", model, record) == 1


def test_tried_again_by_two_at_once(crowd, waiting):
    envelope_id, record = waiting
    crowd.bridge.sql(
        "UPDATE g2p_bridge_mapper_batch SET state = 'failed', attempts = 3 WHERE envelope_id = %s",
        [record],
    )
    retry = press(crowd, "action_try_again", record, "officer")
    assert in_order(crowd.bridge, ENVELOPE, [envelope_id], retry, retry) == [True, True]
    assert recorded(crowd, "retry", "g2p.bridge.envelope", record) == 1
    batches = "SELECT state, attempts FROM g2p_bridge_mapper_batch WHERE envelope_id = %s"
    assert crowd.bridge.sql(batches, [record]) == [("pending", 0)]


def test_the_rest_of_a_hold_released_by_two_at_once(crowd, people):
    envelope_id, _ids = crowd.funded(20, "release twice")
    record = record_id(crowd, envelope_id)
    first, _second = crowd.enqueued("model_name = 'g2p.bridge.bank.batch'")
    crowd.run_job(first)
    model = "g2p.bridge.envelope"
    decide(crowd, "pause_envelope", model, record, "officer")()
    releases = [decide(crowd, "release_hold", model, record, login) for login in PEOPLE]
    outcomes = in_order(crowd.bridge, ENVELOPE, [envelope_id], *releases)
    (told,) = sentences(outcomes)
    assert outcomes[0] is True
    assert "released by itself" in told
    steps = "SELECT count(*) FROM g2p_bridge_funds_step WHERE envelope_id = %s AND kind = 'release'"
    assert crowd.bridge.value(steps, [record]) == 1
    assert recorded(crowd, "release", model, record) == 1


def overruled(crowd, lock, model, record, kinds, **values):
    """Of two people's decisions about a record the first one holds.

    :return: what the other person reads
    """
    opinions = [
        decide(crowd, kind, model, record, login, **values)
        for login, kind in zip(PEOPLE, kinds, strict=True)
    ]
    outcomes = in_order(crowd.bridge, lock, [record], *opinions)
    (told,) = sentences(outcomes)
    assert outcomes[0] is True
    return told


@pytest.mark.parametrize("first", ["bank_confirms", "bank_denies"])
def test_of_two_opinions_about_a_batch_the_first_holds(crowd, people, first):
    envelope_id, ids = crowd.funded(10, f"opinions {first}")
    batch = crowd.bridge.value(
        # Somebody else has denied it before: the next one who does is the second person.
        "UPDATE g2p_bridge_bank_batch SET state = 'uncertain', attempts = 1, begun_at = now(),"
        " denied_by_id = 2 WHERE envelope_id = %s RETURNING id",
        [record_id(crowd, envelope_id)],
    )
    kinds = sorted(("bank_confirms", "bank_denies"), key=lambda kind: kind != first)
    told = overruled(crowd, BATCH, "g2p.bridge.bank.batch", batch, kinds)
    assert "not uncertain any more" in told
    state = crowd.bridge.value("SELECT state FROM g2p_bridge_bank_batch WHERE id = %s", [batch])
    assert state == ("done" if first == "bank_confirms" else "pending")
    crowd.run_jobs()
    # What the bank is said to have is not sent; what it denies is sent once.
    assert crowd.booked_of(ids) == ([] if first == "bank_confirms" else [1] * 10)


@pytest.mark.parametrize("first", ["funds_confirmed", "funds_denied"])
def test_of_two_opinions_about_a_hold_the_first_holds(crowd, waiting, first):
    step = crowd.bridge.value(
        "UPDATE g2p_bridge_funds_step SET state = 'uncertain', attempts = 1, begun_at = now()"
        " WHERE envelope_id = %s AND kind = 'block' RETURNING id",
        [waiting[1]],
    )
    kinds = sorted(("funds_confirmed", "funds_denied"), key=lambda kind: kind != first)
    told = overruled(crowd, STEP, "g2p.bridge.funds.step", step, kinds, hold_reference="H1")
    assert "not uncertain" in told
    state = crowd.bridge.value("SELECT state FROM g2p_bridge_funds_step WHERE id = %s", [step])
    assert state == ("done" if first == "funds_confirmed" else "pending")
