# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...lib.event_kinds import CODES


class EventKind(models.Model):
    """A kind of event, to choose from. There is one for each code in ``lib/event_kinds.py``."""

    _name = "g2p.bridge.event.kind"
    _description = "Kind of Event"
    _order = "id"
    _rec_name = "code"
    _log_access = False

    # === Fields ===

    code = fields.Char(required=True, readonly=True, help="Its name in messages.")
    name = fields.Char(compute="_compute_name")

    # === Constraints ===

    _code_uniq = models.Constraint("UNIQUE(code)", "This kind of event exists already.")

    # === Compute ===

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_name(self):
        names = dict(self.env["g2p.bridge.event"]._fields["kind"]._description_selection(self.env))
        for kind in self:
            kind.name = names.get(kind.code, kind.code)

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for kind in self:
            kind.display_name = kind.name

    # === CRUD ===

    def init(self):
        """Add the kinds that are new."""
        self.env.cr.execute(
            "INSERT INTO g2p_bridge_event_kind (code)"
            " SELECT k.code FROM unnest(%s) WITH ORDINALITY AS k(code, place) ORDER BY k.place"
            " ON CONFLICT (code) DO NOTHING",
            [list(CODES)],
        )
