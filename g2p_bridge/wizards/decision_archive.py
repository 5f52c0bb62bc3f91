# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .decision import SUBJECTS

KINDS = [
    ("archive_envelope", "Move the payments to the archive"),
    ("bring_back_envelope", "Bring the payments back from the archive"),
    ("accept_archive", "Accept the rows as they are"),
]
SUBJECTS["archive_envelope"] = SUBJECTS["bring_back_envelope"] = "g2p.bridge.envelope"
SUBJECTS["accept_archive"] = "g2p.bridge.archive.run"


class DecisionArchive(models.TransientModel):
    """What administrators decide about the archive, with the reason."""

    _inherit = "g2p.bridge.decision"

    kind = fields.Selection(
        selection_add=KINDS, ondelete=dict.fromkeys((kind for kind, _name in KINDS), "cascade")
    )

    def _decide_archive_envelope(self, envelopes):
        envelopes._check_group("group_admin")
        envelopes.sudo()._archive(self.reason.strip())

    def _decide_bring_back_envelope(self, envelopes):
        envelopes._check_group("group_admin")
        envelopes.sudo()._bring_back(self.reason.strip())

    def _decide_accept_archive(self, runs):
        self.env["g2p.bridge.envelope"]._check_group("group_admin")
        runs.sudo()._accept(self.reason.strip())
