"""Webhooks on a real server with the real job runner: who listens hears of everything."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from odoo_run import wait_until
from world import World

AMOUNTS = list(range(1, 21))


@pytest.fixture
def receiver():
    """A server that takes what it is sent, and fails as often as it is told."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.came.append((self.headers["Signature"], message))
            failing = server.failing
            server.failing = max(failing - 1, 0)
            self.send_response(503 if failing else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.came, server.failing = [], 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _listen(bridge, receiver):
    """A partner with a webhook that leads to the receiver."""
    key = bridge.call("g2p.bridge.signing.key", "create", [{"name": "Key", "algorithm": "ES256"}])
    bridge.call("g2p.bridge.signing.key", "action_generate", [[key]])
    bridge.call("g2p.bridge.signing.key", "action_use", [[key]])
    partner = bridge.call("g2p.bridge.partner", "create", [{"name": "PBMS", "code": "PBMS"}])
    return bridge.call(
        "g2p.bridge.webhook",
        "create",
        [
            {
                "name": "PBMS",
                "partner_id": partner,
                "base_url": f"http://127.0.0.1:{receiver.server_port}/events",
                "environment": "enabled",
            }
        ],
    )


def _kinds(receiver):
    return [event["kind"] for _signature, message in receiver.came for event in message["events"]]


def test_a_partner_hears_of_an_envelope_to_its_end(odoo_server, receiver):
    world = World(odoo_server, people=len(AMOUNTS), bank_batch_size=5, reversal_rate=0)
    _listen(odoo_server, receiver)
    envelope_id = world.create_envelope(AMOUNTS)
    world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(AMOUNTS))
    world.generate_statement()
    world.wait_for_state(envelope_id, "reconciled")
    wait_until(lambda: "envelope.reconciled" in _kinds(receiver), 60, "the last event")

    assert all(signature for signature, _message in receiver.came)
    heard = [
        (event["sequence"], event["event_id"], event["kind"])
        for _signature, message in receiver.came
        for event in message["events"]
    ]
    assert heard == sorted(heard)
    assert len({event_id for _sequence, event_id, _kind in heard}) == len(heard)
    assert [sequence for sequence, *_rest in heard] == list(range(1, len(heard) + 1))
    assert _kinds(receiver).count("batch.shipped") == 4


def test_a_killed_server_forgets_no_event(odoo_servers, receiver):
    bridge = odoo_servers().start()
    world = World(bridge, people=len(AMOUNTS), bank_batch_size=5, reversal_rate=0)
    webhook = _listen(bridge, receiver)
    receiver.failing = 1
    envelope_id = world.create_envelope(AMOUNTS)
    wait_until(lambda: receiver.came, 60, "the first request")
    bridge.kill9()

    bridge.start()
    world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    bridge.call("g2p.bridge.webhook", "action_resume", [[webhook]])
    wait_until(lambda: "envelope.shipped" in _kinds(receiver), 60, "the last event")

    told = bridge.value("SELECT count(*) FROM g2p_bridge_event WHERE number IS NOT NULL")
    heard = {
        event["sequence"] for _signature, message in receiver.came for event in message["events"]
    }
    assert heard == set(range(1, told + 1))
