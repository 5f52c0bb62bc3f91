# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The API on a real server with several workers: calls at the same moment, a new address."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from odoo_run import wait_until

SETUP = """
company = env.company
bank = env["g2p.bridge.sponsor.bank"].create({"name": "Bank", "code": "BANK"})
program = env["g2p.bridge.program"].create({
    "benefit_program_mnemonic": "CASH", "benefit_program_name": "Cash",
    "sponsor_bank_id": bank.id, "sponsor_bank_account_number": "ACCOUNT",
    "currency_id": env.ref("base.USD").id,
})
env["g2p.bridge.partner"].create({
    "name": "PBMS", "code": "PBMS", "all_programs": True,
}).action_usual_operations()
env["ir.config_parameter"].set_param("g2p_bridge_api.unsigned", "True")
env["ir.config_parameter"].set_param("g2p_bridge.approval", "none")
env.cr.commit()
"""
AT_ONCE = 4


@pytest.fixture
def api(odoo_servers):
    server = odoo_servers()
    server.shell(SETUP)
    return server.start(workers=3, jobs=False)


def post(server, operation, message, number):
    header = {
        "version": "1.0.0",
        "message_id": f"M{operation}{number}",
        "message_ts": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "action": operation,
        "sender_id": "PBMS",
        "total_count": len(message) if isinstance(message, list) else 1,
    }
    return requests.post(
        f"{server.url}/g2p-bridge/{operation}",
        json={"header": header, "message": message},
        timeout=120,
    )


def at_once(server, operation, message):
    """:return: the messages of the replies to identical calls at the same moment"""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(
            pool.map(lambda number: post(server, operation, message, number), range(AT_ONCE))
        )
    replies = [answer.json() for answer in answers]
    assert {answer.status_code for answer in answers} == {200}, replies
    assert {reply["header"]["status"] for reply in replies} == {"succ"}, replies
    return [reply["message"] for reply in replies]


def test_identical_calls_at_the_same_moment_answer_the_same(api):
    envelopes = at_once(
        api,
        "create_disbursement_envelope",
        {
            "benefit_program_mnemonic": "CASH",
            "disbursement_frequency": "Monthly",
            "cycle_code_mnemonic": "2027-01",
            "number_of_beneficiaries": 500,
            "number_of_disbursements": 500,
            "total_disbursement_amount": 5000,
            "disbursement_currency_code": "USD",
            "disbursement_schedule_date": "2099-01-31",
        },
    )
    assert envelopes == [envelopes[0]] * AT_ONCE
    envelope_id = envelopes[0]["disbursement_envelope_id"]
    rows = at_once(
        api,
        "create_disbursements",
        [
            {
                "disbursement_envelope_id": envelope_id,
                "mis_reference_number": f"MIS{number}",
                "beneficiary_id": f"ID{number}",
                "beneficiary_name": f"Person {number}",
                "disbursement_amount": 10,
                "narrative": "Grant",
            }
            for number in range(500)
        ],
    )
    assert rows == [rows[0]] * AT_ONCE
    assert api.value("SELECT count(*) FROM g2p_bridge_disbursement") == 500
    # Each of them was recorded, whoever won.
    assert api.value("SELECT count(*) FROM g2p_bridge_api_call WHERE result = 'done'") == 8


def test_every_worker_learns_of_a_new_address(api):
    def statuses(path, times=12):
        return {
            requests.get(f"{api.url}{path}/ping", timeout=60).status_code for _time in range(times)
        }

    assert statuses("/g2p-bridge") == {200}
    api.call("ir.config_parameter", "set_param", ["g2p_bridge_api.prefix", "/bridge/v1"])
    wait_until(lambda: statuses("/bridge/v1") == {200}, 60, "all workers to know the address")
    assert statuses("/g2p-bridge") == {404}
