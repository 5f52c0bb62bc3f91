# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the Apps page and the README show of each addon."""

import hashlib
import re
import runpy
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent for path in REPO.glob("*/__manifest__.py"))
PAGES = [REPO / "README.md", *(addon / "static/description/index.html" for addon in ADDONS)]
PICTURE = re.compile(r'(?:<img[^>]* src="|!\[[^]]*\]\()([^")]+)')
LARGEST = 150 * 1024


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_page_shows_pictures_that_exist_and_are_small(page):
    pictures = [page.parent / name for name in PICTURE.findall(page.read_text())]
    assert pictures
    assert [path for path in pictures if not path.exists() or path.stat().st_size > LARGEST] == []


def test_the_script_makes_exactly_the_pictures_that_are_shown():
    """A picture that nobody can make again, or that nobody sees, grows old unnoticed."""
    made = {picture.name for picture in _script()["PICTURES"]}
    shown = {
        f"{page.parents[2].name}/{Path(name).stem}"
        for page in PAGES[1:]
        for name in PICTURE.findall(page.read_text())
    }
    assert made == shown


def test_every_addon_has_an_icon_of_its_own():
    icons = [(addon / "static/description/icon.png").read_bytes() for addon in ADDONS]
    assert len({hashlib.sha256(icon).hexdigest() for icon in icons}) == len(ADDONS)


@pytest.mark.parametrize("addon", ["example_bank", "example_mapper", "demo"])
def test_what_is_not_for_production_says_so(addon):
    page = REPO / f"g2p_bridge_{addon}" / "static/description/index.html"
    assert re.search(r"never (install it in|for) production", page.read_text(), re.IGNORECASE)


def _script():
    return runpy.run_path(str(REPO / "docs" / "screenshots.py"))
