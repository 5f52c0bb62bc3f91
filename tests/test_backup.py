# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A backup that was taken while money moved is restored: nobody is paid twice or forgotten."""

import pytest
from odoo_run import wait_until
from odoo_server import OdooCallError
from world import World

AMOUNTS = list(range(1, 41))
BATCHES = "SELECT state, count(*) FROM g2p_bridge_bank_batch GROUP BY state"


@pytest.fixture
def mid_flight(odoo_servers, tmp_path):
    """A world whose payments are on their way, and a backup from the middle of it.

    :return: (world, envelope, {amount: disbursement ID}, folder of the backup)
    """
    bridge, bank = odoo_servers().start(), odoo_servers().start()
    world = World(bridge, bank, people=len(AMOUNTS), reversal_rate=0, bank_batch_size=4)
    world.add_fault("slow", seconds=2, calls=len(AMOUNTS))
    envelope_id = world.create_envelope(AMOUNTS)
    ids = world.create_disbursements(envelope_id, AMOUNTS)
    wait_until(lambda: dict(bridge.sql(BATCHES)).get("done", 0) >= 2, 120, "two batches to leave")
    bridge.run.dump(bridge.db, tmp_path)
    return world, envelope_id, ids, tmp_path


def _restored(world, odoo_servers, backup):
    """The bridge from the backup, in the place of the one that is gone."""
    former = world.bridge
    world.bridge = odoo_servers(backup=backup, port=former.port)
    states = dict(world.bridge.sql(BATCHES))
    assert states["done"] >= 2 and states["pending"] >= 2, states
    return world.bridge.start(crashes=backup / "none")


def _finish(world, envelope_id, ids):
    """Everything is paid once, proved by the bank's statement, and counted right."""
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(ids))
    world.generate_statement()
    world.wait_for_state(envelope_id, "reconciled")
    assert world.booked() == sorted((disbursement_id, 1) for disbursement_id in ids.values())
    status = world.status(envelope_id)
    assert status["number_of_disbursements_received"] == len(ids)
    assert status["number_of_disbursements_shipped"] == len(ids)
    assert status["number_of_disbursements_reconciled"] == len(ids)
    assert status["number_of_disbursements_reversed"] == 0


def test_what_was_paid_after_the_backup_is_not_paid_again(mid_flight, odoo_servers):
    world, envelope_id, ids, backup = mid_flight
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(ids))
    world.bridge.kill9()

    bridge = _restored(world, odoo_servers, backup)
    _finish(world, envelope_id, ids)
    # Asked about, and not even put together to be sent.
    query = "SELECT count(*) FROM g2p_bridge_bank_batch WHERE asks > 0 AND payload_digest IS NULL"
    assert bridge.value(query) >= 2


def test_what_had_not_left_is_sent_after_the_bank_was_asked(mid_flight, odoo_servers):
    world, envelope_id, ids, backup = mid_flight
    world.bridge.kill9()

    bridge = _restored(world, odoo_servers, backup)
    _finish(world, envelope_id, ids)
    asked, sent = bridge.sql(
        "SELECT count(*) FILTER (WHERE asks > 0), count(payload_digest) FROM g2p_bridge_bank_batch"
    )[0]
    assert asked >= 2 and sent >= 2


def test_nothing_new_is_paid_before_a_person_has_compared(mid_flight, odoo_servers):
    world, envelope_id, ids, backup = mid_flight
    world.wait_for_state(envelope_id, "shipped")
    world.bridge.kill9()
    bridge = _restored(world, odoo_servers, backup)
    _finish(world, envelope_id, ids)

    new_id = world.create_envelope([7], cycle="2026-12")
    new = world.create_disbursements(new_id, [7])
    assert not bridge.wait_for_jobs()
    assert world.state(new_id) == "scheduled"
    wizard = bridge.call("g2p.bridge.restore.confirm", "create", [{"reason": "Compared"}])
    with pytest.raises(OdooCallError):
        bridge.call("g2p.bridge.restore.confirm", "action_confirm", [[wizard]], user="officer")
    bridge.call("g2p.bridge.restore.confirm", "action_confirm", [[wizard]])
    world.wait_for_state(new_id, "shipped")
    world.wait_until_booked(len(ids) + 1)
    assert (new[7], 1) in world.booked()


def test_audit_trail_of_a_restored_database_is_whole(mid_flight, odoo_servers):
    world, _envelope_id, _ids, backup = mid_flight
    world.bridge.kill9()
    bridge = _restored(world, odoo_servers, backup)
    wait_until(
        lambda: bridge.value("SELECT count(*) FROM g2p_bridge_audit WHERE action = 'restore'"),
        60,
        "the restore to be recorded",
    )
    action = bridge.call("g2p.bridge.audit", "action_verify", [[]])
    assert (
        bridge.call(action["res_model"], "read", [[action["res_id"]], ["outcome"]])[0]["outcome"]
        == "fine"
    )
