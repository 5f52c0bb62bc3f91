# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every text that people see can be translated, and is there in French."""

import re
import runpy
from collections import Counter
from pathlib import Path

import polib
import pytest
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry
from odoo.tools import config

REPO = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent.name for path in REPO.glob("*/__manifest__.py"))
#: The demo world would be in the way of tests.
IN_TEST_DATABASES = [addon for addon in ADDONS if addon != "g2p_bridge_demo"]
#: What a translation has to keep: %s and %(name)s, {name}, and the tags of formatted text.
KEPT = re.compile(r"%(?:\(\w+\))?[sdf]|%%|\{[^{}]*\}|</?\w+")
REMEDY = "Run `setup/dev translate` (see README.md) and translate what it prints."


@pytest.mark.parametrize("addon", ADDONS)
class TestFrench:
    def test_every_term_is_translated(self, addon):
        french = polib.pofile(REPO / addon / "i18n" / "fr.po")
        assert [entry.msgid for entry in french if not entry.msgstr or entry.fuzzy] == [], REMEDY

    def test_terms_are_those_of_the_template(self, addon):
        folder = REPO / addon / "i18n"
        template = polib.pofile(folder / f"{addon}.pot")
        assert _terms(polib.pofile(folder / "fr.po")) == _terms(template), REMEDY

    def test_placeholders_tags_and_outer_blanks_are_kept(self, addon):
        french = polib.pofile(REPO / addon / "i18n" / "fr.po")
        changed = {
            entry.msgid: entry.msgstr
            for entry in french
            if entry.msgstr and _frame(entry.msgid) != _frame(entry.msgstr)
        }
        assert changed == {}


@pytest.mark.parametrize("addon", IN_TEST_DATABASES)
def test_template_holds_what_the_addon_says(env, addon):
    """A text that was added or changed without the command is found here."""
    exported = runpy.run_path(str(REPO / "setup" / "translate.py"))["exported"]
    template = polib.pofile(REPO / addon / "i18n" / f"{addon}.pot")
    assert _terms(exported(env, addon)) == _terms(template), REMEDY


@pytest.fixture(scope="module")
def env():
    """The database of this test run, as the superuser sees it."""
    (database,) = config["db_name"]
    with Registry(database).cursor() as cr:
        yield Environment(cr, SUPERUSER_ID, {})


def _terms(catalogue):
    return {entry.msgid for entry in catalogue}


def _frame(text):
    """What has to be the same in every language."""
    return Counter(KEPT.findall(text)), text[:1].isspace(), text[-1:].isspace()
