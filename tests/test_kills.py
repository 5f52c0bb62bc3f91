# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Processes die and answers get lost; money is neither paid twice nor forgotten."""

import pytest
from campaign_points import BANK_CALLS, FUNDS, SERVICE
from odoo_run import wait_until
from odoo_server import OdooCallError
from patience import CrashPoints, Patience
from world import World

AMOUNTS = list(range(1, 41))
#: Where PostgreSQL dies: while it takes disbursements, while a step is claimed, between the
#: bank's acceptance and our commit, and while a statement is matched.
TURNS = (
    (SERVICE, "_create_disbursements", "uncommitted"),
    (f"{FUNDS} block", "_step_claim", "uncommitted"),
    (BANK_CALLS, "initiate_payment", "answered"),
    ("g2p.bridge.statement", "_step_record", "uncommitted"),
)


def _paid_exactly_once(world, ids):
    assert world.booked() == sorted((disbursement_id, 1) for disbursement_id in ids.values())


def _finish(world, envelope_id, ids):
    """Wait for the end and prove it from the bank's statement."""
    _wait_for_state(world, envelope_id, "shipped")
    world.wait_until_booked(len(ids))
    world.generate_statement()
    _wait_for_state(world, envelope_id, "reconciled")
    _paid_exactly_once(world, ids)
    status = world.status(envelope_id)
    assert status["number_of_disbursements_shipped"] == len(ids)
    assert status["number_of_disbursements_reconciled"] == len(ids)


def _wait_for_state(world, envelope_id, state):
    def holds():
        # The runner looks after dead jobs whenever something calls it, or once a minute.
        world.bridge.sql("NOTIFY queue_job, 'look'")
        return world.state(envelope_id) == state

    wait_until(holds, 180, f"{envelope_id} to be {state}", interval=0.5)


def test_timeout_after_the_bank_accepted_does_not_pay_twice(odoo_server):
    world = World(odoo_server, people=len(AMOUNTS))
    world.add_fault("accept_then_timeout", seconds=8)
    envelope_id = world.create_envelope(AMOUNTS)
    ids = world.create_disbursements(envelope_id, AMOUNTS)
    _finish(world, envelope_id, ids)
    assert world.bridge.value("SELECT max(asks) FROM g2p_bridge_bank_batch") >= 1


def test_worker_killed_after_the_bank_accepted_neither_pays_twice_nor_forgets(odoo_servers):
    bridge, bank = odoo_servers().start(), odoo_servers().start()
    world = World(bridge, bank, people=len(AMOUNTS), bank_batch_size=20)
    bridge.call("g2p.bridge.sponsor.bank", "write", [[world.bank_id], {"read_timeout": 20}])
    world.add_fault("accept_then_timeout", seconds=15)
    envelope_id = world.create_envelope(AMOUNTS)
    ids = world.create_disbursements(envelope_id, AMOUNTS)

    # The bank has taken a batch, and the bridge still waits to hear of it.
    wait_until(
        lambda: bank.value("SELECT count(*) FROM g2p_bridge_example_bank_payment"),
        60,
        "the bank to take a batch",
    )
    bridge.kill9()
    unrecorded = bridge.value(
        "SELECT count(*) FROM g2p_bridge_bank_batch"
        " WHERE state = 'in_progress' AND begun_at IS NOT NULL"
    )
    assert unrecorded >= 1

    bridge.start()
    bridge.call("g2p.bridge.sponsor.bank", "write", [[world.bank_id], {"read_timeout": 3}])
    _finish(world, envelope_id, ids)


def test_server_killed_while_batches_are_shipped_goes_on_where_it_was(odoo_servers):
    bridge, bank = odoo_servers().start(), odoo_servers().start()
    world = World(bridge, bank, people=len(AMOUNTS), bank_batch_size=4)
    envelope_id = world.create_envelope(AMOUNTS)
    ids = world.create_disbursements(envelope_id, AMOUNTS)
    wait_until(
        lambda: (
            bridge.value("SELECT count(*) FROM g2p_bridge_bank_batch WHERE state = 'done'") >= 2
        ),
        120,
        "two batches to be shipped",
    )
    bridge.kill9()
    bridge.start()
    _finish(world, envelope_id, ids)


def test_postgresql_that_ends_at_every_turn_loses_and_doubles_nothing(own_postgres, odoo_servers):
    bridge, bank = odoo_servers(run=own_postgres), odoo_servers().start()
    points = CrashPoints(bridge, own_postgres)
    points.start_bridge()
    world = World(bridge, bank, people=len(AMOUNTS), bank_batch_size=20, reversal_rate=0)
    outside, everybody = Patience(bridge, bank, points), {}
    for action in ("crash_postgres", "restart_postgres"):
        turns = [[*turn, action] for turn in TURNS]
        points.arm(turns)
        envelope_id = outside.patiently(world.create_envelope, AMOUNTS, 0, action)
        with pytest.raises(OdooCallError):
            world.create_disbursements(envelope_id, AMOUNTS)
        bridge.close_connection()  # of this test: it ended with PostgreSQL
        assert not world.disbursement_ids(envelope_id)
        ids = outside.patiently(world.create_disbursements, envelope_id, AMOUNTS)
        everybody.update({key: 1 for key in ids.values()})
        outside.until(lambda name=envelope_id: world.state(name) == "shipped")
        world.wait_until_booked(len(everybody))
        world.generate_statement()
        outside.until(lambda name=envelope_id: world.state(name) == "reconciled")
        assert points.hits[-len(turns) :] == turns
    assert dict(world.booked()) == everybody
    restored = "SELECT value FROM ir_config_parameter WHERE key = 'g2p_bridge.restored_at'"
    assert not bridge.value(restored), "a restart is no restore"
