# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...direction import labels
from ...lib.policy import CUTS, DEFAULTS, PARAMETER_PREFIX
from .program import LIVE


class PolicyParameter(models.Model):
    """The policies of Settings, which count for all programs without their own."""

    _inherit = "ir.config_parameter"

    # === Helpers ===

    @api.model
    def _one_person_parameters(self):
        """What says how work is cut and how often it is tried, and who is told; not where money
        goes, and not who has to agree."""
        cut = self.env._("how the work is cut, and how often it is tried")
        names = [
            *CUTS,
            "max_statement_megabytes",
            "max_import_megabytes",
            "max_import_rows",
            "statement_part_megabytes",
            "stall_minutes",
            "duty_emails",
        ]
        own = {f"{PARAMETER_PREFIX}{name}": cut for name in names}
        return {**super()._one_person_parameters(), **own}

    def _direction_changed(self, changes):
        super()._direction_changed(changes)
        names = set()
        for name in LIVE:
            default = str(getattr(DEFAULTS, name))
            old, new = changes.get(f"{PARAMETER_PREFIX}{name}", (False, False))
            if (old or default) != (new or default):
                names.add(name)
        if names:
            what = labels(self.env["g2p.bridge.program"], names)
            self.env["g2p.bridge.envelope"]._reapprove_redirected(
                [("program_id.own_policies", "=", False)],
                self.env._("Settings: %s", what),
            )
