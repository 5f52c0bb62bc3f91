# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""OpenG2P's own example bank 1.0.2, with its workers, pays what the bridge hands it.

It has neither idempotency nor a status query nor a release, answers nothing twice, and posts its
statements without any proof of who it is.
"""

import pytest
from odoo_server import OdooServer
from original_bank import OriginalBank
from peer_venv import IndexUnreachable
from world import World

BALANCE = 100_000_000
PEOPLE = 40
#: What its record has to say.
LACKS = {
    "can_release_funds": False,
    "can_query_payment_status": False,
    "has_idempotent_block": False,
}


@pytest.fixture(scope="module")
def server(test_run):
    server = OdooServer(test_run)
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture(scope="module")
def world(server):
    """A program whose bank's record is still that of our own example bank."""
    made = World(server, people=PEOPLE)
    server.call("ir.config_parameter", "set_param", ["g2p_bridge.own_url", server.url])
    made.create_user("finance", "group_finance", "group_officer")
    return made


@pytest.fixture(scope="module")
def address(world):
    """The secret address at which the bank hands in its statements."""
    shown = world.bridge.call(
        "g2p.bridge.sponsor.bank", "action_new_statement_address", [[world.bank_id]]
    )
    return shown["context"]["default_secret"]


@pytest.fixture(scope="module")
def bank(test_run, world, address):
    original = OriginalBank(test_run)
    try:
        original.start(address)
    except IndexUnreachable as error:
        original.stop()
        pytest.skip(f"no example bank of OpenG2P: {error}")
    # A record that says less than it can is true; the first test finds out what it lacks.
    set_bank(world, base_url=original.url)
    yield original
    original.stop()


@pytest.fixture
def account(request, world, bank):
    """The number of an account with money, and of a program of that name that pays from it."""
    number = request.node.name.upper()[5:25]
    bank.open_account(number, BALANCE)
    set_bank(world, **LACKS)
    world.create_program(number, number)
    return number


def set_bank(world, **values):
    world.bridge.call("g2p.bridge.sponsor.bank", "write", [[world.bank_id], values])


def connection(world):
    """(result, cause, answer) of a connection test."""
    world.bridge.call("g2p.bridge.sponsor.bank", "action_test_connection", [[world.bank_id]])
    return world.bridge.sql(
        "SELECT last_test_result, last_test_cause, last_test_answer"
        " FROM g2p_bridge_sponsor_bank WHERE id = %s",
        [world.bank_id],
    )[0]


def filled(world, program, people=PEOPLE):
    """An envelope with all its disbursements; returns its ID and {amount: disbursement ID}."""
    amounts = list(range(1, people + 1))
    envelope_id = world.create_envelope(amounts, program=program)
    return envelope_id, world.create_disbursements(envelope_id, amounts)


def steps(world, envelope_id, table, condition="TRUE"):
    """[(record ID, state, attempts, asks)] of an envelope's funds steps or bank batches."""
    return world.bridge.sql(
        f"SELECT s.id, s.state, s.attempts, s.asks FROM g2p_bridge_{table} s"
        " JOIN g2p_bridge_envelope e ON e.id = s.envelope_id"
        f" WHERE e.disbursement_envelope_id = %s AND {condition}",
        [envelope_id],
    )


def wait_until_uncertain(world, envelope_id, table):
    """Wait for an unknown outcome, and until nobody does anything about it; returns its ID."""
    world.bridge.wait_for(
        f"SELECT s.state FROM g2p_bridge_{table} s"
        " JOIN g2p_bridge_envelope e ON e.id = s.envelope_id"
        " WHERE e.disbursement_envelope_id = %s AND s.state = 'uncertain'",
        [envelope_id],
        expected="uncertain",
    )
    # Whatever would be done by itself would be due by now.
    for _time in range(2):
        world.bridge.sql("UPDATE queue_job SET eta = NULL WHERE state = 'pending'")
        world.bridge.sql(
            f"UPDATE g2p_bridge_{table} SET next_attempt_at = NULL,"
            " begun_at = begun_at - interval '1 hour' WHERE state = 'uncertain'"
        )
        heartbeat(world)
        assert not world.bridge.wait_for_jobs()
    ((step_id, state, _attempts, asks),) = steps(
        world, envelope_id, table, "s.state NOT IN ('done', 'pending', 'open')"
    )
    assert (state, asks) == ("uncertain", 0)
    return step_id


def heartbeat(world):
    cron = world.bridge.value(
        "SELECT c.id FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id"
        " JOIN ir_model m ON m.id = a.model_id WHERE m.model = 'g2p.bridge.envelope'"
        " ORDER BY c.id LIMIT 1"
    )
    world.bridge.call("ir.cron", "method_direct_trigger", [[cron]])


def decide(world, step_id, kind, model, **values):
    """Take a decision about a step in the window that finance has for it."""
    context = {
        "default_kind": kind,
        "default_res_model": model,
        "default_res_ids": str(step_id),
    }
    decision = world.bridge.call(
        "g2p.bridge.decision",
        "create",
        [{"reason": "Seen in the bank's books", **values}],
        {"context": context},
        user="finance",
    )
    world.bridge.call("g2p.bridge.decision", "action_confirm", [[decision]], user="finance")


def tasks(world, envelope_id):
    """What people are asked to do about an envelope."""
    rows = world.bridge.sql(
        "SELECT a.summary FROM mail_activity a JOIN g2p_bridge_envelope e ON e.id = a.res_id"
        " WHERE a.res_model = 'g2p.bridge.envelope' AND e.disbursement_envelope_id = %s",
        [envelope_id],
    )
    return " ".join(summary for (summary,) in rows)


def check_books(world, bank, account, ids):
    """Every payment is in the bank's books once, and the bridge says what they say."""
    entries = bank.entries(account)
    assert set(entries) == set(ids.values())
    expected = {}
    for amount, disbursement_id in ids.items():
        left, count = entries[disbursement_id]
        assert (left, count) in ((amount, 1), (0, 2))
        expected[disbursement_id] = "reconciled" if left else "reversed"
    world.bridge.wait_for(
        "SELECT count(*) FROM g2p_bridge_disbursement"
        " WHERE disbursement_id = ANY(%s) AND state IN ('reconciled', 'reversed')",
        [list(ids.values())],
        expected=len(ids),
    )
    rows = world.bridge.sql(
        "SELECT disbursement_id, state, reason_code FROM g2p_bridge_disbursement"
        " WHERE disbursement_id = ANY(%s)",
        [list(ids.values())],
    )
    assert {key: state for key, state, _reason in rows} == expected
    return rows


def test_its_connection_tells_what_it_lacks(world, bank):
    result, cause, answer = connection(world)
    assert (result, cause) == ("failed", "capabilities")
    assert "payment_status, release_funds" in answer
    set_bank(world, **LACKS)
    bank.road.calls.clear()
    assert connection(world)[:2] == ("ok", None)
    assert set(bank.road.calls) == {"/ping", "/check_funds"}
    set_bank(world, base_url=f"{bank.url}/elsewhere")
    assert connection(world)[:2] == ("failed", "path")
    set_bank(world, base_url=bank.url)


def test_whole_life(world, bank, account, address):
    bank.road.calls.clear()
    envelope_id, ids = filled(world, account)
    world.wait_for_state(envelope_id, "shipped")
    bank.book()
    rows = check_books(world, bank, account, ids)
    reasons = {reason for _key, state, reason in rows if state == "reversed"}
    assert reasons <= {
        "ACCOUNT_CLOSED",
        "ACCOUNT_NOT_FOUND",
        "ACCOUNT_DORMANT",
        "ACCOUNT_DECEASED",
    }
    assert bank.holds(account)[0][1] == sum(ids)
    assert bank.road.calls == {"/check_funds": 1, "/block_funds": 1, "/initiate_payment": 1}
    token = address.split("/")[-2]
    assert f"POST {address.partition(token)[0].removeprefix(world.bridge.url)}***" in (
        world.bridge.log.read_text()
    )
    assert token not in world.bridge.log.read_text()


def test_lost_hold(world, bank, account):
    bank.road.calls.clear()
    bank.road.losing = ["/block_funds"]
    envelope_id, ids = filled(world, account, 5)
    step_id = wait_until_uncertain(world, envelope_id, "funds_step")
    ((hold, amount),) = bank.holds(account)
    assert amount == sum(ids)
    assert bank.road.calls == {"/check_funds": 1, "/block_funds": 1}
    assert "hold the money twice" in tasks(world, envelope_id)
    decide(world, step_id, "funds_confirmed", "g2p.bridge.funds.step", hold_reference=hold)
    world.wait_for_state(envelope_id, "shipped")
    bank.book()
    check_books(world, bank, account, ids)
    assert len(bank.holds(account)) == 1
    assert bank.road.calls["/block_funds"] == 1


def test_lost_batch(world, bank, account):
    """Nobody asks and nobody sends it again; the bank's statement proves that it was taken."""
    bank.road.calls.clear()
    bank.road.losing = ["/initiate_payment"]
    envelope_id, ids = filled(world, account, 5)
    wait_until_uncertain(world, envelope_id, "bank_batch")
    assert "5 payments" in tasks(world, envelope_id)
    bank.book()
    check_books(world, bank, account, ids)
    assert steps(world, envelope_id, "bank_batch")[0][1] == "done"
    assert bank.road.calls == {"/check_funds": 1, "/block_funds": 1, "/initiate_payment": 1}
