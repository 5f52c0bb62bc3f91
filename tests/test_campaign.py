"""Dozens of kills, and nobody is paid twice or forgotten.

`setup/campaign` runs the same with more kills and writes the figures down.
"""

import os

from campaign import Campaign
from reliability import write_campaign


def test_a_campaign_of_kills_pays_everybody_exactly_once(odoo_servers, capsys):
    kills = int(os.environ.get("G2P_CAMPAIGN", 30))
    seed = int(os.environ.get("G2P_CAMPAIGN_SEED", 1))
    tally = Campaign(odoo_servers, kills, seed).run()
    with capsys.disabled():
        print("", *tally.lines(), sep="\n")
    assert (tally.double, tally.lost, tally.wrong_counters) == (0, 0, 0)
    assert tally.recovered == tally.envelopes
    assert tally.kills >= kills // 2
    if os.environ.get("G2P_CAMPAIGN_REPORT"):
        write_campaign(os.environ["G2P_CAMPAIGN_REPORT"], tally)
