# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A real server dies while it archives: every row is in one place, and comes back as it was."""

from contextlib import closing

from odoo_run import wait_until
from world import World

AMOUNTS = list(range(1, 41))
ROWS = """
    SELECT 'line', d.id, to_jsonb(d)::text FROM g2p_bridge_disbursement{0} d UNION ALL
    SELECT 'entry', e.id, to_jsonb(e)::text FROM g2p_bridge_statement_entry{0} e
     WHERE e.disbursement_id IS NOT NULL ORDER BY 1, 2
"""
ARCHIVE_STATE = "SELECT archive_state FROM g2p_bridge_envelope"
WAITING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE wait_event_type = 'Lock' AND datname = current_database()
       AND query LIKE '%DELETE FROM "g2p_bridge_disbursement"%'
"""


def _decide(bridge, kind):
    """What an administrator does in the window that asks for the reason."""
    values = {
        "kind": kind,
        "res_model": "g2p.bridge.envelope",
        "res_ids": str(bridge.value("SELECT id FROM g2p_bridge_envelope")),
        "reason": "The year is audited",
    }
    decision = bridge.call("g2p.bridge.decision", "create", [values])
    bridge.call("g2p.bridge.decision", "action_confirm", [[decision]])


def test_a_server_killed_while_it_archives_loses_and_doubles_nothing(odoo_servers, tmp_path):
    bridge, bank = odoo_servers().start(), odoo_servers().start()
    world = World(bridge, bank, people=len(AMOUNTS), bank_batch_size=10)
    envelope_id = world.create_envelope(AMOUNTS)
    ids = world.create_disbursements(envelope_id, AMOUNTS)
    world.wait_for_state(envelope_id, "shipped")
    world.wait_until_booked(len(ids))
    world.generate_statement()
    world.wait_for_state(envelope_id, "reconciled")
    before = bridge.sql(ROWS.format(""))
    assert len(before) >= 2 * len(ids)

    # The lines of statements have left already when the worker waits for one disbursement.
    with closing(bridge.run.connect(bridge.db)) as connection, connection.cursor() as cursor:
        connection.autocommit = False
        cursor.execute(
            "SELECT FROM g2p_bridge_disbursement WHERE id = %s FOR UPDATE", [before[-1][1]]
        )
        _decide(bridge, "archive_envelope")
        wait_until(lambda: bridge.value(WAITING), 60, "the worker to be in the middle")
        bridge.kill9()
    assert bridge.value("SELECT state FROM g2p_bridge_archive_run") == "running"
    assert sorted(bridge.sql(ROWS.format("")) + bridge.sql(ROWS.format("_archive"))) == before

    bridge.start(crashes=tmp_path / "none")
    wait_until(lambda: bridge.value(ARCHIVE_STATE) == "archived", 180, "the archive")
    assert bridge.sql(ROWS.format("_archive")) == before
    assert bridge.sql(ROWS.format("")) == []

    _decide(bridge, "bring_back_envelope")
    wait_until(lambda: bridge.value(ARCHIVE_STATE) is None, 60, "the rows to come back")
    assert bridge.sql(ROWS.format("")) == before
    assert bridge.sql(ROWS.format("_archive")) == []
