# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The map of the house, docs/architecture.md, is true: its paths, its arrows, and no circles."""

import ast
import re
from collections import defaultdict
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parent.parent
PAGE = (REPO / "docs/architecture.md").read_text()
PAGES = sorted(
    path
    for folder in (".", "docs", "benchmarks", "g2p_*/readme")
    for path in REPO.glob(f"{folder}/*.md")
)
MANIFESTS = {
    path.parent.name: ast.literal_eval(path.read_text()) for path in REPO.glob("*/__manifest__.py")
}
SOURCES = sorted(path for addon in MANIFESTS for path in (REPO / addon).rglob("*.py"))
DATA = sorted(
    path
    for addon in MANIFESTS
    for path in (REPO / addon).rglob("*")
    if path.suffix in (".xml", ".csv") and "static" not in path.parts
)


def section(title):
    """The text of the page below a heading of the second level."""
    return re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


def arrows():
    """{addon: addons of ours that it may use itself}, from the page's table of addons."""
    rows = re.findall(r"^\| `(g2p_\w+)` \|.*\| (.*) \|$", section("The addons"), re.M)
    return {addon: set(re.findall(r"`(g2p_bridge\w*)`", uses)) for addon, uses in rows}


def reached(addon, direct):
    """All addons that an addon may use: those of its arrows, and theirs."""
    found = {addon}
    for other in direct[addon]:
        found |= reached(other, direct)
    return found


def addon_of(path):
    return path.relative_to(REPO).parts[0]


@cache
def import_nodes(path):
    """The imports of a file, also within functions."""
    nodes = ast.walk(ast.parse(path.read_text()))
    return [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)]


# === Paths ===


#: Names of files, and of folders below those that code has, in a text.
PATH = re.compile(
    r"`((?:g2p_\w+|models|lib|services|wizards|controllers|report|tests|setup|docs|benchmarks)"
    r"/[\w./-]*|\w+\.(?:py|md))`"
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPO)))
def test_every_path_that_a_page_names_exists(page):
    """From the root of the repository, its addon or folder, or the engine."""
    roots = (REPO, page.parent, page.parent.parent, REPO / "g2p_bridge")
    named = set(PATH.findall(page.read_text()))
    assert [
        name for name in sorted(named) if not any((root / name).exists() for root in roots)
    ] == []


def test_the_map_names_paths():
    assert len(set(PATH.findall(PAGE))) > 100


def test_every_room_of_the_engine_is_on_the_page():
    folders = {path.parent.name for path in (REPO / "g2p_bridge/models").glob("*/__init__.py")}
    rooms = set(re.findall(r"^\| `models/(\w+)/` \|", section("The rooms of the engine"), re.M))
    assert rooms == folders


def test_twenty_questions_are_answered():
    rows = re.findall(r"^\| (.+\?) \| `(.+?)` \|", section("Where is …?"), re.M)
    assert len(dict(rows)) >= 20


# === Arrows ===


def test_manifests_depend_on_what_the_page_says():
    said = {
        addon: {name for name in manifest["depends"] if name in MANIFESTS}
        for addon, manifest in MANIFESTS.items()
    }
    assert said == arrows()


def imported_addons(path):
    """Addons of ours that a file imports."""
    for node in import_nodes(path):
        base = f"{node.module}." if isinstance(node, ast.ImportFrom) and not node.level else ""
        for alias in node.names:
            found = re.match(r"odoo\.addons\.(g2p_bridge\w*)", base + alias.name)
            if found:
                yield found[1]


def test_imports_follow_the_arrows():
    direct = arrows()
    assert [
        f"{path.relative_to(REPO)} imports {other}"
        for path in SOURCES
        for other in sorted(set(imported_addons(path)))
        if other not in reached(addon_of(path), direct)
    ] == []


def xml_ids():
    """The XML ids that data files make, with their addons."""
    made = set()
    for path in DATA:
        text = path.read_text()
        ids = re.findall(r'\bid="([\w.]+)"', text)
        if path.suffix == ".csv":
            ids = re.findall(r"^\"?([\w.]+)", text, re.M)
        made |= {name if "." in name else f"{addon_of(path)}.{name}" for name in ids}
    return made


def test_xml_ids_follow_the_arrows():
    direct, made = arrows(), xml_ids()
    assert len(made) > 500
    found = []
    for path in [*DATA, *SOURCES]:
        names = set(re.findall(r"\b(g2p_bridge\w*)\.(\w+)", path.read_text()))
        found += [
            f"{path.relative_to(REPO)} names {addon}.{name}"
            for addon, name in sorted(names)
            if (f"{addon}.{name}" in made or name.startswith("model_g2p"))
            and addon not in reached(addon_of(path), direct)
        ]
    assert found == []


# === Circles ===


def module(path):
    """The dotted name of a file; a package's is that of its folder."""
    parts = path.relative_to(REPO).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path, known):
    """The modules of ours that a file imports."""
    package = module(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in import_nodes(path):
        base = ""
        if isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
        for alias in node.names:
            name = f"{base}.{alias.name}" if base else alias.name
            name, base = (text.removeprefix("odoo.addons.") for text in (name, base))
            yield from {name if name in known else base} & known


def test_no_module_imports_itself_by_way_of_others():
    known = {module(path) for path in SOURCES}
    graph = defaultdict(set)
    for path in SOURCES:
        graph[module(path)] |= set(imports(path, known)) - {module(path)}
    assert sum(map(len, graph.values())) > 1000
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
