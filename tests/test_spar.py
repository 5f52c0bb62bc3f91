# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The real SPAR mapper 1.1.0 answers the bridge: its own code, over HTTP, our signatures."""

import pytest
from odoo_server import OdooServer
from peer_venv import IndexUnreachable
from spar_mapper import SparMapper
from world import World

SENDER = "g2p-bridge"
BANK = "account_number:{number}.branch_code:BR1.bank_code:OTHER_BANK.fa_type:BANK_ACCOUNT"
WALLET = "mobile_number:+1555{number}.mobile_wallet_provider:MWEX.fa_type:MOBILE_WALLET"
KNOWN = 1000


@pytest.fixture(scope="module")
def spar(test_run):
    """The mapper; it knows P0000000001 to P0000001000, every tenth of them by a wallet."""
    mapper = SparMapper(test_run)
    try:
        mapper.start()
    except IndexUnreachable as error:
        mapper.stop()
        pytest.skip(f"no real SPAR mapper: {error}")
    numbers = range(1, KNOWN + 1)
    mapper.link({person(n): address(n) for n in numbers})
    yield mapper
    mapper.stop()


@pytest.fixture(scope="module")
def world(test_run, spar):
    """A program whose mapper is the real one; its signing key is registered there."""
    server = OdooServer(test_run)
    try:
        server.start()
        made = World(server, people=1, resolve_attempts=1)
        made.key_id = new_key(server)
        (key,) = server.call("g2p.bridge.signing.key", "read", [[made.key_id], ["public_key"]])
        spar.key_manager.register(SENDER, key["public_key"])
        made.mapper_id = server.value("SELECT id FROM g2p_bridge_mapper")
        set_mapper(made, base_url=spar.url)
        server.call("ir.config_parameter", "set_param", ["g2p_bridge.own_url", server.url])
        yield made
    finally:
        server.remove()


@pytest.fixture(autouse=True)
def as_usual(world):
    """Each test begins with the synchronous dialect and signed requests."""
    set_mapper(world, connector="spar_1", sign_requests=True, read_timeout=60)


def person(number):
    return f"P{number:010d}"


def address(number):
    return (BANK if number % 10 else WALLET).format(number=f"{number:07d}")


def new_key(server):
    key_id = server.call(
        "g2p.bridge.signing.key", "create", [{"name": "Key", "algorithm": "RS256"}]
    )
    for method in ("action_generate", "action_use"):
        server.call("g2p.bridge.signing.key", method, [[key_id]])
    return key_id


def set_mapper(world, **values):
    world.bridge.call("g2p.bridge.mapper", "write", [[world.mapper_id], values])


def asked(world, numbers, cycle):
    """Let an envelope ask for people; returns its record ID once its batches are settled."""
    envelope_id = world.create_envelope(numbers, days=1, cycle=cycle)
    world.create_disbursements(envelope_id, numbers)
    record_id = world.bridge.value(
        "SELECT id FROM g2p_bridge_envelope WHERE disbursement_envelope_id = %s", [envelope_id]
    )
    world.bridge.wait_for(
        "SELECT count(*) FROM g2p_bridge_mapper_batch"
        " WHERE envelope_id = %s AND state NOT IN ('done', 'failed')",
        [record_id],
        expected=0,
    )
    return record_id


def batch_facts(world, envelope_id):
    """[(state, attempts, error code)] of the envelope's mapper batches."""
    return world.bridge.sql(
        "SELECT state, attempts, NULLIF(latest_error_code, '') FROM g2p_bridge_mapper_batch"
        " WHERE envelope_id = %s ORDER BY id",
        [envelope_id],
    )


def check_addresses(world, envelope_id, numbers):
    """Known people have their own address, everybody else has none."""
    rows = world.bridge.sql(
        "SELECT beneficiary_id, state, account_type, account_number, phone, reason_code"
        " FROM g2p_bridge_disbursement WHERE envelope_id = %s",
        [envelope_id],
    )
    found = {row[0]: row[1:] for row in rows}
    assert len(found) == len(numbers)
    for number in numbers:
        text = f"{number:07d}"
        if number > KNOWN:
            expected = ("unresolved", None, None, None, "NOT_LINKED")
        elif number % 10:
            expected = ("resolved", "BANK_ACCOUNT", text, None, None)
        else:
            expected = ("resolved", "MOBILE_WALLET", None, f"+1555{text}", None)
        assert found[person(number)] == expected


@pytest.mark.parametrize("connector", ["spar_1", "spar_1_async"])
@pytest.mark.parametrize(
    ("case", "numbers"),
    [
        ("known", [1, 2, 10]),
        ("unknown", [KNOWN + 1, KNOWN + 2]),
        ("mixed", [3, KNOWN + 3, 20, KNOWN + 4]),
        ("thousand", list(range(1, KNOWN + 1))),
    ],
)
def test_it_answers(world, connector, case, numbers):
    set_mapper(world, connector=connector)
    envelope_id = asked(world, numbers, f"{connector}-{case}")
    assert batch_facts(world, envelope_id) == [("done", 1, None)]
    check_addresses(world, envelope_id, numbers)
    if connector == "spar_1_async":
        assert world.bridge.value("SELECT last_call_back_at FROM g2p_bridge_mapper")


def test_it_wants_a_signature(world):
    set_mapper(world, sign_requests=False)
    envelope_id = asked(world, [1], "unsigned")
    assert batch_facts(world, envelope_id) == [("failed", 1, "HTTP_500")]


@pytest.mark.parametrize("connector", ["spar_1", "spar_1_async"])
def test_it_refuses_the_signature_of_a_key_that_it_does_not_know(world, connector):
    set_mapper(world, connector=connector)
    new_key(world.bridge)
    try:
        envelope_id = asked(world, [1], f"{connector}-stranger")
    finally:
        world.bridge.call("g2p.bridge.signing.key", "action_use", [[world.key_id]])
    assert batch_facts(world, envelope_id) == [("failed", 1, "rjct.jwt.invalid")]
