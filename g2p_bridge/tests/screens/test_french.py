# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""People who work in French see French: screens, choices and messages."""

from contextlib import nullcontext

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..dashboard.test_dashboard import DashboardCase
from .browser import UNTIL_AND_FIND

LOOK = (
    """
(async () => {
    const patience = 60000;
"""
    + UNTIL_AND_FIND
    + """
    const shown = (text) => document.body.innerText.includes(text);
    const { menu } = odoo.__WOWL_DEBUG__.root.env.services;
    await menu.selectMenu(menu.getApps().find((app) => app.xmlid === "g2p_bridge.menu_root"));
    await until("dashboard", () => find("[data-stage=to_approve]"));
    await until("text of the page", () => shown("Où se trouve l'argent"));
    await until("menu", () => shown("Rapprochement"));
    await until("choice", () => shown("À approuver"));
    find("[data-stage=to_approve]").click();
    await until("column", () => [...document.querySelectorAll(".o_list_view th")].some(
        (header) => header.innerText.trim() === "Programme de prestations"
    ));
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
)


@tagged("post_install", "-at_install")
class TestFrench(DashboardCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        addons = cls.env["ir.module.module"].search([("name", "=like", "g2p\\_bridge%")])
        addons.filtered(lambda addon: addon.state == "installed")._update_translations(["fr_FR"])
        cls.officer = cls.users["officer"]
        cls.officer.lang = "fr_FR"
        cls.program.write({"own_policies": True, "approval": "any"})

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def test_the_dashboard_and_what_it_opens_are_french(self):
        self.filled_envelope(cycle_code_mnemonic="2026-12")
        login = self.officer.login
        self.browser_js("/odoo", LOOK, "odoo.isReady === true", login=login, timeout=120)

    def test_states_are_french(self):
        envelope = self.filled_envelope(cycle_code_mnemonic="2026-12").with_user(self.officer)
        envelope = envelope.with_context(lang="fr_FR")
        states = dict(envelope.fields_get(["state"])["state"]["selection"])
        self.assertEqual(states[envelope.state], "À approuver")

    def test_a_refusal_is_french_and_keeps_its_figures(self):
        envelope = self.create_envelope(cycle_code_mnemonic="2026-12")
        service = self.service.with_user(self.officer).with_context(lang="fr_FR")
        with self.assertRaisesRegex(UserError, "^1 lignes sur 2 sont erronées.*ligne 2"):
            service.create_disbursements(self.rows(envelope, "10.00", "-1"))
