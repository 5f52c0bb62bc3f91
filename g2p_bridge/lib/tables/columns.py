# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The columns of tables that are written for people, as CSV or XLSX.

Cells hold text, None, :class:`~decimal.Decimal`, dates and date-times. Amounts keep all
of their digits: a CSV file has them as text with a point; a workbook keeps 15 digits,
which is what one payment has at most.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    :param kind: ``text``, ``amount``, ``date`` or ``moment``
    :param width: in characters, for workbooks
    """

    title: str
    kind: str = "text"
    width: int = 16
