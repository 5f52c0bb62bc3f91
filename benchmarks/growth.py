# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much a database grows by, computed from what a whole life has left behind."""

from dataclasses import dataclass

#: Of everybody's tables those that grow with payments; Odoo's own are small beside them.
SIZES = """
    SELECT c.relname, count_estimate.rows,
           pg_table_size(c.oid), pg_indexes_size(c.oid)
      FROM pg_class c
     CROSS JOIN LATERAL (SELECT GREATEST(c.reltuples, 0)::bigint AS rows) count_estimate
     WHERE c.relkind = 'r' AND c.relname LIKE 'g2p\\_bridge\\_%%'
       AND c.relname NOT LIKE 'g2p\\_bridge\\_example\\_%%'
        OR c.relkind = 'r' AND c.relname IN ('queue_job', 'ir_attachment', 'mail_message')
     ORDER BY pg_total_relation_size(c.oid) DESC
"""
#: The country of the projection.
RECIPIENTS, CYCLES = 50_000_000, 12


@dataclass(frozen=True, slots=True)
class Size:
    """One table: rows, bytes of the rows, bytes of the indexes."""

    table: str
    rows: int
    bytes: int
    index_bytes: int


def sizes(server):
    """:return: list of :class:`Size`, the largest first, without what is empty"""
    server.sql("VACUUM ANALYZE")
    found = [Size(*row) for row in server.sql(SIZES)]
    return [size for size in found if size.rows]


def projection(life):
    """What a country adds in a year.

    :param dict life: as ``record.Record`` keeps it
    :return: (payments, rows, bytes) of a year
    """
    payments = RECIPIENTS * CYCLES
    share = payments / life["lines"]
    rows = sum(size["rows"] for size in life["sizes"])
    total = sum(size["bytes"] + size["index_bytes"] for size in life["sizes"])
    return payments, round(rows * share), round(total * share)
