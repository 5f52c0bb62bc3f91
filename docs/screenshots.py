# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Makes every picture of the README and of the addons' descriptions from a running demo.

usage: setup/demo --headless && setup/demo && setup/dev python docs/screenshots.py [URL]

The first command approves a cycle of PBMS and waits until it is paid, the second leaves the
server up, with a cycle that waits. This script reads and changes nothing. It finds records by
what they are, not by their number, so that it works however often the demo was run.
"""

import io
import json
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
SIZE = {"width": 1280, "height": 800}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
OF_DEMO = "program_id.benefit_program_mnemonic", "=", "DEMO"
ACCOUNT = "account_number", "=", "DEMO-PROGRAM-001"


class Picture(NamedTuple):
    """One picture: who looks at what, and how to know that the page is complete."""

    name: str  # addon and file
    login: str  # the password is the same
    action: str
    text: str  # has to be on the page
    model: str = ""  # opens the newest record of this model ...
    domain: tuple = ()  # ... that this domain finds
    click: str = ""  # a tab or button to press before


PICTURES = [
    Picture(
        name="g2p_bridge/dashboard",
        login="officer",
        action="g2p_bridge.dashboard_action",
        text="Where the money is",
    ),
    Picture(
        name="g2p_bridge/envelope",
        login="officer",
        action="g2p_bridge.envelope_action",
        model="g2p.bridge.envelope",
        domain=(OF_DEMO, ("state", "=", "reconciled")),
        text="Funds checked",
    ),
    Picture(
        name="g2p_bridge/disbursement",
        login="finance",
        action="g2p_bridge.disbursement_action",
        model="g2p.bridge.disbursement",
        domain=(("envelope_id." + OF_DEMO[0], *OF_DEMO[1:]), ("state", "=", "reversed")),
        text="Came back",
    ),
    Picture(
        name="g2p_bridge/unresolved",
        login="officer",
        action="g2p_bridge.unresolved_action",
        text="DEMO0000001002",
    ),
    Picture(
        name="g2p_bridge_base/audit",
        login="auditor",
        action="g2p_bridge_base.audit_action",
        text="Action",
    ),
    Picture(
        name="g2p_bridge_bank_connector/sponsor_bank",
        login="admin",
        action="g2p_bridge_bank_connector.sponsor_bank_action",
        model="g2p.bridge.sponsor.bank",
        domain=(("code", "=", "EXAMPLE"),),
        text="What the bank can do",
    ),
    Picture(
        name="g2p_bridge_mapper_spar/mapper",
        login="administrator",
        action="g2p_bridge.mapper_action",
        model="g2p.bridge.mapper",
        text="Financial Addresses",
    ),
    Picture(
        name="g2p_bridge_mt940/upload",
        login="finance",
        action="g2p_bridge.statement_action",
        click="Upload Statements",
        text="Drop statement files here",
    ),
    Picture(
        name="g2p_bridge_mt940/statement",
        login="finance",
        action="g2p_bridge.statement_action",
        model="g2p.bridge.statement",
        domain=(ACCOUNT, ("state", "=", "done")),
        text="payments are proved",
    ),
    Picture(
        name="g2p_bridge_example_bank/account",
        login="admin",
        action="g2p_bridge_example_bank.account_action",
        model="g2p.bridge.example.bank.account",
        domain=(ACCOUNT,),
        text="Book Balance",
    ),
    Picture(
        name="g2p_bridge_example_bank/behaviour",
        login="admin",
        action="g2p_bridge_example_bank.account_action",
        model="g2p.bridge.example.bank.account",
        domain=(ACCOUNT,),
        click="Behaviour",
        text="Seed",
    ),
    Picture(
        name="g2p_bridge_example_bank/payments",
        login="finance",
        action="g2p_bridge_example_bank.payment_action",
        text="Person",
    ),
    Picture(
        name="g2p_bridge_example_mapper/linked_ids",
        login="admin",
        action="g2p_bridge_example_mapper.entry_action",
        text="DEMO0000000001",
    ),
    Picture(
        name="g2p_bridge_api/partner",
        login="admin",
        action="g2p_bridge_api.partner_action",
        model="g2p.bridge.partner",
        domain=(("code", "=", "DEMO-REGISTRY"),),
        click="Access",
        text="May Ask",
    ),
    Picture(
        name="g2p_bridge_api/calls",
        login="officer",
        action="g2p_bridge_api.api_call_action",
        text="Social Registry",
    ),
    Picture(
        name="g2p_bridge_api/events",
        login="admin",
        action="g2p_bridge_api.event_action",
        text="Envelope reconciled",
    ),
    Picture(
        name="g2p_bridge_pbms/cycle",
        login="officer",
        action="g2p_programs.action_cycle",
        model="g2p.cycle",
        domain=(("state", "=", "distributed"),),
        text="Entitled",
    ),
    Picture(
        name="g2p_bridge_pbms/payment_manager",
        login="admin",
        action="g2p_bridge_pbms.payment_manager_action",
        model="g2p.program.payment.manager.g2p.bridge",
        text="Cycle Code",
    ),
    Picture(
        name="g2p_bridge_demo/program",
        login="admin",
        action="g2p_bridge.program_action",
        model="g2p.bridge.program",
        domain=(("benefit_program_mnemonic", "=", "DEMO"),),
        text="Who gives the money",
    ),
    Picture(
        name="g2p_bridge_demo/waiting_cycle",
        login="officer",
        action="g2p_programs.action_cycle",
        model="g2p.cycle",
        domain=(("state", "=", "to_approve"),),
        text="Entitled",
    ),
]


def main(url="http://127.0.0.1:8069"):
    executable = next(filter(None, map(shutil.which, BROWSERS)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=QUIET)
        pages = {}
        for picture in PICTURES:
            if picture.login not in pages:
                pages[picture.login] = _log_in(browser, url, picture.login)
            addon, name = picture.name.split("/")
            path = ROOT / addon / "static" / "description" / f"{name}.png"
            _show(pages[picture.login], url, picture)
            _save(pages[picture.login].screenshot(), path)
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} kB")
        browser.close()


def _log_in(browser, url, login):
    page = browser.new_page(
        viewport=SIZE, locale="en-US", timezone_id="UTC", reduced_motion="reduce"
    )
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    return page


def _show(page, url, picture):
    """Opens what the picture shows, and returns when it is all there."""
    address = f"{url}/odoo/action-{picture.action}"
    if picture.model:
        address += f"/{_newest(page, url, picture.model, picture.domain)}"
    page.goto(address)
    if picture.click:
        page.get_by_text(picture.click, exact=True).filter(visible=True).first.click()
    page.get_by_text(picture.text).filter(visible=True).first.wait_for()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    page.wait_for_function("!document.querySelector('.o_loading_indicator, .fa-spin')")
    page.wait_for_function("[...document.images].every((image) => image.complete)")


def _newest(page, url, model, domain):
    """The id of the newest record that the domain finds."""
    call = {
        "model": model,
        "method": "search",
        "args": [list(domain)],
        "kwargs": {"order": "id desc", "limit": 1},
    }
    answer = page.request.post(
        f"{url}/web/dataset/call_kw/{model}/search",
        headers={"Content-Type": "application/json"},
        data=json.dumps({"jsonrpc": "2.0", "method": "call", "params": call}),
    ).json()
    if not answer.get("result"):
        sys.exit(f"The demo has no {model} with {domain}: {answer.get('error', 'run setup/demo')}")
    return answer["result"][0]


def _save(png, path):
    """Writes a picture with a palette: screens have few colours, and files stay small."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    palette = image.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(path, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
