# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fixtures for tests that cross addons: real servers, and a real browser.

Tests here may be plain functions; pytest-odoo loads its own database beside them.
"""

import os

import pytest
from at_once import assert_no_deadlock
from crowded_world import CrowdedWorld
from odoo_run import TestRun
from odoo_server import OdooServer
from own_postgres import OwnPostgres
from reliability import reliability  # noqa: F401  a fixture


@pytest.fixture(scope="session")
def test_run():
    """Where this run's databases, files and servers are."""
    if "G2P_TEST_RUN" not in os.environ:
        pytest.skip("needs the databases that setup/test makes")
    return TestRun()


@pytest.fixture
def odoo_servers(request, test_run):
    """A function that makes servers, each with a fresh database; not yet started."""
    yield from _servers(request.node, test_run)


@pytest.fixture(scope="module")
def module_servers(request, test_run):
    """The same, of servers that all tests of a module share."""
    yield from _servers(request.node, test_run)


def _servers(node, test_run):
    node.odoo_servers = servers = []

    def new_server(run=test_run, **options):
        server = OdooServer(run, **options)
        servers.append(server)
        return server

    yield new_server
    for server in servers:
        server.remove()


@pytest.fixture(scope="session")
def own_postgres(test_run):
    """A PostgreSQL that tests may crash. Ask for it before the servers."""
    cluster = OwnPostgres(test_run)
    yield cluster
    cluster.remove()


@pytest.fixture
def odoo_server(odoo_servers):
    """A running server (threads, job runner) on a fresh database with all addons."""
    return odoo_servers().start()


@pytest.fixture(scope="session")
def crowded_world(test_run):
    """A world on one server for all tests of what many do at once; the tests run its jobs.

    Their files stand one after the other: Odoo's own test cases end whatever server runs when
    they are over.
    """
    server = OdooServer(test_run)
    try:
        yield CrowdedWorld(server.start(jobs=False))
    finally:
        server.remove()


@pytest.fixture
def crowd(request, crowded_world):
    """That world, for one test: afterwards nobody has waited for each other."""
    request.node.odoo_servers = [crowded_world.bridge]
    crowded_world.forget_jobs()
    yield crowded_world
    assert_no_deadlock(crowded_world.bridge)


@pytest.fixture(scope="module")
def browser(test_run):
    """The machine's Chromium, driven by Playwright; Odoo's own test cases would end it, too."""
    from playwright.sync_api import sync_playwright

    quiet = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    quiet += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=test_run.browser, args=quiet)
        yield chromium
        chromium.close()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Shows the end of the servers' logs with a failed test."""
    outcome = yield
    report = outcome.get_result()
    if report.failed:
        for server in (s for node in item.listchain() for s in getattr(node, "odoo_servers", ())):
            report.sections.append((f"log of the server on {server.db}", server.log_tail()))
