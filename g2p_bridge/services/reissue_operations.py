# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import api, models

from ..exceptions import BridgeError
from ..models.disbursement.disbursement_states import MAY_BE_REISSUED, REISSUED
from .disbursement_rows import name_reissues, reissue_of

#: Condition of a disbursement ``d`` in a bank batch ``b``: another may be paid in its place, and
#: none is yet.
REISSUABLE = f"({MAY_BE_REISSUED.sql('d', bank_batch_id='b')} AND NOT {REISSUED})"
# The rows are written, not only locked: whoever asks the mapper about them again at the same
# time starts over and finds them reissued.
CLAIM = f"""
    UPDATE g2p_bridge_disbursement d SET state = d.state
      FROM g2p_bridge_envelope e, g2p_bridge_bank_batch b
     WHERE d.disbursement_id = ANY(%s) AND e.id = d.envelope_id AND b.id = d.bank_batch_id
       AND e.program_id = ANY(%s) AND e.id <> %s AND e.archive_state IS NULL
       AND {REISSUABLE}
    RETURNING d.disbursement_id, d.id
"""
AWAY = """
    SELECT e.id FROM g2p_bridge_disbursement_all d
      JOIN g2p_bridge_envelope e ON e.id = d.envelope_id
     WHERE d.disbursement_id = ANY(%s) AND e.program_id = ANY(%s) AND e.archive_state IS NOT NULL
     LIMIT 1
"""


class ReissueOperations(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def _reissuable(self, envelope, rows):
        """Which of the disbursements that rows name as ``reissue_of`` may be reissued.

        A disbursement that two rows name may be reissued by neither.

        :param envelope: the new envelope
        :return: {disbursement_id: record ID}
        """
        named = name_reissues(rows) and Counter(filter(None, map(reissue_of, rows)))
        if not named:
            return {}
        refusal = self.env["g2p.bridge.restore"]._refusal()
        if refusal:
            raise BridgeError("INVALID_REISSUE", refusal)
        self._check_formers_at_hand(named)
        claimed = [list(named), self._reachable_programs().ids, envelope.id]
        self.env.cr.execute(CLAIM, claimed)
        return {old: record for old, record in self.env.cr.fetchall() if named[old] == 1}

    @api.model
    def _check_formers_at_hand(self, named):
        """:raises BridgeError: INVALID_REISSUE, one of them is in the archive"""
        self.env.flush_all()
        self.env.cr.execute(AWAY, [list(named), self._reachable_programs().ids])
        away = self.env["g2p.bridge.envelope"].browse([row[0] for row in self.env.cr.fetchall()])
        if away:
            raise BridgeError("INVALID_REISSUE", away.sudo()._away_words())
