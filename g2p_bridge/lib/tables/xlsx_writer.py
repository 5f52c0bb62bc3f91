# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Workbooks of any length, a row at a time.

By hand, because it is measured: a million payments of 26 cells take 30 seconds of processor
time, and XlsxWriter with constant memory 132, since it makes a call for each cell; both stay
below 25 MB. The few parts of a workbook that a table needs are written here as they are: a row
is one text.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from .columns import Column

#: Rows that a sheet can have, the header among them.
SHEET_ROWS = 1_048_576
#: Characters that a cell can have.
CELL_LENGTH = 32_767

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_").search
# XML can't hold these; a workbook writes them so, and what only looks so, with its own "_".
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_EPOCH = datetime(1899, 12, 30)

#: What the cells of a column look like: positions in ``_STYLES``.
_STYLE = {"title": 1, "text": 2, "amount": 3, "date": 4, "moment": 5}
# The prefix says for good that a cell is text, also when somebody edits it.
_STYLES = f"""{_DECLARATION}<styleSheet xmlns="{_MAIN}"><numFmts count="3">\
<numFmt numFmtId="164" formatCode=%s/>\
<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd"/>\
<numFmt numFmtId="166" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" quotePrefix="1" applyFont="1"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1" \
applyNumberFormat="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


def write_xlsx(
    stream: BinaryIO,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence],
    decimals: int = 2,
    sheet_rows: int = SHEET_ROWS,
) -> int:
    """Write a table as a workbook; on further sheets what one sheet can't hold.

    Texts are texts in it, whatever they begin with: nothing becomes a formula or a link.

    :param title: of the sheets, at most 25 characters
    :param decimals: that amounts are shown with
    :return: number of rows without the headers
    """
    number, titles = 0, []
    rest = iter(rows)
    row = next(rest, None)
    with ZipFile(stream, "w", ZIP_DEFLATED) as book:
        while row is not None or not titles:
            titles.append(f"{title} {len(titles) + 1}" if titles else title)
            with book.open(f"xl/worksheets/sheet{len(titles)}.xml", "w", force_zip64=True) as sheet:
                sheet.write(_sheet_head(columns).encode())
                line, places = 2, _places(columns)
                while row is not None and line <= sheet_rows:
                    sheet.write(_row(line, places, row).encode())
                    number, line, row = number + 1, line + 1, next(rest, None)
                sheet.write(b"</sheetData></worksheet>")
        for name, content in _parts(titles, decimals):
            book.writestr(name, content)
    return number


def _sheet_head(columns):
    """A sheet up to its first row of data; the header stays in sight."""
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
        for place, column in enumerate(columns, 1)
    )
    titles = [Column(column.title, "title") for column in columns]
    return (
        f'{_DECLARATION}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{widths}</cols><sheetData>"
        + _row(1, _places(titles), [column.title for column in columns])
    )


def _places(columns):
    """[(name of the column, position of its style)]"""
    return [(_letters(place), _STYLE[column.kind]) for place, column in enumerate(columns)]


def _row(line, places, values):
    cells = []
    for (name, style), value in zip(places, values, strict=True):
        if value is None or value == "":
            continue
        start = f'<c r="{name}{line}" s="{style}"'
        if isinstance(value, str):
            text = _text(value) if _SPECIAL(value) else value[:CELL_LENGTH]
            cells.append(f'{start} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
        else:
            cells.append(f"{start}><v>{_number(value)}</v></c>")
    return f'<row r="{line}">{"".join(cells)}</row>'


def _text(value):
    short = value[:CELL_LENGTH]
    return escape(_CONTROL.sub(lambda found: f"_x{ord(found[0]):04X}_", short))


def _number(value):
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return repr((value - _EPOCH).total_seconds() / 86400)
    return str((value - _EPOCH.date()).days) if isinstance(value, date) else str(value)


def _letters(place):
    """The name of a column, counted from 0."""
    return (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)


def _parts(titles, decimals):
    """(name, content) of everything in a workbook but its sheets."""
    places = range(1, len(titles) + 1)
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{place}" r:id="rId{place}"/>'
        for place, title in zip(places, titles, strict=True)
    )
    targets = [(f"{_OFFICE}/worksheet", f"worksheets/sheet{place}.xml") for place in places]
    main = [(f"{_OFFICE}/officeDocument", "xl/workbook.xml")]
    overrides = [("xl/workbook", "sheet.main"), ("xl/styles", "styles")]
    overrides += [(f"xl/worksheets/sheet{place}", "worksheet") for place in places]
    types = "".join(
        f'<Override PartName="/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
        for part, kind in overrides
    )
    money = quoteattr("#,##0" + ("." + "0" * decimals if decimals else ""))
    yield "xl/styles.xml", _STYLES % money
    yield "xl/_rels/workbook.xml.rels", _relations([*targets, (f"{_OFFICE}/styles", "styles.xml")])
    yield "_rels/.rels", _relations(main)
    yield (
        "xl/workbook.xml",
        f'{_DECLARATION}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
        f"<sheets>{sheets}</sheets></workbook>",
    )
    yield (
        "[Content_Types].xml",
        f'{_DECLARATION}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/'
        f'vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
    )


def _relations(targets):
    """:param targets: [(type, target)]; the first one has the ID rId1"""
    items = "".join(
        f'<Relationship Id="rId{place}" Type="{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(targets, 1)
    )
    return f'{_DECLARATION}<Relationships xmlns="{_PACKAGE}/relationships">{items}</Relationships>'
