# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tools of the tests across addons hold what they promise."""

import pytest
import requests
from odoo_server import OdooCallError


def test_what_was_committed_outlives_a_kill(odoo_server):
    partner_id = odoo_server.call("res.partner", "create", [{"name": "Before"}])
    odoo_server.kill9()
    assert odoo_server.value("SELECT name FROM res_partner WHERE id = %s", [partner_id]) == "Before"
    odoo_server.start()
    odoo_server.call("res.partner", "write", [[partner_id], {"name": "After"}])
    assert odoo_server.call("res.partner", "read", [[partner_id], ["name"]])[0]["name"] == "After"


def test_jobs_run_in_the_real_runner(odoo_server):
    odoo_server.shell("env['queue.job'].with_delay()._test_job(); env.cr.commit()")
    assert odoo_server.value("SELECT count(*) FROM queue_job") == 1
    assert odoo_server.wait_for_jobs() == []
    assert odoo_server.value("SELECT state FROM queue_job") == "done"


def test_an_error_of_the_server_reaches_the_test(odoo_server):
    with pytest.raises(OdooCallError) as raised:
        odoo_server.call("res.partner", "write", [[999999999], {"name": "Nobody"}])
    assert raised.value.name == "odoo.exceptions.MissingError"


def test_worker_processes_end_with_their_server(odoo_servers):
    server = odoo_servers().start(workers=2)
    assert server.call("res.users", "search_count", [[("login", "=", "admin")]]) == 1
    server.kill9()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=30)
    server.start(workers=2)
    server.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(server.url, timeout=30)
