# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Asynchronous mappers on real servers: the answer crosses the acknowledgement, or a crash."""

import pytest
from world import ADDRESS, World

AMOUNTS = list(range(1, 31))


def asynchronous_world(bridge, mapper, **behaviour):
    """A world whose mapper is the example mapper of another server, and calls back."""
    world = World(bridge, people=1, mapper_batch_size=10)
    fill = mapper.call(
        "g2p.bridge.example.mapper.fill",
        "create",
        [{"count": len(AMOUNTS) - 1, "id_pattern": "P{number}", "fa_pattern": ADDRESS}],
    )
    mapper.call("g2p.bridge.example.mapper.fill", "action_fill", [[fill]])
    behave(mapper, **behaviour)
    mapper_id = bridge.value("SELECT id FROM g2p_bridge_mapper")
    values = {
        "connector": "spar_1_async",
        "base_url": f"{mapper.url}/g2p_bridge_example_mapper",
    }
    bridge.call("g2p.bridge.mapper", "write", [[mapper_id], values])
    bridge.call("ir.config_parameter", "set_param", ["g2p_bridge.own_url", bridge.url])
    return world


def behave(mapper, **values):
    action = mapper.call("g2p.bridge.example.mapper.behaviour", "action_open")
    mapper.call("g2p.bridge.example.mapper.behaviour", "write", [[action["res_id"]], values])


def wait_for_batches(bridge, state, count):
    bridge.wait_for(
        "SELECT count(*) FROM g2p_bridge_mapper_batch WHERE state = %s", [state], expected=count
    )


def check_resolved_once(bridge):
    """All but the last, whom the mapper does not know; each by one attempt of its batch."""
    assert bridge.sql(
        "SELECT state, count(*) FROM g2p_bridge_disbursement GROUP BY 1 ORDER BY 1"
    ) == [("shipped", len(AMOUNTS) - 1), ("unresolved", 1)]
    assert (
        bridge.value(
            "SELECT count(*) FROM g2p_bridge_disbursement WHERE account_number"
            " IS DISTINCT FROM substr(beneficiary_id, 2) AND state = 'shipped'"
        )
        == 0
    )


@pytest.mark.parametrize("call_back", ["before", "after", "twice"])
def test_answers_cross_acknowledgements_and_nothing_is_lost(odoo_servers, call_back):
    bridge, mapper = odoo_servers().start(), odoo_servers().start()
    world = asynchronous_world(bridge, mapper, call_back=call_back)
    envelope_id = world.create_envelope(AMOUNTS)
    world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    check_resolved_once(bridge)
    assert bridge.value("SELECT max(attempts) FROM g2p_bridge_mapper_batch") == 1


def test_answers_that_came_while_the_server_was_down_are_asked_for_again(odoo_servers):
    bridge, mapper = odoo_servers().start(), odoo_servers().start()
    world = asynchronous_world(bridge, mapper, call_back="never")
    envelope_id = world.create_envelope(AMOUNTS)
    world.create_disbursements(envelope_id, AMOUNTS)
    wait_for_batches(bridge, "waiting", 3)
    # The crash is to meet the answers of the mapper and nothing else.
    bridge.wait_for("SELECT state FROM g2p_bridge_funds_step WHERE kind = 'block'", expected="done")

    bridge.kill9()
    behave(mapper, call_back="after")
    bridge.start()
    wait_for_batches(bridge, "waiting", 3)
    # An hour passes.
    bridge.shell(
        "past = '2020-01-01 00:00:00'\n"
        "env['g2p.bridge.mapper.batch'].search([]).next_attempt_at = past\n"
        "env['queue.job'].search([('state', '=', 'pending')]).eta = past\n"
        "env.cr.commit()"
    )
    world.wait_for_state(envelope_id, "shipped")
    check_resolved_once(bridge)
    attempts = bridge.value("SELECT min(attempts) FROM g2p_bridge_mapper_batch")
    assert attempts == 2, "each batch was asked for twice"
