# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Models of Odoo beside addons that open them to ordinary users, as OpenG2P's do."""

from odoo.tests import tagged

from ..health.health_common import HealthCase
from .test_opened_parameters import OpenedCase

FORM = '<form><field name="name"/></form>'
CODE = "for record in self: record['x_code'] = record.env['ir.config_parameter'].sudo()"


@tagged("post_install", "-at_install")
class TestOpenedModels(OpenedCase, HealthCase):
    """What the server runs, or goes by, stays with administrators."""

    def test_no_field_runs_code_or_shows_more(self):
        self.open_to("base.group_user", "ir.model.fields")
        self.open_to("base.group_user", "ir.model", "r")
        model = self.env["ir.model"]._get_id("res.partner")
        common = {"model_id": model, "ttype": "char", "state": "manual"}
        line = {**common, "model_id": self.env["ir.model"]._get_id("g2p.bridge.disbursement")}
        code = {"compute": CODE, "depends": "name", "store": False}
        related = {"related": "company_id.name", "store": False}
        attempts = {
            "code": {**common, "name": "x_code", **code},
            "related": {**common, "name": "x_related", **related},
            "of the bridge": {**line, "name": "x_own"},
        }
        for name, values in attempts.items():
            with self.subTest(name):
                self.assertForbidden(self.rpc_model, "clerk", "ir.model.fields", "create", values)
        plain = self.env["ir.model.fields"].create({**common, "name": "x_plain"})
        for name, values in (("code", code), ("related", related)):
            with self.subTest(name, field="made before"):
                self.assertForbidden(self.rpc, "clerk", plain, "write", values)
        self.rpc("clerk", plain, "write", {"help": "What their forms are made of goes on"})

    def test_no_view_that_the_server_renders(self):
        self.open_to("base.group_user", "ir.ui.view")
        layout, View = self.env.ref("web.login_layout"), self.env["ir.ui.view"]
        theirs = View.create({"name": "theirs", "model": "res.partner", "arch": FORM})
        part = {"arch": "<data/>"}
        attempts = {
            "template": (layout, {"arch": "<t><t t-out='request.env'/></t>"}),
            "of the bridge": (self.env.ref("g2p_bridge.envelope_view_form"), {"arch": FORM}),
            "into a template": (theirs, {"inherit_id": layout.id, "mode": "extension", **part}),
            "in the place of one": (theirs, {"key": "web.login_layout"}),
            "onto the bridge": (theirs, {"model": "g2p.bridge.envelope"}),
        }
        for name, (view, values) in attempts.items():
            with self.subTest(name):
                self.assertForbidden(self.rpc, "clerk", view, "write", values)
        for values in (
            {"name": "x", "type": "qweb", "arch": "<t/>"},
            {"name": "x", "model": "res.partner", "arch": FORM, "key": "web.login"},
        ):
            with self.subTest("new", **values):
                self.assertForbidden(self.rpc_model, "clerk", "ir.ui.view", "create", values)
        self.rpc("clerk", theirs, "write", {"arch": FORM.replace('"name"', '"email"')})

    def test_nobody_exchanges_a_group_of_the_bridge(self):
        """Not even who may hand out rights: that would pass two people by."""
        self.open_to("base.group_user", "ir.model.data")
        row = self.env["ir.model.data"].search(
            [("module", "=", "g2p_bridge_base"), ("name", "=", "group_approver")]
        )
        everybody = self.env.ref("base.group_user").id
        taken = self.env["ir.model.data"].create(
            {"module": "mine", "name": "x", "model": "res.groups", "res_id": everybody}
        )
        for user in ("clerk", "system"):
            for record, method, *args in (
                (row, "write", {"res_id": everybody}),
                (row, "write", {"name": "other"}),
                (row, "unlink"),
                (taken, "write", {"module": "g2p_bridge_base"}),
            ):
                with self.subTest(user=user, by=method, args=args):
                    self.assertForbidden(self.rpc, user, record, method, *args)

    def test_nobody_has_a_job_run_as_somebody_else(self):
        """Whoever a hand-over runs for counts as its maker."""
        self.open_to("base.group_user", "queue.job")
        self.env["g2p.bridge.stall"].with_delay()._cron_watch()
        job = self.env["queue.job"].search([], order="id desc", limit=1)
        other = self.users["officer"].id
        for user in ("clerk", "system"):
            self.assertForbidden(self.rpc, user, job, "write", {"user_id": other})

    def test_settings_are_shown_to_administrators_alone(self):
        """Odoo gives their values to whoever asks for defaults, without any right."""
        self.open_to(False, "res.config.settings")
        names = ["g2p_bridge_private_networks", "g2p_bridge_bank_batch_size"]
        for user in ("portal", "clerk", "admin"):
            with self.subTest(user):
                model = "res.config.settings"
                given = self.rpc_model(user, model, "default_get", names)
                self.assertFalse([name for name in given if name.startswith("g2p_bridge")])
        given = self.rpc_model("system", model, "default_get", names)
        self.assertEqual(given["g2p_bridge_private_networks"], "10.9.8.0/24")

    # What Health says of it

    def notices(self):
        health = self.env["g2p.bridge.health"].with_user(self.users["officer"]).read_health()
        return health["notices"]

    def told(self, model):
        lines = "\n".join(self.notices()).splitlines()
        return [line for line in lines if f"({model})" in line]

    def test_health_says_who_may_what_and_the_remedy(self):
        (notice,) = [n for n in self.told("ir.config_parameter") if "no addon" in n]
        self.assertIn("everybody, portal users too", notice)
        self.assertIn("opened ir.config_parameter", notice)
        (whole,) = [text for text in self.notices() if notice in text]
        self.assertIn("Access Rights", whole)

    def test_health_tells_of_every_right_that_matters(self):
        for model, rights, told in (
            ("ir.cron", "w", True),
            ("ir.cron", "r", False),
            ("ir.rule", "c", True),
            ("queue.job", "w", True),
            ("ir.ui.view", "d", True),
            ("mail.mail", "r", True),
        ):
            before = len(self.told(model))
            line = self.open_to("base.group_user", model, rights)
            with self.subTest(model, rights=rights):
                self.assertEqual(len(self.told(model)) - before, int(told))
            line.active = False
            self.assertEqual(len(self.told(model)), before)

    def test_administrators_may_be_given_what_is_theirs(self):
        before = self.notices()
        self.open_to("base.group_system", "ir.cron")
        self.open_to("base.group_system", "ir.rule")
        self.assertEqual(self.notices(), before)
