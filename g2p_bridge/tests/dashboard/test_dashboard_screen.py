# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The landing page in a real browser, as each role sees it."""

import json
from contextlib import nullcontext

from odoo.tests import HttpCase, tagged

from ..access.access_common import GROUPS
from ..screens.browser import UNTIL_AND_FIND
from .test_dashboard import DashboardCase

#: What is done on the page. An error of the web client is logged, which fails the test.
SCRIPT = (
    """
(async () => {
    const patience = 60000;
"""
    + UNTIL_AND_FIND
    + """
    const button = (text) =>
        [...document.querySelectorAll(".o_action_manager button")].find(
            (element) => element.innerText.trim() === text
        );
    const back = async () => {
        document.querySelector(".o_breadcrumb .o_back_button, .breadcrumb-item a").click();
        await until("back on the dashboard", () => find(".o_g2p_bridge_stages"));
    };
    const check = (what, condition) => {
        if (!condition) {
            throw new Error(what);
        }
    };
    const expected = %s;
    const { menu } = odoo.__WOWL_DEBUG__.root.env.services;
    await menu.selectMenu(menu.getApps().find((app) => app.xmlid === "g2p_bridge.menu_root"));
    await until("dashboard", () => find(".o_g2p_bridge_stages"));
%s
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
)

LOOK = """
    const verbs = [...document.querySelectorAll(".o_g2p_bridge_task .btn-sm")];
    check("verbs: " + verbs.map((verb) => verb.innerText), verbs.length === expected.verbs);
    const shown = [...document.querySelectorAll("[data-task] .o_g2p_bridge_number")];
    check("tasks: " + shown.length, shown.length === expected.tasks);
    const declared = find("[data-currency=USD] [data-figure=declared]").innerText;
    check("declared: " + declared, declared.replace(/\\u00A0/g, " ") === expected.declared);

    find("[data-stage=to_approve]").click();
    await until("list of a stage", () => find(".o_list_view .o_data_row"));
    check("rows", document.querySelectorAll(".o_list_view .o_data_row").length === 1);
    await back();
    find("[data-task=unmatched] .o_g2p_bridge_number").click();
    await until("list of a task", () => find(".o_list_view .o_data_row"));
    await back();
    find("[data-figure=reconciled]").click();
    await until("list of a figure", () => find(".o_list_view .o_data_row"));
    await back();

    const charts = () => document.querySelectorAll(".o_g2p_bridge_chart canvas").length;
    await until("charts", () => charts() === 2);
    for (const chart of document.querySelectorAll(".o_g2p_bridge_chart")) {
        check("text for the canvas", chart.querySelector("canvas").getAttribute("aria-label"));
        chart.querySelector("button").click();
        await until("table", () => chart.querySelector("tbody tr"));
        chart.querySelector("button").click();
        await until("chart again", () => chart.querySelector("canvas"));
    }
    for (const period of ["This year", "All", "30 days"]) {
        button(period).click();
        await until(period, () => button(period).getAttribute("aria-pressed") === "true");
    }
    for (const kind of ["graph", "pivot", "calendar"]) {
        button(kind[0].toUpperCase() + kind.slice(1)).click();
        await until(kind, () => find(`.o_${kind}_view, .o_${kind}_renderer, .o_${kind}`));
        await back();
    }
"""

FIRST_STEPS = """
    const steps = () => document.querySelectorAll("[data-step]").length;
    check("steps: " + steps(), steps() === expected.steps);
    if (expected.steps) {
        check("own steps", document.querySelectorAll("[data-step] button").length === expected.own);
        button("Hide").click();
        await until("hidden", () => !steps());
        button("Show the first steps").click();
        await until("shown again", steps);
    }
    if (expected.opens) {
        find(expected.opens[0]).click();
        await until(expected.opens[1], () => document.querySelector(expected.opens[1]));
    }
"""


@tagged("post_install", "-at_install")
class TestDashboardScreen(DashboardCase, HttpCase):
    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def look(self, name, script, **expected):
        login = self.users[name].login
        code = SCRIPT % (json.dumps(expected), script)
        self.browser_js("/odoo", code, "odoo.isReady === true", login=login, timeout=300)

    def test_every_role_opens_it_and_what_it_leads_to(self):
        lines = self.shipped()
        self.process(self.entry("D", lines[0]), self.entry("RD", lines[0]), self.entry("D", "NO"))
        self.program.write({"own_policies": True, "approval": "any"})
        self.filled_envelope(cycle_code_mnemonic="2026-12")
        verbs = {"approver": 1, "finance": 2}
        for name in GROUPS:
            with self.subTest(user=name):
                self.look(name, LOOK, verbs=verbs.get(name, 0), tasks=3, declared="$ 121.50")

    def test_every_role_opens_it_when_there_is_nothing(self):
        wizard, rows = ".modal .o_form_view", ".o_action_manager .o_list_view"
        for name, steps, own, opens in (
            ("officer", 7, 2, ["[data-step=envelope] button", wizard]),
            ("admin", 7, 4, ["[data-step=mapper] button", rows]),
            ("finance", 7, 1, ["[data-step=statement] button", ".o_view_nocontent"]),
            ("approver", 0, 0, None),
            ("auditor", 0, 0, None),
        ):
            with self.subTest(user=name):
                self.look(name, FIRST_STEPS, steps=steps, own=own, opens=opens)
