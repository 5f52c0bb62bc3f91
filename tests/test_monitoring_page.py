# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""docs/monitoring.md names every figure and every kind of trouble that there is, and no other."""

import json
import re
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

PAGE = (Path(__file__).resolve().parent.parent / "docs" / "monitoring.md").read_text()
FIGURE = re.compile(r"g2p_bridge_[a-z_]*[a-z]")


def _first_cells(heading):
    """The code in the first cells of the table below a heading."""
    table = PAGE.partition(heading)[2].partition("\n\n")[2].partition("\n\n")[0]
    return [row.split("`")[1] for row in table.splitlines() if row.startswith("| `")]


@pytest.fixture(scope="module")
def monitored(module_servers):
    """(what the page promises to give) of a real server: figures by name, health."""
    server = module_servers().start(jobs=False)
    company = server.value("SELECT id FROM res_company ORDER BY id LIMIT 1")
    action = server.call("res.company", "action_g2p_bridge_new_metrics_token", [[company]])
    headers = {"Authorization": f"Bearer {action['context']['default_secret']}"}

    def get(name):
        return requests.get(f"{server.url}/g2p_bridge/{name}", headers=headers, timeout=60)

    families = {
        family.name: family for family in text_string_to_metric_families(get("metrics").text)
    }
    return families, get("health").json()


def test_the_table_of_figures_is_whole_and_true(monitored):
    families, _health = monitored
    assert sorted(_first_cells("## The figures")) == sorted(families)


def test_the_table_of_kinds_is_whole_and_true(monitored):
    families, _health = monitored
    kinds = [sample.labels["kind"] for sample in families["g2p_bridge_stalled"].samples]
    assert sorted(_first_cells("The kinds are")) == sorted(kinds)


def test_the_labels_of_each_figure_are_told(monitored):
    families, _health = monitored
    for name, family in families.items():
        [row] = [line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |")]
        told = set(re.findall(r"`(\w+)`", row.split("|")[2]))
        for sample in family.samples:
            assert set(sample.labels) == told, name


def test_rules_and_texts_use_figures_that_exist(monitored):
    families, _health = monitored
    rules = PAGE.partition("## What to be woken for")[2]
    named = set(FIGURE.findall(rules)) - {"g2p_bridge"}
    assert named
    assert named <= set(families)


def test_the_steps_and_the_words_of_the_probe_are_told(monitored):
    _families, health = monitored
    [steps] = re.findall(r"The steps are (.*?)\. The kinds", PAGE, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", steps)) == set(health["heartbeats"])
    for word in (*health, *health["heartbeats"]["ship"]):
        assert f"`{word}`" in PAGE or json.dumps(word) in PAGE, word
