# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From nothing to a first paid envelope: by the onboarding panel alone, in a real browser."""

from pathlib import Path

WAIT = 60_000
ACCOUNT = "PROGRAM-001"
DASHBOARD = "odoo/action-g2p_bridge.dashboard_action"


class Person:
    """Somebody at their browser."""

    def __init__(self, browser, url, login):
        self.url = url
        self.errors = []
        self.page = browser.new_context(accept_downloads=True).new_page()
        self.page.set_default_timeout(WAIT)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(f"{url}/web/login")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", login)
        self.page.click("button[type=submit]")
        self.page.wait_for_selector(".o_main_navbar")

    def take_step(self, verb):
        """Press the button of the step that the panel says is next."""
        self.page.goto(f"{self.url}/{DASHBOARD}")
        self.page.locator("[aria-current=step]").get_by_role("button", name=verb).click()

    def press(self, name, inside="body"):
        self.page.locator(inside).get_by_role("button", name=name, exact=True).click()

    def fill(self, **values):
        """Type into the fields of the form or dialog that is open."""
        for name, value in values.items():
            self.field(name).locator("input, textarea").first.fill(value)

    def choose(self, name, text):
        """Choose one of the entries that a field offers."""
        self.field(name).locator("input").first.click()
        self.page.locator(".o-overlay-container").get_by_text(text, exact=True).click()

    def field(self, name):
        return self.page.locator(f".o_field_widget[name={name}]:visible").last

    def save(self):
        self.page.click(".o_form_button_save:visible")
        self.page.wait_for_selector(".o_form_saved")

    def open_tab(self, name):
        self.page.get_by_role("tab", name=name).click()

    def see(self, text):
        self.page.get_by_text(text).locator("visible=true").first.wait_for()

    def download(self, name):
        with self.page.expect_download() as download:
            self.press(name)
        return Path(download.value.path()), download.value.suggested_filename


def test_the_panel_leads_from_nothing_to_a_first_paid_envelope(odoo_server, browser, tmp_path):
    # Who releases what is a story of its own: here two people do without an approver.
    odoo_server.call("ir.config_parameter", "set_param", ["g2p_bridge.approval", "none"])
    admin = Person(browser, odoo_server.url, "admin")
    _set_up_the_example_bank(admin)
    _describe_a_program(admin)
    _name_an_officer(admin)
    officer = Person(browser, odoo_server.url, "olga")
    _declare_an_envelope(officer)
    _import_its_disbursements(officer, tmp_path)
    _watch_it_being_shipped(officer)
    _receive_the_statement(admin, tmp_path)
    officer.page.wait_for_selector("[data-stage=reconciled].o_g2p_bridge_done")
    assert admin.errors == officer.errors == []
    assert odoo_server.wait_for_jobs() == []
    assert odoo_server.sql("SELECT state, number_of_disbursements FROM g2p_bridge_envelope") == [
        ("reconciled", 3)
    ]


def _set_up_the_example_bank(admin):
    """The form itself says where the example bank is and what it needs."""
    admin.take_step("Set up a bank")
    admin.fill(name="Example Bank", code="EXAMPLE")
    admin.choose("connector", "Example Bank (simulation)")
    admin.press("Test Connection")
    admin.see("answered within")
    admin.press("Use for Tests")
    admin.press("Use for Tests", inside=".modal")
    admin.page.wait_for_selector(".ribbon:has-text('Test')")
    admin.press("Accounts of the Example Bank")
    admin.fill(account_number=ACCOUNT, holder_name="Ministry", opening_balance="1000")
    admin.save()


def _describe_a_program(admin):
    admin.take_step("Set up a program")
    admin.fill(benefit_program_name="Child Grant", benefit_program_mnemonic="CHILD_GRANT")
    admin.open_tab("Bank Account")
    admin.see("Enter the account that is debited.")
    admin.fill(sponsor_bank_account_number=ACCOUNT)
    admin.save()
    admin.page.wait_for_selector(".o_form_view:not(:has-text('Before an envelope'))")


def _name_an_officer(admin):
    admin.take_step("Open users")
    admin.press("New")
    admin.fill(name="Olga Officer", login="olga")
    admin.page.get_by_label("G2P Bridge").click()
    admin.page.locator(".o-overlay-container").get_by_text("Officer", exact=True).click()
    admin.save()
    admin.page.click(".o_cp_action_menus button")
    admin.page.get_by_role("menuitem", name="Change Password").click()
    admin.page.click(".modal td[name=new_passwd]")
    admin.page.fill(".modal [name=new_passwd] input", "olga")
    admin.press("Change Password", inside=".modal")
    admin.page.wait_for_selector(".modal", state="detached")


def _declare_an_envelope(officer):
    officer.take_step("Declare an envelope")
    officer.choose("program_id", "Child Grant")
    officer.fill(
        cycle_code_mnemonic="2026-11",
        number_of_beneficiaries="3",
        number_of_disbursements="3",
        total_disbursement_amount="60",
    )
    officer.press("Create Envelope")
    officer.see("3 of 3 disbursements")


def _import_its_disbursements(officer, folder):
    """The template of the screen, filled in with what it asks for."""
    officer.take_step("Import a file")
    template, _name = officer.download("Download CSV Template")
    header = template.read_text(encoding="utf-8-sig").strip().split(",")
    rows = [_row(header, number) for number in (1, 2, 3)]
    file = folder / "disbursements.csv"
    file.write_text("\n".join([",".join(header), *rows, ""]))
    officer.page.locator("input[type=file]").set_input_files(file)
    officer.page.wait_for_selector("[name=file] .o_clear_file_button")
    officer.press("Import")
    officer.see("3 new disbursements")


def _row(header, number):
    values = {
        "beneficiary_id": f"ID{number}",
        "beneficiary_name": f"Person {number}",
        "disbursement_amount": f"{number * 10}.00",
        "narrative": "November",
        "beneficiary_account_type": "BANK_ACCOUNT",
        "beneficiary_account": f"500010000{number}",
        "beneficiary_bank_code": "EXAMPLE_BANK",
    }
    return ",".join(values.get(name, "") for name in header)


def _watch_it_being_shipped(officer):
    """Nobody presses anything, and nobody reloads the page."""
    officer.page.locator("button[name=action_open_envelope]").click()
    officer.see("The bank's statements have still to prove 3 payments")


def _receive_the_statement(admin, folder):
    """As the example bank's notes say: made on the account, downloaded, and uploaded."""
    admin.page.goto(f"{admin.url}/odoo/action-g2p_bridge_example_bank.account_action")
    admin.page.locator(".o_data_row td[name=account_number]").click()
    admin.press("Generate Statement")
    made, name = admin.download("Download")
    file = folder / name
    file.write_bytes(made.read_bytes())
    admin.take_step("Open statements")
    admin.press("Upload Statements")
    admin.page.locator(".modal input[type=file]").set_input_files(file)
    admin.see(name)
    admin.press("Upload", inside=".modal")
    admin.see("3 payments are proved.")
