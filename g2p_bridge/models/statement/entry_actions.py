from odoo import models


class EntryActions(models.Model):
    """Buttons of statement entries; the windows that they open check who decides."""

    _inherit = "g2p.bridge.statement.entry"

    def action_match(self):
        """Open the window in which this line is matched by hand."""
        self.ensure_one()
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        self.check_access("read")
        return self.env["g2p.bridge.entry.match"]._open(self)

    def action_not_ours(self):
        return self._ask("entry_not_ours", self.env._("Mark as Not Ours"))

    def action_reopen(self):
        return self._ask("entry_reopen", self.env._("Take Up Again"))

    def _ask(self, kind, title):
        """:return: the action that asks for a decision about these lines, with its reason"""
        self.env["g2p.bridge.envelope"]._check_group("group_finance")
        return self.env["g2p.bridge.decision"]._open(self, kind, title)
