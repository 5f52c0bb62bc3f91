"""The same statement handed in by several at the same moment is one statement."""

from functools import partial

import pytest
from at_once import at_the_gate
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
# Numbers of statements that no other test of the same world has handed in: 901 and 902.


def statement(number, account=ACCOUNT, reference="NONE"):
    return STATEMENT.format(number=number, account=account, reference=reference)


@pytest.mark.parametrize("account", [ACCOUNT, "ACCOUNT-OF-NOBODY"])
def test_one_file_uploaded_by_many_at_once_is_one_statement(crowd, account):
    text = statement(901, account)
    answers = at_the_gate(crowd.bridge, STATEMENTS, None, *[partial(crowd.upload, text)] * UPLOADS)
    assert {answer["status"] for answer in answers} == {"success"}, answers
    assert len({answer["statement_id"] for answer in answers}) == 1
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
    assert crowd.bridge.value(jobs, [account]) == 1


def test_two_files_for_one_number_at_once_are_one_statement_and_a_note(crowd):
    texts = [statement(902, reference="FIRST"), statement(902, reference="OTHER")]
    uploads = [partial(crowd.upload, text) for text in texts]
    answers = at_the_gate(crowd.bridge, STATEMENTS, None, *uploads)
    assert len({answer["statement_id"] for answer in answers}) == 1
    kept = "SELECT id FROM g2p_bridge_statement WHERE statement_number = '902'"
    ((statement_id,),) = crowd.bridge.sql(kept)
    notes = """
        SELECT count(*) FROM mail_message WHERE model = 'g2p.bridge.statement' AND res_id = %s
           AND body LIKE '%%ask the bank which one is right%%'
    """
    assert crowd.bridge.value(notes, [statement_id]) == 1
