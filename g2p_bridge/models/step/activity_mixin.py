# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import ConcurrencyError
from psycopg2.errors import UniqueViolation


class ActivityMixin(models.AbstractModel):
    """A record on whose page people are asked for help."""

    _name = "g2p.bridge.to.do.mixin"
    _description = "Record with To-Dos"
    _inherit = ["mail.activity.mixin"]

    def _responsible_user(self):
        """Who gets the to-dos of this record."""
        raise NotImplementedError

    def _ask_for_help(self, summary):
        """Put a to-do for whoever is responsible on this page, once.

        :return: the activity
        :raises ConcurrencyError: somebody else asks at this moment; begin anew and see it
        """
        summary = summary[:250]
        asked = self.activity_ids.filtered(lambda to_do: to_do.summary == summary)
        try:
            return asked[:1] or self.activity_schedule(
                "mail.mail_activity_data_warning",
                summary=summary,
                user_id=self._responsible_user().id,
            )
        except UniqueViolation as error:
            # Both make the person a follower of this record, which can be done only once.
            raise ConcurrencyError(str(error)) from error
