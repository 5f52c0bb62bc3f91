# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Builders of files as officers have them: CSV in any dress, and XLSX."""

import csv
import io
import zipfile

import openpyxl

HEADER = (
    "mis_reference_number",
    "beneficiary_id",
    "beneficiary_name",
    "disbursement_amount",
    "narrative",
)


def csv_bytes(*records, header=HEADER, encoding="utf-8", delimiter=",", line_end="\n"):
    """A CSV file with quotes only where they are needed."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=line_end)
    writer.writerows([header, *records])
    return text.getvalue().encode(encoding)


def xlsx_bytes(*records, header=HEADER, formats=None, sheets=()):
    """A workbook whose first sheet holds the records.

    :param formats: number format by cell, e.g. ``{"B2": "00000"}``
    """
    book = openpyxl.Workbook()
    sheet = book.active
    for record in (header, *records):
        sheet.append(record)
    for cell, number_format in (formats or {}).items():
        sheet[cell].number_format = number_format
    for title in sheets:
        book.create_sheet(title).append(["not", "read"])
    return saved(book)


def saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def repacked(content, **parts):
    """A workbook with parts replaced; dots of a part's name are written as two underscores."""
    packed = io.BytesIO()
    names = {name.replace("__", "."): data for name, data in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
            for name in source.namelist():
                data = names.get(name.rsplit("/", 1)[-1], source.read(name))
                target.writestr(name, data)
    return packed.getvalue()
