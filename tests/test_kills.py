"""Processes die and answers get lost; money is neither paid twice nor forgotten."""

from odoo_run import wait_until
from world import World

AMOUNTS = list(range(1, 41))


def _paid_exactly_once(world, ids):
    assert world.booked() == sorted((disbursement_id, 1) for disbursement_id in ids.values())


def _finish(world, envelope_id, ids):
    """Wait for the end and prove it from the bank's statement."""
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(ids))
    world.generate_statement()
    world.wait_for_state(envelope_id, "reconciled")
    _paid_exactly_once(world, ids)
    status = world.status(envelope_id)
    assert status["number_of_disbursements_shipped"] == len(ids)
    assert status["number_of_disbursements_reconciled"] == len(ids)


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
