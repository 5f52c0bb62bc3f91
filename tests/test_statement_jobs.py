# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many statements of one account, real workers: about as many jobs, and nobody waits."""

from odoo_server import REPO
from world import ACCOUNT, World

CASE = REPO / "g2p_bridge_mt940/tests/cases/forty-statements-one-file.sta"
JOBS = """
    SELECT count(*) FROM queue_job j
      JOIN g2p_bridge_statement s ON j.identity_key = 'g2p.bridge.statement-' || s.id
"""
ENDED = "SELECT count(*) FROM g2p_bridge_statement WHERE state = 'done'"


def test_statements_of_one_account_take_about_as_many_jobs(odoo_servers):
    """Two places in the channel and no heartbeat: all in one file, then each in its own."""
    server = odoo_servers()
    server.start(workers=4, channels="root:2,root.g2p_bridge.statement:2")
    world = World(server, people=1)
    text = CASE.read_text().replace("@ACCOUNT@", ACCOUNT).replace("@CUR@", "USD")
    answer = world.upload(text)
    assert len(answer["statement_ids"]) == 40
    server.wait_for(ENDED, expected=40)
    assert not server.wait_for_jobs()
    assert server.value(JOBS) == 40

    for number, statement in enumerate(text.split(":20:")[1:], 100):
        world.upload(f":20:{statement.replace(f':28C:{number}/1', f':28C:{number + 100}/1')}")
    server.wait_for(ENDED, expected=80)
    assert not server.wait_for_jobs()
    # Each that arrives has a job of its own, and may find another one at work.
    assert server.value(JOBS) <= 40 + 2 * 40
