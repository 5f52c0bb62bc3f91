# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import MagicMock, patch

import psycopg2
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..common import ROOT, ApiCase


@tagged("-at_install", "post_install")
class TestPrefix(ApiCase):
    """The API is where the administrator wants it."""

    def place(self, prefix):
        self.env["res.config.settings"].create({"g2p_bridge_api_prefix": prefix}).execute()

    def status(self, path):
        return self.url_open(f"{path}/ping").status_code

    def test_moves_at_once_and_back(self):
        self.assertEqual(self.status(ROOT), 200)
        self.place("/api/bridge-1.0")
        self.assertEqual(self.status("/api/bridge-1.0"), 200)
        self.assertEqual(self.status(ROOT), 404)
        answer = self.url_open(
            "/api/bridge-1.0/create_disbursement_envelope",
            json=self.request("create_disbursement_envelope", self.envelope()),
            method="POST",
        )
        self.assertEqual(answer.json()["header"]["status"], "succ")
        servers = self.url_open("/api/bridge-1.0/openapi.json").json()["servers"]
        self.assertEqual(servers, [{"url": "/api/bridge-1.0"}])
        self.place(ROOT)
        self.assertEqual(self.status(ROOT), 200)
        self.assertEqual(self.status("/api/bridge-1.0"), 404)

    def test_other_workers_are_told(self):
        """They learn of it as of every change of routes: by the sequence that they look at."""
        self.env.registry.cache_invalidated.clear()
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.prefix", "/elsewhere")
        self.assertIn("routing", self.env.registry.cache_invalidated)
        self.env.registry.cache_invalidated.clear()
        self.env["ir.config_parameter"].set_param("g2p_bridge_api.prefix", False)
        self.assertIn("routing", self.env.registry.cache_invalidated)

    def test_impossible_addresses(self):
        for prefix in ("", "/", "bridge", "/a b", "/a//b", "/a/", "/../a", "/<x>", "/ü", "/a?b"):
            with self.assertRaisesRegex(UserError, "begin with a slash", msg=prefix):
                self.place(prefix)

    def test_addresses_of_others(self):
        for prefix in ("/web", "/odoo/bridge", "/json", "/g2p_bridge_mt940"):
            with self.assertRaisesRegex(UserError, "used by something else", msg=prefix):
                self.place(prefix)

    def test_lost_database_is_told_in_json_too(self):
        """The connection may be what has failed: where the API is can't be read by it then."""
        lost = psycopg2.InterfaceError("connection already closed")
        request = MagicMock()
        request.httprequest.path = f"{ROOT}/create_disbursements"
        request.env.__getitem__.return_value._prefix.side_effect = lost
        with patch("odoo.addons.g2p_bridge_api.models.ir_http.request", request):
            response = self.env["ir.http"]._handle_error(lost)
        self.assertEqual(response.status_code, 500)
        self.assertEqual(response.get_json()["errors"][0]["code"], "G2P-REQ-500")
