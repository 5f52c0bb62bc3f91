# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import nullcontext

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.g2p_bridge.tests.screens.browser import UNTIL_AND_FIND

from ..bank_batch.report_back_common import ReportBackCase

#: Opens a cycle, reads its page "Bank Disbursement", follows the line of failed payments and
#: comes back. Dialogs with errors and errors of the web client end the test.
OPEN_THE_PAGE = (
    """
(async () => {
    const patience = 20000;
"""
    + UNTIL_AND_FIND
    + """
    const page = () => find(".o_notebook .tab-pane.active")?.innerText || "";
    await until("form", () => find(".o_form_view a[name=bridge_disbursement]"));
    find("a[name=bridge_disbursement]").click();
    await until("totals", () => find(".o_g2p_bridge_totals"));
    for (const text of %(texts)s) {
        await until(text, () => page().includes(text));
    }
    const card = ".o_g2p_bridge_rounds .o_kanban_record:not(.o_kanban_ghost)";
    const rounds = document.querySelectorAll(card);
    if (rounds.length !== %(rounds)s) {
        throw new Error("rounds: " + rounds.length);
    }
    for (const name of ["action_bridge_open_envelopes", "action_bridge_summary_report"]) {
        if (Boolean(find(`button[name=${name}]`)) !== Boolean(%(rounds)s)) {
            throw new Error(name + " is there or is not");
        }
    }
    const again = ".o_form_statusbar button[name=prepare_payment]";
    await until("again", () => Boolean(find(again)) === %(again)s);
    find(".o_g2p_bridge_totals tr:nth-child(3) button").click();
    await until("list", () => find(".o_list_view .o_data_row"));
    const listed = document.querySelectorAll(".o_list_view .o_data_row").length;
    if (listed !== 1) {
        throw new Error("listed: " + listed);
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""
)

#: Waits until the page, that nobody touches, shows that everything is paid.
WATCH = """
(async () => {
    const end = Date.now() + 20000;
    const find = (selector) => document.querySelector(selector);
    while (!find("a[name=bridge_disbursement]")) {
        await new Promise((resolve) => setTimeout(resolve, 30));
    }
    find("a[name=bridge_disbursement]").click();
    const before = window.watched = {};
    while (!/Paid\\s+2\\s/.test(find(".o_g2p_bridge_totals")?.innerText || "")) {
        if (Date.now() > end) {
            throw new Error(find(".o_g2p_bridge_totals")?.innerText);
        }
        await new Promise((resolve) => setTimeout(resolve, 30));
    }
    if (window.watched !== before) {
        throw new Error("the page was loaded anew");
    }
    console.log("test successful");
})().catch((error) => console.error(error.message));
"""


@tagged("post_install", "-at_install")
class TestCycleForm(ReportBackCase, HttpCase):
    """The page of a cycle, in the browser, as PBMS's people see it."""

    def enter_registry_test_mode(self):
        return nullcontext()  # the class is in it already

    def setUp(self):
        super().setUp()
        self.cycle = self.paid_cycle("10.01", "20.02", "30.03")
        back, *kept = self.lines(self.cycle)
        self.debit(back, *kept)
        self.reverse(back)

    def user(self, group):
        login = f"user_{group}"
        groups = f"base.group_user,g2p_programs.{group}"
        return new_test_user(self.env, login, groups).login

    def open_page(self, login, rounds, again):
        code = OPEN_THE_PAGE % {
            "texts": ["50.05", "10.01", "60.06", "The account is closed."],
            "rounds": rounds,
            "again": str(again).lower(),
        }
        self.browser_js(self.url(), code, "odoo.isReady === true", login=login, timeout=120)

    def url(self):
        return f"/odoo/g2p.cycle/{self.cycle.id}"

    def test_program_manager(self):
        self.open_page(self.user("g2p_program_manager"), 1, True)

    def test_cycle_approver_sees_the_totals_and_no_links_to_the_bridge(self):
        self.open_page(self.user("g2p_program_cycle_approver"), 0, False)

    def test_finance_validator(self):
        self.open_page(self.user("g2p_finance_validator"), 1, False)

    def test_the_page_moves_by_itself(self):
        cycle = self.paid_cycle("1.00", "2.00", name="Moving")
        self.cycle = cycle
        model = type(self.env["g2p.cycle"])
        reads = []

        def sums(record, original=model._bridge_sums):
            # The bank pays after the page was read for the first time.
            if record == cycle and reads.append(1) is None and len(reads) > 3:
                return {"paid": (2, "3.00", 0, "0.00")}
            return original(record)

        self.patch(model, "_bridge_sums", sums)
        login = self.user("g2p_program_manager")
        self.browser_js(self.url(), WATCH, "odoo.isReady === true", login=login, timeout=60)
        self.assertGreater(len(reads), 3)


@tagged("post_install", "-at_install")
class TestCycleReport(ReportBackCase):
    """The summary report is one click away."""

    def test_report_of_all_rounds(self):
        cycle = self.paid_cycle("10.00")
        action = cycle.action_bridge_summary_report()
        self.assertEqual(action["report_name"], self.report.report_name)
        self.assertEqual(action["context"]["active_ids"], cycle.bridge_envelope_ids.ids)

    @property
    def report(self):
        return self.env.ref("g2p_bridge.envelope_summary_report")
