# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes the README.rst of every addon anew, from its manifest and the fragments in `readme/`.

Run by `setup/dev readme`. Pandoc, which a package of the tests brings, turns Markdown into
reStructuredText, as OCA's own generator does; nothing is fetched.
"""

import ast
from pathlib import Path

import pypandoc

ROOT = Path(__file__).resolve().parent.parent
MARKDOWN = "gfm+raw_attribute-gfm_auto_identifiers"
HEAD = """\
.. Written by `setup/dev readme` from the manifest and readme/*.md: change those instead.

{rule}
{name}
{rule}

{summary}

:Development status: {development_status}
:License: {license}
:Website: {website}

"""
CONTENTS = """\
**Table of contents**

```{=rst}
.. contents::
   :local:

```
"""
#: Fragments below the description, in the order and with the titles that OCA gives them.
SECTIONS = {
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known issues / Roadmap",
    "HISTORY": "Changelog",
}


def main():
    """Writes every file that is not current, and names it."""
    for addon in addons():
        path, text = addon / "README.rst", readme(addon)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))


def addons():
    """The folders of the addons that people install."""
    return sorted(path.parent for path in ROOT.glob("*/__manifest__.py"))


def readme(addon):
    """The README.rst of an addon, as text."""
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text(encoding="utf-8"))
    head = HEAD.format(rule="=" * len(manifest["name"]), **manifest)
    options = ["--wrap=preserve", "--columns=100"]
    markdown = "\n".join(_markdown(addon, manifest))
    return head + pypandoc.convert_text(markdown, "rst", MARKDOWN, options)


def _markdown(addon, manifest):
    """The parts of the README below its head; sections are headings of the first level."""
    yield _fragment(addon, "DESCRIPTION")
    yield CONTENTS
    for name, title in SECTIONS.items():
        yield f"# {title}\n\n{_fragment(addon, name)}"
    yield "# Credits\n\n## Authors\n"
    yield from (f"- {author.strip()}" for author in manifest["author"].split(","))
    yield f"\n## Contributors\n\n{_fragment(addon, 'CONTRIBUTORS')}"
    yield "## Maintainers\n"
    yield from (f"- [{name}](https://github.com/{name})" for name in manifest["maintainers"])


def _fragment(addon, name):
    return (addon / "readme" / f"{name}.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    main()
