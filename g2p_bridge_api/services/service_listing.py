from odoo import api, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.services.status_operations import READERS
from odoo.addons.g2p_bridge.services.wire import status

from ..lib.cursor import pack

#: Disbursements that one call looks at, at most, in search of those of the wanted states.
LOOKED_AT = 50_000

# The batches of an envelope that come next. Their lines are found by the index on
# bank_batch_id, so the big table needs none for this. A line can only move into a batch that
# is made later (it is asked for again): met twice perhaps, but never missed.
NEXT_BATCHES = """
    SELECT id FROM (
        SELECT id, line_count,
               SUM(line_count) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - line_count AS before
          FROM g2p_bridge_bank_batch
         WHERE envelope_id = %(envelope)s AND id >= %(batch)s) b
     WHERE before < %(looked_at)s ORDER BY id
"""
NEXT_LINES = """
    SELECT d.id, b.id AS number, d.id AS place
      FROM unnest(%(batches)s::int[]) AS b(id)
      JOIN LATERAL (
           SELECT id FROM g2p_bridge_disbursement_all
            WHERE bank_batch_id = b.id AND (b.id > %(batch)s OR id > %(line)s)
              AND state = ANY(%(states)s)
            ORDER BY id LIMIT %(limit)s) d ON TRUE
     ORDER BY b.id, d.id LIMIT %(limit)s
"""


class ServiceListing(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def list_disbursements(self, values):
        """What became of each disbursement of an envelope, page by page.

        A page may hold fewer disbursements than its limit, even none, where few are in the
        wanted states: there are more as long as ``next_cursor`` is there.

        :param dict values: disbursement_envelope_id; cursor (``next_cursor`` of the page
            before), limit, states (list of disbursement_status), each optional
        :return: disbursement_envelope_id, disbursements, next_cursor (None on the last page)
        :raises BridgeError: DISBURSEMENT_ENVELOPE_NOT_FOUND, INVALID_CURSOR, INVALID_LIMIT,
            INVALID_DISBURSEMENT_STATUS
        """
        return self._operator(*READERS)._list_disbursements(
            values if isinstance(values, dict) else {}
        )

    @api.model
    def _list_disbursements(self, values):
        envelope = self._envelope(values.get("disbursement_envelope_id"))
        limit = self._page_limit(values)
        keys = self.env["g2p.bridge.disbursement"]._fields["state"].get_values(self.env)
        known = {status(key): key for key in keys}
        chosen = self._choice(values, "states", list(known), "INVALID_DISBURSEMENT_STATUS")
        batch, line = self._cursor(values) or (0, 0)
        self._check_listing_cursor(envelope, batch, values.get("cursor"))
        self.env.flush_all()
        looked_at = limit + 1 if len(chosen) == len(known) else LOOKED_AT
        batches, more = self._next_batches(envelope, batch, looked_at)
        found = self._read_states(
            SQL(
                NEXT_LINES,
                batches=batches,
                batch=batch,
                line=line,
                states=[known[name] for name in chosen],
                limit=limit + 1,
            )
        )
        if len(found) > limit:
            found.pop()
            following = pack(*found[-1][:2])
        else:
            # Everything of these batches was looked at.
            following = pack(more, 0) if more else None
        return {
            "disbursement_envelope_id": envelope.disbursement_envelope_id,
            "disbursements": [disbursement for _number, _place, disbursement in found],
            "next_cursor": following,
        }

    @api.model
    def _next_batches(self, envelope, batch, looked_at):
        """:return: (IDs of the batches to look at, ID of the one after them or None)"""
        self.env.cr.execute(
            SQL(NEXT_BATCHES, envelope=envelope.id, batch=batch, looked_at=looked_at)
        )
        batches = [row[0] for row in self.env.cr.fetchall()]
        self.env.cr.execute(
            "SELECT MIN(id) FROM g2p_bridge_bank_batch WHERE envelope_id = %s AND id > %s",
            [envelope.id, batches[-1] if batches else batch],
        )
        return batches, self.env.cr.fetchone()[0]

    @api.model
    def _check_listing_cursor(self, envelope, batch, cursor):
        """:raises BridgeError: INVALID_CURSOR, it is of another envelope or of no list"""
        if not batch:
            return
        self.env.cr.execute(
            "SELECT FROM g2p_bridge_bank_batch WHERE envelope_id = %s AND id = %s",
            [envelope.id, batch],
        )
        if not self.env.cr.rowcount:
            raise self._invalid_cursor(cursor)
