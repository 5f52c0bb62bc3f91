# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which lines of statements say what became of a payment, for whoever reads them in SQL.

A payment ``d`` is proved by lines of its own and by those that book its whole batch as one;
``matching_sql`` tells the rule. Lines are looked up payment by payment: of those that were
written a moment ago there are no statistics, and a join would compare each with all of them.
"""

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK, OUT

_COLUMNS = "id, statement_id, value_date, entry_date, reversal_reason, ordinal"


def proving_lines(condition, entries, columns=_COLUMNS):
    """A query of the matched lines of a payment ``d``.

    :param str condition: SQL over the columns of an entry
    :param str entries: where the payment's own lines are: the name of a table or view
    """
    return " UNION ALL ".join(
        f"SELECT {columns} FROM {table} WHERE {link} AND outcome = 'matched' AND {condition}"
        for table, link in (
            (entries, "disbursement_id = d.id"),
            ("g2p_bridge_statement_entry", "bank_batch_id = d.bank_batch_id"),
        )
    )


def first_debit(entries):
    """Joins the line by which ``d`` was paid for the first time, as ``debit``."""
    lines = proving_lines(f"mark IN {OUT} AND ordinal = 1", entries)
    return f"LEFT JOIN LATERAL (SELECT * FROM ({lines}) l LIMIT 1) debit ON TRUE"


def last_return(entries):
    """Joins the latest line by which ``d`` came back, as ``back``, unless it was paid again."""
    lines = proving_lines(f"mark IN {BACK} AND d.state = 'reversed'", entries)
    return (
        f"LEFT JOIN LATERAL (SELECT * FROM ({lines}) l ORDER BY ordinal DESC LIMIT 1) back ON TRUE"
    )
