# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""System parameters beside an addon that opens them to everybody, as OpenG2P's registry does."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.g2p_bridge_base.models.secret.secret_mixin import KEY
from odoo.addons.g2p_bridge_base.models.server.ir_config_parameter import KEPT, is_kept

from .access_common import AccessCase

MODEL = "ir.config_parameter"
NETWORKS = "g2p_bridge.private_networks"
SIZE = "g2p_bridge.bank_batch_size"
SECRET = "database.secret"
LINK = "web.base.url"
OTHER = "g2p_registry.phone_regex"


class OpenedCase(AccessCase):
    """Whatever group one is in: the access line has none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, group in (("portal", "portal"), ("clerk", "user"), ("system", "system")):
            groups = f"base.group_{group},base.group_allow_export"
            cls.users[name] = new_test_user(cls.env, f"opened_{name}", groups=groups)
        cls.parameters = cls.env[MODEL].sudo()
        cls.open_to(False, MODEL)
        cls.parameters.set_param(NETWORKS, "10.9.8.0/24")
        cls.parameters.set_param(SIZE, "77")
        cls.parameters.set_param(OTHER, "[0-9]+")

    @classmethod
    def open_to(cls, group, model, rights="rwcd"):
        """An access line of another addon."""
        names = {"r": "perm_read", "w": "perm_write", "c": "perm_create", "d": "perm_unlink"}
        return cls.env["ir.model.access"].create(
            {
                "name": f"opened {model}",
                "model_id": cls.env["ir.model"]._get_id(model),
                "group_id": group and cls.env.ref(group).id,
                **{names[letter]: True for letter in rights},
            }
        )

    def row(self, key):
        row = self.parameters.search([("key", "=", key)])
        self.assertTrue(row, key)
        return row


#: Whoever is no administrator of Odoo, in whatever role of the bridge.
PEOPLE = ("portal", "clerk", "admin")


@tagged("post_install", "-at_install")
class TestOpenedParameters(OpenedCase):
    def test_nobody_reads_by_name(self):
        for key in (KEY, NETWORKS, SIZE, SECRET):
            for user in PEOPLE:
                with self.subTest(key, user=user):
                    self.assertForbidden(self.rpc_model, user, MODEL, "get_param", key)

    def test_nobody_finds_them(self):
        """Neither by searching, nor by counting, ordering, grouping or asking what they begin
        with."""
        value = self.parameters.get_param(KEY)
        rows = self.row(KEY) | self.row(NETWORKS) | self.row(SECRET)
        for user in PEOPLE:
            with self.subTest(user=user):
                found = self.rpc_model(user, MODEL, "search", [])
                self.assertIn(self.row(OTHER).id, found)
                self.assertFalse({*rows.ids} & {*found})
                for domain in (
                    [("key", "=", KEY)],
                    [("key", "=", "database.secret")],
                    [("value", "=like", f"{value[:4]}%")],
                    [("value", "=", "10.9.8.0/24")],
                    [("id", "in", rows.ids)],
                    ["|", ("id", "in", rows.ids), ("key", "=", NETWORKS)],
                ):
                    self.assertEqual(self.rpc_model(user, MODEL, "search_count", domain), 0)
                    read = self.rpc_model(user, MODEL, "search_read", domain, ["value"])
                    self.assertEqual(read, [])
                    groups = [domain, ["value"], ["__count"]]
                    grouped = self.rpc_model(user, MODEL, "formatted_read_group", *groups)
                    self.assertEqual(grouped, [])
                names = self.rpc_model(user, MODEL, "name_search", "g2p_bridge", [], "ilike", 100)
                self.assertEqual(names, [])
                ordered = self.rpc_model(user, MODEL, "search", [], order="value desc")
                self.assertFalse({*rows.ids} & {*ordered})
                web = self.rpc_model(
                    user, MODEL, "web_search_read", [], {"key": {}, "value": {}}, limit=1000
                )
                self.assertNotIn(value, str(web))
                self.assertFalse({*rows.ids} & {row["id"] for row in web["records"]})

    def test_nobody_reads_them_by_their_ids(self):
        for key in (KEY, NETWORKS, SECRET):
            row = self.row(key)
            for user in PEOPLE:
                for method, *args in (
                    ("read", ["value"]),
                    ("web_read", {"value": {}}),
                    ("copy",),
                    ("export_data", ["value"]),
                ):
                    with self.subTest(key, user=user, method=method):
                        self.assertForbidden(self.rpc, user, row, method, *args)

    def test_nobody_changes_them(self):
        others = self.row(OTHER)
        for user in PEOPLE:
            for key in (KEY, NETWORKS, SIZE, SECRET, LINK):
                before, row = self.parameters.get_param(key), self.row(key)
                attempts = {
                    "set": (self.rpc_model, user, MODEL, "set_param", key, "mine"),
                    "remove": (self.rpc_model, user, MODEL, "set_param", key, False),
                    "write": (self.rpc, user, row, "write", {"value": "mine"}),
                    "rename": (self.rpc, user, row, "write", {"key": "mine"}),
                    "save": (self.rpc, user, row, "web_save", {"value": "mine"}, {"key": {}}),
                    "unlink": (self.rpc, user, row, "unlink"),
                    "with another": (self.rpc, user, row | others, "write", {"value": "mine"}),
                    "load": (self.rpc_model, user, MODEL, "load", ["key", "value"], [[key, "me"]]),
                }
                for name, (function, *args) in attempts.items():
                    with self.subTest(key, user=user, by=name):
                        self.refused(function, *args)
                        self.env.invalidate_all()
                        self.env.registry.clear_cache("stable")
                        self.assertEqual(self.parameters.get_param(key), before)

    def test_nobody_makes_one_or_renames_his_own_into_one(self):
        for key in ("g2p_bridge.start", "g2p_bridge_api.unsigned", "g2p_bridge_new.thing"):
            self.parameters.set_param(key, False)
            for user in PEOPLE:
                values = {"key": key, "value": "True"}
                mine, forged = self.row(OTHER), {"context": {"default_key": key}}
                attempts = {
                    "create": (self.rpc_model, user, MODEL, "create", values),
                    "set": (self.rpc_model, user, MODEL, "set_param", key, "True"),
                    "rename": (self.rpc, user, mine, "write", {"key": key}),
                    "copy": (self.rpc, user, mine, "copy", {"key": key}),
                    "load": (self.rpc_model, user, MODEL, "load", ["key", "value"], [[key, "me"]]),
                    "name": (self.rpc_model, user, MODEL, "name_create", key),
                }
                for name, (function, *args) in attempts.items():
                    with self.subTest(key, user=user, by=name):
                        self.refused(function, *args)
                        self.assertFalse(self.parameters.search([("key", "=", key)]))
                with self.subTest(key, user=user, by="default"):
                    self.refused(self.rpc_model, user, MODEL, "create", {"value": "True"}, **forged)

    def refused(self, function, *args, **kwargs):
        """In words, or by the method itself (load tells what it could not do)."""
        with self.env.cr.savepoint(flush=False) as savepoint:
            try:
                answer = function(*args, **kwargs)
                self.assertTrue(isinstance(answer, dict) and answer.get("messages"), answer)
            except AccessError as error:
                self.assertIn("administrators of the server alone", str(error))
            savepoint.rollback()

    def test_the_parameters_of_others_stay_theirs(self):
        """What that addon wants of its own goes on as before."""
        for user in ("portal", "clerk"):
            self.assertEqual(self.rpc_model(user, MODEL, "get_param", OTHER), "[0-9]+")
            self.assertTrue(self.rpc_model(user, MODEL, "get_param", LINK))
            self.rpc_model(user, MODEL, "set_param", OTHER, "[0-9]*")
            self.assertEqual(self.rpc_model(user, MODEL, "get_param", OTHER), "[0-9]*")
            self.rpc_model(user, MODEL, "set_param", OTHER, "[0-9]+")

    def test_the_server_and_its_administrators_go_on(self):
        self.assertEqual(self.rpc_model("system", MODEL, "get_param", SIZE), "77")
        self.rpc_model("system", MODEL, "set_param", SIZE, "78")
        self.assertEqual(self.parameters.get_param(SIZE), "78")
        portal = self.env[MODEL].with_user(self.users["portal"])
        self.assertEqual(portal.sudo().get_param(NETWORKS), "10.9.8.0/24")

    def test_asked_in_two_ways_the_rule_is_the_same(self):
        keys = [KEY, NETWORKS, SECRET, LINK, OTHER, "g2pxbridge.a", "G2P_BRIDGE.a", "a.g2p_bridge"]
        for key in keys:
            self.parameters.set_param(key, "1")
        rows = self.parameters.search([])
        by_rule = rows.filtered(lambda row: is_kept(row.key))
        self.assertEqual(self.parameters.search(list(KEPT)), by_rule)
        self.assertEqual(rows.filtered_domain(KEPT), by_rule)
        self.assertIn(KEY, by_rule.mapped("key"))
        self.assertNotIn("g2pxbridge.a", by_rule.mapped("key"))
