# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money between Python and the database without floats.

Odoo reads and writes money as floats and rounds on the way, which changes every second
amount of 15 significant digits; so sums are computed in SQL and travel as text.
"""

from decimal import Decimal

from odoo.tools import SQL


def read_exact(record, *names):
    """:return: tuple of Decimals, NULL as 0"""
    record.ensure_one()
    record.env.flush_all()
    columns = SQL(", ").join(SQL("COALESCE(%s, 0)::text", SQL.identifier(name)) for name in names)
    query = SQL(
        "SELECT %s FROM %s WHERE id = %s", columns, SQL.identifier(record._table), record.id
    )
    [row] = record.env.execute_query(query)
    return tuple(map(Decimal, row))


def write_exact(record, **amounts):
    """Write amounts as they are."""
    record.ensure_one()
    record.env.flush_all()
    values = SQL(", ").join(
        SQL("%s = %s", SQL.identifier(name), amount) for name, amount in amounts.items()
    )
    record.env.cr.execute(
        SQL("UPDATE %s SET %s WHERE id = %s", SQL.identifier(record._table), values, record.id)
    )
    record.invalidate_recordset()
