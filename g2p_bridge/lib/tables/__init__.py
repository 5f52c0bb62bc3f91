# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Tables as files (CSV, XLSX): read as people hand them in, and written for them.

* ``rows``: what every reader gives, and how a header is matched
* ``reader``: which reader a file needs; ``csv_reader``, ``xlsx_reader`` read it
* ``xlsx_guard``: looks through a workbook before anything keeps what is in it
* ``columns``: what a table for people has; ``csv_writer``, ``xlsx_writer`` write it
* ``formula_text``: texts that a spreadsheet would take for formulas
"""
