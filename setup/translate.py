# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes the translation files of every addon anew, from what a database has installed.

Run by `setup/dev translate NAME [addon...]`: `i18n/<addon>.pot` is the template, `i18n/fr.po`
keeps the translations that still have their term, and gets the new terms empty. What lacks a
translation is printed; write it into the file and run this again, until nothing is printed.
The files hold neither dates nor line numbers, so that they change only when a term does.
"""

import io
from pathlib import Path

import polib
from odoo.tools.translate import trans_export

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = {"fr": "nplurals=2; plural=(n > 1);"}


def main(env, arguments):
    """Returns the exit code: 1 if a term lacks its translation."""
    addons = arguments or sorted(path.parent.name for path in ROOT.glob("*/__manifest__.py"))
    absent = set(addons) - set(env.registry._init_modules)
    if absent:
        print(f"Not installed in this database: {', '.join(sorted(absent))}")
        return 2
    return int(sum([_write_addon(env, addon) for addon in addons]) > 0)


def _write_addon(env, addon):
    """Writes the files of one addon, if it has anything to translate.

    :return: how many translations are missing
    """
    template = exported(env, addon)
    folder = ROOT / addon / "i18n"
    missing = 0
    if template:
        folder.mkdir(exist_ok=True)
        _save(template, folder / f"{addon}.pot")
        for language, plural_forms in LANGUAGES.items():
            path = folder / f"{language}.po"
            translated = _merged(template, path, language, plural_forms)
            _save(translated, path)
            missing += _report(translated, path)
    return missing


def exported(env, addon):
    """The addon's terms as Odoo finds them, as a template without dates."""
    buffer = io.BytesIO()
    trans_export(None, [addon], buffer, "po", env)
    template = polib.pofile(buffer.getvalue().decode())
    for date in ("POT-Creation-Date", "PO-Revision-Date"):
        template.metadata.pop(date, None)
    template.metadata["Content-Transfer-Encoding"] = "8bit"
    return template


def _merged(template, path, language, plural_forms):
    """The template's terms with the translations of the file at `path`."""
    known = {}
    if path.exists():
        known = {entry.msgid: entry.msgstr for entry in polib.pofile(path) if not entry.fuzzy}
    translated = polib.POFile(wrapwidth=template.wrapwidth)
    translated.header = template.header
    translated.metadata = template.metadata | {"Language": language, "Plural-Forms": plural_forms}
    for term in template:
        translated.append(
            polib.POEntry(
                msgid=term.msgid,
                msgstr=known.get(term.msgid, ""),
                comment=term.comment,
                occurrences=term.occurrences,
            )
        )
    return translated


def _save(catalogue, path):
    path.write_text(str(catalogue), encoding="utf-8")


def _report(translated, path):
    """Prints the terms that lack a translation, and returns their number."""
    missing = [entry.msgid for entry in translated if not entry.msgstr]
    print(f"{path.relative_to(ROOT)}: {len(translated)} terms, {len(missing)} without translation")
    for msgid in missing:
        print(f"    {msgid!r}")
    return len(missing)
