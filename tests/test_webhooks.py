# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Webhooks on a real server with the real job runner: who listens hears of everything."""

import pytest
from odoo_run import wait_until
from webhook_receiver import WebhookReceiver
from world import World

AMOUNTS = list(range(1, 21))


@pytest.fixture
def receiver():
    server = WebhookReceiver()
    yield server
    server.close()


def test_a_partner_hears_of_an_envelope_to_its_end(odoo_server, receiver):
    world = World(odoo_server, people=len(AMOUNTS), bank_batch_size=5, reversal_rate=0)
    receiver.listen_to(odoo_server)
    envelope_id = world.create_envelope(AMOUNTS)
    world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(AMOUNTS))
    world.generate_statement()
    world.wait_for_state(envelope_id, "reconciled")
    wait_until(lambda: "envelope.reconciled" in receiver.kinds(), 60, "the last event")

    assert all(signature for signature, _message in receiver.came)
    heard = [(event["sequence"], event["event_id"], event["kind"]) for event in receiver.events()]
    assert heard == sorted(heard)
    assert len({event_id for _sequence, event_id, _kind in heard}) == len(heard)
    assert [sequence for sequence, *_rest in heard] == list(range(1, len(heard) + 1))
    assert receiver.kinds().count("batch.shipped") == 4


def test_a_killed_server_forgets_no_event(odoo_servers, receiver):
    bridge = odoo_servers().start()
    world = World(bridge, people=len(AMOUNTS), bank_batch_size=5, reversal_rate=0)
    webhook = receiver.listen_to(bridge)
    receiver.failing = 1
    envelope_id = world.create_envelope(AMOUNTS)
    wait_until(lambda: receiver.came, 60, "the first request")
    bridge.kill9()

    bridge.start()
    world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    bridge.call("g2p.bridge.webhook", "action_resume", [[webhook]])
    wait_until(lambda: "envelope.shipped" in receiver.kinds(), 60, "the last event")

    told = bridge.value("SELECT count(*) FROM g2p_bridge_event WHERE number IS NOT NULL")
    assert {event["sequence"] for event in receiver.events()} == set(range(1, told + 1))
