# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cycles of PBMS that pay by themselves: real server, real jobs, real HTTP, real browser."""

from decimal import Decimal

from pbms_world import PbmsWorld

PEOPLE = 100
PAID = ("reconciled", "paid", False)


def test_approving_in_the_browser_is_all_it_takes(odoo_server, browser):
    """98 of 100 are known to the mapper: an officer approves and watches the cycle end."""
    world = PbmsWorld(odoo_server, people=PEOPLE - 2)
    world.create_pbms_program("Child Grant", PEOPLE)
    cycle = world.create_cycle("Child Grant", "Cycle 1", PEOPLE)
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    _log_in(page, odoo_server.url, "program_officer")
    page.goto(f"{odoo_server.url}/odoo/action-g2p_programs.action_cycle/{cycle}")

    page.get_by_role("button", name="Approve", exact=True).click()

    # Nobody reloads the page: it follows the jobs by itself.
    page.get_by_role("tab", name="Bank Disbursement").click()
    for line, count in (("paid", 98), ("failed", 2), ("in_flight", 0), ("not_sent", 0)):
        number = page.locator(f"[name=bridge_{line}_count]").get_by_text(str(count), exact=True)
        number.first.wait_for(timeout=180_000)
    page.get_by_text("The mapper does not know the beneficiary ID").first.wait_for(timeout=30_000)
    assert errors == []
    page.close()
    world.wait_for_cycle(cycle, "distributed")
    _check_first_round(world, cycle)
    _pay_the_others(world, cycle)
    _pay_fifty(world)
    assert odoo_server.wait_for_jobs() == []


def _log_in(page, url, login):
    page.goto(f"{url}/web/login")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", login)
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")


def _check_first_round(world, cycle):
    payments = world.payments(cycle)
    assert payments[PAID] == (98, Decimal(980))
    assert payments[("issued", "failed", True)] == (2, Decimal(0))
    assert world.entitlements(cycle) == {"rdpd2ben": 98, "approved": 2}
    assert _debits(world) == [(98, 98)]
    assert world.bridge.sql("SELECT external_batch_ref FROM g2p_payment_batch") == [
        (f"{_envelopes(world)[0]}/1",)
    ]


def _pay_the_others(world, cycle):
    """The two are registered with the mapper, and preparing payments once more pays them."""
    world.link_people(PEOPLE)
    world.bridge.call("g2p.cycle", "prepare_payment", [[cycle]], user="program_officer")
    world.bridge.wait_for(
        "SELECT count(*) FROM g2p_payment WHERE status = 'paid'", expected=PEOPLE, seconds=180
    )
    assert world.payments(cycle)[PAID] == (PEOPLE, Decimal(1000))
    assert world.entitlements(cycle) == {"rdpd2ben": PEOPLE}
    assert _debits(world) == [(PEOPLE, PEOPLE)]
    again = world.bridge.sql(
        "SELECT o.state, n.state, o.beneficiary_id = n.beneficiary_id"
        " FROM g2p_bridge_disbursement n JOIN g2p_bridge_disbursement o ON o.id = n.reissue_of_id"
    )
    assert again == [("unresolved", "reconciled", True)] * 2
    assert [
        name
        for (name,) in world.bridge.sql(
            "SELECT cycle_code_mnemonic FROM g2p_bridge_envelope ORDER BY id"
        )
    ] == ["Child Grant Cycle 1", "Child Grant Cycle 1-2"]


def _pay_fifty(world):
    """A new cycle with only fifty of them."""
    cycle = world.create_cycle("Child Grant", "Cycle 2", 50, sequence=2)
    world.approve(cycle)
    world.wait_for_cycle(cycle, "distributed")
    assert world.payments(cycle) == {PAID: (50, Decimal(500))}


def test_two_programs_share_an_account_at_the_same_time(odoo_server):
    """Approved together, in batches of ten; one is so large that jobs approve it."""
    world = PbmsWorld(odoo_server, people=250)
    second = world.create_second_bridge_program("SCHOOL")
    world.create_pbms_program("Child Grant", PEOPLE, amount=7, batch_size=10)
    world.create_pbms_program("School Meals", 250, amount=3, bridge_program_id=second)
    child = world.create_cycle("Child Grant", "Cycle 1", PEOPLE)
    school = world.create_cycle("School Meals", "Cycle 1", 250)
    world.approve(child)
    world.approve(school)
    world.approve(child)  # once more changes nothing
    world.wait_for_cycle(child, "distributed")
    world.wait_for_cycle(school, "distributed")
    assert odoo_server.wait_for_jobs() == []
    assert world.payments(child) == {PAID: (PEOPLE, Decimal(700))}
    assert world.payments(school) == {PAID: (250, Decimal(750))}
    assert _debits(world) == [(350, 350)]
    assert len(_envelopes(world)) == 2
    batches = world.bridge.sql(
        "SELECT c.id, count(*) FROM g2p_payment_batch b JOIN g2p_cycle c ON c.id = b.cycle_id"
        " WHERE b.batch_has_completed GROUP BY c.id ORDER BY c.id"
    )
    assert batches == [(child, 10), (school, 1)]
    booked = world.bank.value(
        "SELECT sum(amount) FROM g2p_bridge_example_bank_log WHERE mark = 'D'"
    )
    assert booked == Decimal(1450)


def _debits(world):
    """[(payments that the bank has made, beneficiaries' disbursements that they were for)]"""
    return world.bank.sql(
        "SELECT count(*), count(DISTINCT customer_reference) FROM g2p_bridge_example_bank_log"
        " WHERE mark = 'D'"
    )


def _envelopes(world):
    return [
        name
        for (name,) in world.bridge.sql(
            "SELECT disbursement_envelope_id FROM g2p_bridge_envelope ORDER BY id"
        )
    ]
