# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two dozen kills, and nobody is paid twice or forgotten; and a judge who would have seen it.

`setup/campaign` runs the same with more kills and writes the figures down.
"""

import os
from contextlib import closing

import pytest
from campaign import Campaign
from campaign_mutants import MUTANTS


class Copy:
    """One side's books with a change that is never committed."""

    def __init__(self, connection):
        self.connection = connection

    def sql(self, query, params=None):
        with self.connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture(scope="module")
def campaign(own_postgres, module_servers):
    """The one campaign that all these tests look at, when it is over."""
    kills = int(os.environ.get("G2P_CAMPAIGN", 24))
    seed = int(os.environ.get("G2P_CAMPAIGN_SEED", 1))
    bridge, bank = module_servers(run=own_postgres), module_servers()
    with closing(Campaign(bridge, bank, own_postgres, kills, seed)) as campaign:
        campaign.run()
        yield campaign


def test_a_campaign_of_kills_pays_everybody_exactly_once(campaign, capsys, reliability):
    tally = campaign.tally
    with capsys.disabled():
        print("", *tally.lines(), sep="\n")
    verdict = tally.verdict
    assert (verdict.double, verdict.lost, verdict.wrong) == ([], [], [])
    assert tally.recovered == tally.envelopes
    assert tally.kills >= tally.planned // 2
    reliability.survived(tally)


def test_a_campaign_goes_every_way(campaign):
    verdict = campaign.tally.verdict
    assert verdict.cancelled and verdict.rejected and verdict.released and verdict.returned


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_judge_finds_what_could_have_gone_wrong(campaign, mutant):
    cancelled = next(iter(next(sent for sent in campaign.sent if sent.cancelled).cancelled))
    server = getattr(campaign, mutant.side)
    with closing(server.run.connect(server.db)) as connection:
        connection.autocommit = False
        books = Copy(connection)
        books.sql(mutant.change, {"cancelled": cancelled})
        verdict = campaign.judge(**{mutant.side: books}).verdict()
        connection.rollback()
    assert getattr(verdict, mutant.finding), verdict


def test_the_judge_finds_an_answer_that_is_off_by_one(campaign):
    judge = campaign.judge()
    name = campaign.sent[0].envelope_id
    told = judge.answers[name]
    shipped = told["number_of_disbursements_shipped"]
    judge.answers = {
        **judge.answers,
        name: {**told, "number_of_disbursements_shipped": shipped - 1},
    }
    assert judge.verdict().wrong


def test_the_judge_finds_an_event_that_was_never_told(campaign):
    judge = campaign.judge()
    judge.heard = [number for number in judge.heard if number != judge.heard[0]]
    assert judge.verdict().wrong
