# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Workers and connections die while a long statement is read: it counts whole, and once."""

import json
from contextlib import suppress

import requests
from odoo_run import wait_until
from odoo_server import OdooCallError
from world import World

AMOUNTS = list(range(1, 41))
PART = "g2p.bridge.statement.part"
#: Where somebody dies while a part is read, is recorded, or as the statement's turn begins.
PLAN = [
    [PART, "_read_lines", "uncommitted", "kill_worker"],
    [PART, "_read_lines", "after", "cut_job"],
    [PART, "_step_record", "uncommitted", "cut"],
    [PART, "_step_continue", "before", "kill_worker"],
    ["g2p.bridge.statement", "_reconcile_file", "uncommitted", "kill_worker"],
]


def test_workers_that_die_while_parts_are_read(odoo_servers, tmp_path):
    server, plan = odoo_servers(), tmp_path / "plan.json"
    server.start(workers=3, crashes=plan)
    world = World(server, people=len(AMOUNTS), reversal_rate=0)
    envelope_id = world.create_envelope(AMOUNTS)
    world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(AMOUNTS))
    for name, value in (("statement_part_megabytes", "0.001"), ("statement_attempts", "30")):
        server.call("ir.config_parameter", "set_param", [f"g2p_bridge.{name}", value])

    plan.write_text(json.dumps(PLAN))
    world.generate_statement()
    server.wait_for("SELECT count(*) > 4 FROM g2p_bridge_statement_part")
    wait_until(lambda: _beat(server) and json.loads(plan.read_text()) == [], 240, "all to die", 2)
    wait_until(
        lambda: _beat(server) and world.state(envelope_id) == "reconciled", 240, "the end", 2
    )

    assert server.sql("SELECT state, entry_count, matched_count FROM g2p_bridge_statement") == [
        ("done", len(AMOUNTS), len(AMOUNTS))
    ]
    numbers = [
        row[0]
        for row in server.sql("SELECT entry_sequence FROM g2p_bridge_statement_entry ORDER BY 1")
    ]
    assert numbers == list(range(1, len(AMOUNTS) + 1))
    assert server.value("SELECT count(*) FROM g2p_bridge_part_line") == 0


def _beat(server):
    """The heartbeat of statements, as if what nobody works on had stood still for long."""
    for table in ("g2p_bridge_statement_part", "g2p_bridge_statement"):
        server.sql(
            f"UPDATE {table} SET latest_timestamp = latest_timestamp - interval '20 minutes'"
            " WHERE state = 'in_progress'"
        )
    cron = server.value(
        "SELECT res_id FROM ir_model_data WHERE module = 'g2p_bridge' AND name = 'cron_statement'"
    )
    with suppress(OdooCallError, requests.RequestException):  # the worker that answers may die
        server.call("ir.cron", "method_direct_trigger", [[cron]])
    return True
