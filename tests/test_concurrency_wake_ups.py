# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What happens is never overlooked, though a job that waits for it has read already.

Each test stops a transaction at its commit, with all its work done. Meanwhile the job that was
waiting is started, reads what was there before, and ends. Then the transaction is committed, and
what it has made possible has to come about by jobs alone: nothing else moves here.
"""

from functools import partial

import pytest
import requests
from at_once import CommitGate
from test_concurrency_buttons import approve, decide, record_id
from webhook_receiver import WebhookReceiver
from world import ACCOUNT

ENVELOPE, BATCH = "g2p.bridge.envelope", "g2p.bridge.bank.batch"
#: Identities of jobs, as conditions on a record.
ADVANCE = "identity_key = 'g2p.bridge.envelope-advance-' || %s"
STEP = "identity_key = 'g2p.bridge.funds.step-' || %s"
DELIVER = "identity_key = 'g2p.bridge.webhook-' || %s"
#: The last job of an identity once more, as when it is brought back.
AGAIN = """
    INSERT INTO queue_job SELECT (jsonb_populate_record(j, jsonb_build_object(
           'id', nextval('queue_job_id_seq'), 'uuid', gen_random_uuid()::text,
           'state', 'pending', 'retry', 0, 'eta', NULL))).*
      FROM queue_job j WHERE id = (SELECT max(id) FROM queue_job WHERE {key})
"""
TOKEN = "print(env['g2p.bridge.mapper'].browse({mapper}).sudo().call_back_token)"
ADDRESS = "account_number:{number}.bank_code:OTHER_BANK.fa_type:BANK_ACCOUNT"


@pytest.fixture(scope="module")
def people(crowded_world):
    """Who decides, and programs whose envelopes wait for something."""
    crowded_world.create_user("finance", "group_finance", "group_approver")
    early = {"process_future_dated": True}
    crowded_world.create_program("EARLY", ACCOUNT, early)
    crowded_world.create_program("APPROVED", ACCOUNT, {"approval": "any", **early})
    crowded_world.create_program("HELD", ACCOUNT, {"unresolved": "hold"})


class Crossing:
    """A job, waiting or on its way to a worker, and a transaction that does not see it begin."""

    def __init__(self, world, moment):
        self.world, self.bridge, self.moment = world, world.bridge, moment
        self._key = None

    def named(self, cycle):
        """A name for the cycle of this test."""
        return f"{cycle} {self.moment}"

    def let_wait(self, key, record):
        """Have one job with this identity wait, and no other."""
        self.bridge.sql(AGAIN.format(key=key), [record])
        (job,) = self.bridge.sql(f"SELECT max(id) FROM queue_job WHERE {key}", [record])[0]
        former = f"DELETE FROM queue_job WHERE state = 'pending' AND {key} AND id < %s"
        self.bridge.sql(former, [record, job])
        self._key = key, [record]

    def cross(self, event, table):
        """Stop what happens at its commit, let the job read what was there before, go on.

        A job that wants what the event has locked has read as well, and waits for it.

        :param table: that the event writes to
        """
        if self.moment == "enqueued":
            (job,) = self.world.enqueued(*self._key)
        with CommitGate(self.bridge, table) as gate:
            (done,) = gate.let_in(event)
            gate.wait_for(1)
            if self.moment == "waiting":
                (job,) = self.world.enqueued(*self._key)
            (run,) = gate.let_in(partial(self.world.run_job, job))
            gate.wait_for_end_or_lock(run)
            outcome, _none = gate.open(done, run)
        assert not isinstance(outcome, Exception), outcome
        self.world.run_jobs()


@pytest.fixture(params=["waiting", "enqueued"])
def crossing(crowd, people, request):
    return Crossing(crowd, request.param)


def declare(world, amounts, cycle, program="CASH", days=0):
    """A complete envelope that waits for its funds steps alone: (its ID, its record ID)."""
    envelope_id = world.create_envelope(amounts, days=days, cycle=cycle, program=program)
    world.create_disbursements(envelope_id, amounts)
    world.run_jobs(but="g2p.bridge.funds.step")
    return envelope_id, record_id(world, envelope_id)


def check_step(world, record):
    query = "SELECT id FROM g2p_bridge_funds_step WHERE envelope_id = %s AND kind = 'check'"
    return world.bridge.value(query, [record])


def test_an_envelope_that_is_resumed(crowd, crossing):
    envelope_id, record = declare(crowd, [1, 2, 3], crossing.named("resumed"))
    decide(crowd, "pause_envelope", ENVELOPE, record, "officer")()
    crossing.let_wait(STEP, check_step(crowd, record))
    resume = decide(crowd, "resume_envelope", ENVELOPE, record, "officer")
    crossing.cross(resume, "g2p_bridge_envelope")
    assert crowd.state(envelope_id) == "shipped"


def test_an_envelope_that_is_approved(crowd, crossing):
    cycle = crossing.named("approved")
    envelope_id, record = declare(crowd, [1, 2, 3], cycle, "APPROVED", days=1)
    approve(crowd, record, "finance")()
    crowd.amend_to_received(envelope_id)
    assert crowd.state(envelope_id) == "to_approve"
    crossing.let_wait(STEP, check_step(crowd, record))
    crossing.cross(approve(crowd, record, "finance"), "g2p_bridge_envelope")
    assert crowd.state(envelope_id) == "shipped"


def test_an_envelope_that_is_complete_again(crowd, crossing):
    cycle = crossing.named("amended")
    envelope_id, record = declare(crowd, [1, 2, 3], cycle, "EARLY", days=1)
    crowd.cancel_disbursements(sorted(crowd.disbursement_ids(envelope_id))[:1])
    crossing.let_wait(STEP, check_step(crowd, record))
    crossing.cross(partial(crowd.amend_to_received, envelope_id), "g2p_bridge_envelope")
    assert crowd.state(envelope_id) == "shipped"


def test_a_bank_that_is_enabled_again(crowd, crossing):
    envelope_id, record = declare(crowd, [1, 2, 3], crossing.named("enabled"))
    bank = partial(crowd.bridge.call, "g2p.bridge.sponsor.bank", args=[[crowd.bank_id]])
    bank(method="action_disable")
    crossing.let_wait(STEP, check_step(crowd, record))
    crossing.cross(partial(bank, method="action_use_for_test"), "g2p_bridge_sponsor_bank")
    assert crowd.state(envelope_id) == "shipped"


def test_people_who_are_left_out(crowd, crossing):
    envelope_id, record = declare(crowd, [1, 2, 61], crossing.named("left out"), "HELD")
    crowd.run_jobs()
    unresolved = "SELECT id FROM g2p_bridge_disbursement WHERE envelope_id = %s AND state = %s"
    line = crowd.bridge.value(unresolved, [record, "unresolved"])
    crossing.let_wait(ADVANCE, record)
    leave_out = decide(crowd, "leave_out", "g2p.bridge.disbursement", line, "officer")
    crossing.cross(leave_out, "g2p_bridge_mapper_batch")
    assert crowd.state(envelope_id) == "shipped"


def test_a_batch_that_the_bank_confirms(crowd, crossing):
    envelope_id, _ids = crowd.funded(3, crossing.named("confirmed"))
    record = record_id(crowd, envelope_id)
    crowd.add_fault("accept_then_500")
    crowd.run_jobs()
    batches = "SELECT id, state FROM g2p_bridge_bank_batch WHERE envelope_id = %s"
    ((batch, state),) = crowd.bridge.sql(batches, [record])
    assert state == "uncertain"
    crossing.let_wait(ADVANCE, record)
    confirm = decide(crowd, "bank_confirms", BATCH, batch, "finance")
    crossing.cross(confirm, "g2p_bridge_bank_batch")
    assert crowd.state(envelope_id) == "shipped"


def test_a_batch_that_is_given_up(crowd, crossing):
    envelope_id, _ids = crowd.funded(3, crossing.named("given up"))
    record = record_id(crowd, envelope_id)
    crowd.add_fault("refuse")
    crowd.run_jobs()
    batches = "SELECT id, state FROM g2p_bridge_bank_batch WHERE envelope_id = %s"
    ((batch, state),) = crowd.bridge.sql(batches, [record])
    assert state == "failed"
    crossing.let_wait(ADVANCE, record)
    give_up = decide(crowd, "give_up_batch", BATCH, batch, "finance")
    crossing.cross(give_up, "g2p_bridge_bank_batch")
    assert crowd.funds_state(envelope_id, "release") == "done"


def test_a_mapper_that_calls_back(crowd, crossing):
    settings = crowd.mapper.call("g2p.bridge.example.mapper.behaviour", "action_open")["res_id"]
    silent = [[settings], {"call_back": "never"}]
    crowd.mapper.call("g2p.bridge.example.mapper.behaviour", "write", silent)
    crowd.bridge.call("ir.config_parameter", "set_param", ["g2p_bridge.own_url", crowd.bridge.url])
    mapper = crowd.create_mapper(crossing.named("Silent"), connector="spar_1_async")
    token = crowd.bridge.shell(TOKEN.format(mapper=mapper)).strip()
    program = f"LATER_{crossing.moment}"
    crowd.create_program(program, ACCOUNT, {"mapper_id": mapper})
    envelope_id, record = declare(crowd, [1, 2, 3], crossing.named("answered"), program)
    crowd.run_jobs()
    assert crowd.state(envelope_id) == "shipping"
    crossing.let_wait(ADVANCE, record)
    call_back = partial(
        requests.post,
        f"{crowd.bridge.url}/g2p_bridge/mapper/{token}/on-resolve",
        json=answer(crowd, record),
        timeout=120,
    )
    crossing.cross(call_back, "g2p_bridge_mapper_batch")
    assert crowd.state(envelope_id) == "shipped"


def answer(world, record):
    """The call-back of a mapper that knows everybody of an envelope."""
    lines = world.bridge.sql(
        "SELECT b.reference, d.disbursement_id, d.beneficiary_id FROM g2p_bridge_disbursement d"
        " JOIN g2p_bridge_mapper_batch b ON b.id = d.mapper_batch_id WHERE d.envelope_id = %s",
        [record],
    )
    items = [
        {
            "reference_id": line,
            "id": person,
            "fa": ADDRESS.format(number=person),
            "status": "succ",
            "timestamp": "2026-11-22T19:27:50.970561",
        }
        for _reference, line, person in lines
    ]
    header = {"version": "1.0.0", "message_id": "m", "action": "resolve", "status": "succ"}
    message = {"transaction_id": lines[0][0], "resolve_response": items}
    return {"header": header, "message": message}


def test_a_webhook_that_is_resumed(crowd, crossing):
    receiver = WebhookReceiver()
    partner = crowd.bridge.value("SELECT id FROM g2p_bridge_partner")
    webhook = receiver.listen_to(crowd.bridge, partner)
    crowd.create_envelope([1, 2, 3], cycle=crossing.named("told"))
    crowd.run_jobs(but="g2p.bridge.webhook")
    crowd.bridge.sql("UPDATE g2p_bridge_webhook SET paused_at = now() WHERE id = %s", [webhook])
    crossing.let_wait(DELIVER, webhook)
    resume = partial(crowd.bridge.call, "g2p.bridge.webhook", "action_resume", [[webhook]])
    crossing.cross(resume, "g2p_bridge_webhook")
    crowd.bridge.call("g2p.bridge.webhook", "action_disable", [[webhook]])
    receiver.close()
    assert receiver.kinds()
