# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from contextlib import nullcontext
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..common import BridgeCase
from .browser import UNTIL_AND_FIND

#: Opens each of some menus with all of its views; of menus that have records also the first
#: record with all of its pages. What goes wrong in the web client is logged as an error.
OPEN_EVERY_SCREEN = (
    """
(async () => {
    const patience = 15000;
"""
    + UNTIL_AND_FIND
    + """
    const open = async (name, selector, expected) => {
        find(selector).click();
        await until(name + " " + expected, () => find(expected));
    };
    const { action } = odoo.__WOWL_DEBUG__.root.env.services;
    for (const [name, id] of %s) {
        await action.doAction(id, { clearBreadcrumbs: true });
        await until(name, () => find(".o_list_view, .o_form_view, .o_kanban_view"));
        for (const kind of ["kanban", "activity", "list"]) {
            if (find(".o_switch_view.o_" + kind)) {
                await open(name, ".o_switch_view.o_" + kind, ".o_" + kind + "_view");
            }
        }
        if (%s.includes(name)) {
            await until(name + " row", () => find(".o_list_view .o_data_row"));
            await open(name, ".o_data_row .o_data_cell[name]", ".o_form_view");
        }
        for (const tab of document.querySelectorAll(".o_notebook .nav-link")) {
            tab.click();
            await until(name + " " + tab.innerText, () => tab.classList.contains("active"));
        }
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
)

WINDOW = "ir.actions.act_window"
#: Menus that everybody with a role sees, and those of a few.
WORK = {
    "menu_envelope",
    "menu_disbursement_line",
    "menu_mapper_batch",
    "menu_bank_batch",
    "menu_statement",
    "menu_statement_entry",
    "menu_open_entry",
    "menu_unresolved",
}
CONFIGURATION = {"menu_program", "menu_sponsor_bank"}


@tagged("post_install", "-at_install")
class TestScreens(BridgeCase, HttpCase):
    """Every screen opens in the browser."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        self.make_program("MAPPED", id_mapper_resolution_required=True, mapper_id=self.mapper.id)
        self.mapper_script.unknown = {"ID1"}
        envelope = self.filled_envelope(benefit_program_mnemonic="MAPPED")
        self.run_jobs()
        self._receive_statement(envelope.disbursement_ids[-1])

    def test_every_menu_opens_without_an_error(self):
        menus = self._menus()
        self.assertIn("menu_settings", [name for name, _action in menus])
        with_records = sorted(WORK | CONFIGURATION)
        code = OPEN_EVERY_SCREEN % (json.dumps(menus), json.dumps(with_records))
        self.browser_js("/odoo", code, "odoo.isReady === true", login="admin", timeout=180)

    def _menus(self):
        """[(menu, action)] of the app's menus that open lists or forms in the page."""
        root = self.env.ref("g2p_bridge.menu_root")
        menus = self.env["ir.ui.menu"].search([("id", "child_of", root.id)])
        names = menus._get_external_ids()
        return [
            (names[menu.id][0].partition(".")[2], menu.action.id)
            for menu in menus
            if menu.action and menu.action._name == WINDOW and menu.action.target != "new"
        ]

    def _receive_statement(self, disbursement):
        """A statement with one line of each outcome, in whatever format it came."""
        field = self.env["g2p.bridge.statement"]._fields["format"]
        self.startPatcher(patch.object(field, "selection", lambda model: [("any", "Any")]))
        self.startPatcher(patch.object(field, "_selection", None))
        statement = self.env["g2p.bridge.statement"].create(
            {
                "format": "any",
                "state": "done",
                "statement_id": "STATEMENT1",
                "currency_id": self.currency.id,
                "upload_timestamp": fields.Datetime.now(),
                "has_warnings": True,
                "warnings": "A statement may be missing.",
                "error_count": 1,
            }
        )
        line = {"statement_id": statement.id, "mark": "D", "amount": 1}
        known = {**line, "disbursement_id": disbursement.id}
        self.env["g2p.bridge.statement.entry"].create(
            [
                {**known, "outcome": "matched"},
                {**known, "outcome": "error", "error_reason": "DUPLICATE_DISBURSEMENT"},
                {**line, "outcome": "not_ours"},
            ]
        )


@tagged("post_install", "-at_install")
class TestMenus(BridgeCase):
    """Each role sees its menus and may read what they open."""

    def test_officer_sees_the_work_and_no_configuration(self):
        self.assertMenus("officer", WORK)

    def test_approver_sees_the_work_and_no_configuration(self):
        self.assertMenus("approver", WORK)

    def test_finance_sees_the_work_and_no_configuration(self):
        self.assertMenus("finance", WORK)

    def test_auditor_sees_the_configuration_too(self):
        self.assertMenus("auditor", WORK | CONFIGURATION)

    def test_administrator_sees_the_configuration_too(self):
        self.assertMenus("admin", WORK | CONFIGURATION)

    def test_administrator_of_the_system_sees_the_settings(self):
        menus = WORK | CONFIGURATION | {"menu_settings"}
        self.assertMenus("admin", menus, "base.group_system")

    def test_others_do_not_see_the_app(self):
        user = new_test_user(self.env, "nobody", "base.group_user")
        self.assertFalse(self._visible(user))

    def test_account_numbers_are_on_screen_for_finance_and_administrators_only(self):
        for role, expected in (
            ("officer", False),
            ("approver", False),
            ("auditor", False),
            ("finance", True),
            ("admin", True),
        ):
            user = self._user(role)
            for model in ("g2p.bridge.disbursement", "g2p.bridge.statement"):
                shown = self.env[model].with_user(user).get_views([(False, "form")])
                self.assertEqual(
                    "account_number" in shown["models"][model]["fields"], expected, (role, model)
                )

    def assertMenus(self, role, expected, *groups):
        user = self._user(role, *groups)
        visible = self._visible(user)
        self.assertEqual(visible & (WORK | CONFIGURATION | {"menu_settings"}), expected)
        for name in sorted(visible - {"menu_settings", "menu_dashboard", "menu_health"}):
            self._read_screen(user, self.env.ref(f"g2p_bridge.{name}").action)

    def _user(self, role, *groups):
        names = ["base.group_user", f"g2p_bridge_base.group_{role}", *groups]
        return new_test_user(self.env, f"{role}_{len(names)}", ",".join(names))

    def _visible(self, user):
        """The app's menus with an action that the user sees, by name."""
        menus = self.env["ir.ui.menu"].with_user(user)
        visible = menus.browse(menus._visible_menu_ids()).sudo()
        root = self.env.ref("g2p_bridge.menu_root")
        shown = visible.filtered(lambda menu: menu.action and root <= _path(menu) <= visible)
        names = shown.get_external_id().values()
        return {name.partition(".")[2] for name in names if name.startswith("g2p_bridge.")}

    def _read_screen(self, user, action):
        """Read what the list of the action shows, as the web client would."""
        model = self.env[action.res_model].with_user(user)
        views = model.get_views([(False, "list"), (False, "form"), (False, "search")])
        names = views["models"][action.res_model]["fields"]
        model.web_search_read([], {name: {} for name in names}, limit=5)


def _path(menu):
    """The menu and all menus above it."""
    return menu if not menu.parent_id else menu | _path(menu.parent_id)
