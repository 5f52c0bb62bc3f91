"""Makes the pictures of the README from a running demo.

usage: setup/demo, then setup/dev python docs/screenshots.py http://127.0.0.1:8069 [chromium]
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
SIZE = {"width": 1400, "height": 900}
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: File, login (the password is the same), page, and what has to be on it.
PICTURES = [
    ("dashboard.png", "officer", "action-g2p_bridge.dashboard_action", "Where the money is"),
    ("envelope.png", "officer", "action-g2p_bridge.envelope_action/1", "Funds checked"),
    ("disbursement.png", "finance", "action-g2p_bridge.disbursement_action/5", "Debited"),
    ("cycle.png", "officer", "action-g2p_programs.action_cycle/1", "Entitled"),
]


def main(url, chromium="/usr/bin/chromium"):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        for name, login, path, text in PICTURES:
            page = _log_in(browser, url, login)
            page.goto(f"{url}/odoo/{path}")
            page.get_by_text(text).first.wait_for()
            page.wait_for_load_state("load")
            page.evaluate("document.fonts.ready")
            page.wait_for_function("!document.querySelector('.o_loading_indicator')")
            page.screenshot(path=HERE / name)
            print(HERE / name)
        browser.close()


def _log_in(browser, url, login):
    page = browser.new_page(viewport=SIZE)
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")
    return page


if __name__ == "__main__":
    main(*sys.argv[1:])
