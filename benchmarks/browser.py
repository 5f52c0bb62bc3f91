# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A server on the benchmark's database and a browser that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import odoo.tools

START_SCRIPT = Path(__file__).resolve().parent.parent / "setup" / "odoo-bin"
BROWSERS = ("chromium", "google-chrome", "chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIET += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
SIZE = {"width": 1400, "height": 900}
PATIENCE = 120  # seconds after which a screen has failed

# The web client shows what it remembers of a list until the server has answered: a screen is
# there when nothing is asked any more.
COUNT_CALLS = """
    window.benchmark = {open: 0, seconds: 0};
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (...body) {
        const start = performance.now();
        window.benchmark.open += 1;
        this.addEventListener("loadend", () => {
            window.benchmark.open -= 1;
            window.benchmark.seconds += (performance.now() - start) / 1000;
        });
        return send.apply(this, body);
    };
"""
# The clock begins with the click (or with the request of a whole page) and ends at the first
# frame in which the new page shows what it should. What was there before is marked, so that
# it is not taken for the new page.
OPEN = """
async ({action, options, choose, ready, shown, counted, expected, patience}) => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const client = () => window.odoo?.__WOWL_DEBUG__?.root.env.services.action;
    const numberOf = (element) => Number((element.innerText.match(/\\d[\\d,]*/) || ["0"])[0]
        .replaceAll(",", ""));
    const read = () => {
        const scope = ".o_action_manager > :not([data-former]) ";
        if (!document.querySelector(scope + ready)) {
            return null;
        }
        const found = [...document.querySelectorAll(scope + shown)];
        return counted ? found.length : found.reduce((sum, each) => sum + numberOf(each), 0);
    };
    let start = 0;
    if (action || choose) {
        window.benchmark.seconds = 0;
        start = performance.now();
        if (action) {
            for (const child of document.querySelectorAll(".o_action_manager > *")) {
                child.dataset.former = "yes";
            }
            client().doAction(action, {clearBreadcrumbs: true, ...options});
        } else {
            [...document.querySelectorAll(".o_searchview_autocomplete .o-dropdown-item")]
                .find((item) => item.innerText.includes(choose)).click();
        }
    }
    let seen = null;
    for (;;) {
        await frame();
        seen = read();
        const isRight = expected === null ? seen : seen === expected;
        if (isRight && !window.benchmark.open) {
            break;
        }
        const trouble = document.querySelector(".o_error_dialog")?.innerText;
        if (trouble || performance.now() - start > patience * 1000) {
            throw new Error(trouble || `${seen} shown instead of ${expected}`);
        }
    }
    return [(performance.now() - start) / 1000, window.benchmark.seconds, seen];
}
"""


@dataclass(frozen=True, slots=True)
class Opening:
    """Seconds until a screen was there, of its calls to the server, and what it showed."""

    seconds: float
    server_seconds: float
    shown: int


class Page:
    """A browser's page, logged in."""

    def __init__(self, page, url, login):
        self.page, self.url = page, url
        page.set_default_timeout(PATIENCE * 1000)
        page.add_init_script(COUNT_CALLS)
        page.goto(f"{url}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.press("input[name=password]", "Enter")
        page.wait_for_selector(".o_web_client .o_action_manager")

    def open(self, screen, expected, record=None):
        """Open a screen by its action, as a menu does.

        :param screen: ``screens.Screen``
        :param expected: the number that it has to show; None for any above zero
        :param record: ID of the record that is opened
        :return: Opening
        """
        context = {"active_id": record, "active_model": "g2p.bridge.envelope"} if record else {}
        options = {"additionalContext": context}
        if screen.view:
            options["viewType"] = screen.view
        if screen.view == "form":
            options["props"] = {"resId": record}
        return self._measure(
            screen, expected, action=f"g2p_bridge.{screen.action}", options=options
        )

    def search(self, screen, expected, text):
        """Type into the search of the list that is open, and choose the field to search in."""
        self.page.fill(".o_searchview_input", text)
        self.page.wait_for_selector(".o_searchview_autocomplete .o-dropdown-item")
        return self._measure(screen, expected, choose=screen.search)

    def load(self, screen, expected):
        """Load the whole page anew, the web client included."""
        self.page.goto(f"{self.url}/odoo/action-g2p_bridge.{screen.action}", wait_until="commit")
        return self._measure(screen, expected)

    def _measure(self, screen, expected, action=None, options=None, choose=None):
        arguments = {
            "action": action,
            "options": options,
            "choose": choose,
            "ready": screen.ready,
            "shown": screen.shown,
            "counted": screen.counted,
            "expected": expected,
            "patience": PATIENCE,
        }
        return Opening(*self.page.evaluate(OPEN, arguments))


@contextmanager
def browsing(database, login):
    """A :class:`Page` of a server that is started for it and ended afterwards."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, BROWSERS)))
    with _server(database) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        try:
            yield Page(browser.new_page(viewport=SIZE), url, login)
        finally:
            browser.close()


@contextmanager
def _server(database):
    """The address of a server without jobs and crons: nothing else may be measured."""
    ports = [_free_port(), _free_port()]
    command = [sys.executable, START_SCRIPT, "-c", odoo.tools.config["config"], "-d", database]
    command += [f"--db-filter=^{database}$", "--workers=0", "--max-cron-threads=0"]
    command += [f"--http-port={ports[0]}", f"--gevent-port={ports[1]}", "--log-level=warn"]
    environment = {**os.environ, "ODOO_QUEUE_JOB_CHANNELS": "root:0"}
    server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{ports[0]}"
    try:
        _wait_for(server, f"{url}/web/login")
        yield url
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(server, url):
    end = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < end:
        try:
            with urlopen(url, timeout=PATIENCE):
                return
        except URLError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _free_port():
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
