# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The same statement handed in by several at the same moment is one statement."""

from functools import partial

import pytest
from at_once import Gate, at_the_gate
from world import ACCOUNT

#: Lets everybody look for what is known, and stops them before they write.
STATEMENTS = "LOCK TABLE g2p_bridge_statement IN SHARE ROW EXCLUSIVE MODE"
STATEMENT = """\
:20:{reference}
:25:{account}
:28C:{number}/1
:60F:C261101USD1000,00
:61:2611021102D1,00NTRF{reference}//B1
:86:Fee
:62F:C261130USD999,00
"""
UPLOADS = 8
# Numbers of statements that no other test of the same world has handed in: from 901.


def statement(number, account=ACCOUNT, reference="NONE"):
    return STATEMENT.format(number=number, account=account, reference=reference)


@pytest.mark.parametrize("account", [ACCOUNT, "ACCOUNT-OF-NOBODY"])
def test_one_file_uploaded_by_many_at_once_is_one_statement(crowd, account):
    text = statement(901, account)
    answers = at_the_gate(crowd.bridge, STATEMENTS, None, *[partial(crowd.upload, text)] * UPLOADS)
    assert {answer["status"] for answer in answers} == {"success"}, answers
    assert len({answer["statement_id"] for answer in answers}) == 1
    known = [answer["known_statement_ids"] for answer in answers]
    assert known.count([]) == 1, known
    kept = """
        SELECT count(*) FROM g2p_bridge_statement
         WHERE account_number = %s AND statement_number = '901'
    """
    assert crowd.bridge.value(kept, [account]) == 1
    jobs = """
        SELECT count(*) FROM queue_job j
          JOIN g2p_bridge_statement s ON j.identity_key = 'g2p.bridge.statement-' || s.id
         WHERE s.account_number = %s AND s.statement_number = '901'
    """
    # Without an account there is nothing to do yet.
    assert crowd.bridge.value(jobs, [account]) == (1 if account == ACCOUNT else 0)


def test_two_files_for_one_number_at_once_are_a_statement_and_a_correction(crowd):
    texts = [statement(902, reference="FIRST"), statement(902, reference="OTHER")]
    uploads = [partial(crowd.upload, text) for text in texts]
    answers = at_the_gate(crowd.bridge, STATEMENTS, None, *uploads)
    assert {answer["status"] for answer in answers} == {"success"}, answers
    ids = {answer["statement_id"] for answer in answers}
    assert len(ids) == 2
    warned = [warning["code"] for answer in answers for warning in answer["warnings"]]
    assert warned == ["CORRECTION"]
    kept = """
        SELECT first.statement_id, other.statement_id FROM g2p_bridge_statement other
          JOIN g2p_bridge_statement first ON first.id = other.correction_of_id
         WHERE first.statement_number = '902' AND first.state = 'pending'
    """
    (pair,) = crowd.bridge.sql(kept)
    assert set(pair) == ids
    notes = """
        SELECT count(*) FROM mail_message m JOIN g2p_bridge_statement s ON s.id = m.res_id
         WHERE m.model = 'g2p.bridge.statement' AND s.statement_id = %s
           AND m.body LIKE '%%ask the bank which one is right%%'
    """
    assert crowd.bridge.value(notes, [pair[0]]) == 1


def test_statement_whose_account_is_entered_while_it_is_handed_in_does_not_wait(crowd):
    """Neither of the two has seen the other."""
    program_id = crowd.create_program("TOMORROW", "TOMORROW-1")
    spelled = {"account_spellings": "ACCOUNT-OF-TOMORROW"}
    with Gate(crowd.bridge, STATEMENTS) as gate:
        futures = gate.let_in(partial(crowd.upload, statement(903, "ACCOUNT-OF-TOMORROW")))
        gate.wait_for(1)
        crowd.bridge.call("g2p.bridge.program", "write", [[program_id], spelled])
        crowd.run_jobs()
        (answer,) = gate.open(*futures)
    assert [warning["code"] for warning in answer["warnings"]] == ["INVALID_ACCOUNT_NUMBER"]
    crowd.run_jobs()
    state = "SELECT state, account_number FROM g2p_bridge_statement WHERE statement_id = %s"
    assert crowd.bridge.sql(state, [answer["statement_id"]]) == [("done", "TOMORROW-1")]


def test_statement_that_comes_while_another_ends_is_not_forgotten(crowd):
    """One that arrives does not see the end of the other, which does not see it arrive."""
    crowd.create_program("MEANWHILE", "MEANWHILE-1")
    first, second = (statement(number, "MEANWHILE-1") for number in (904, 905))
    crowd.upload(first)
    (job,) = crowd.enqueued("model_name = 'g2p.bridge.statement'")
    # Before it is kept, but after it has begun to look.
    with Gate(crowd.bridge, "LOCK TABLE g2p_bridge_statement_file IN SHARE MODE") as gate:
        futures = gate.let_in(partial(crowd.upload, second))
        gate.wait_for(1)
        crowd.run_job(job)
        gate.open(*futures)
    crowd.run_jobs()
    states = "SELECT state FROM g2p_bridge_statement WHERE account_number = 'MEANWHILE-1'"
    assert crowd.bridge.sql(states) == [("done",), ("done",)]
