# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The history of the bridge's records: everybody speaks for himself, and nothing is unsaid.

Decisions are told there by the bridge alone, as ``sudo``. What people write over any way of
calling is a comment in their own name, with the time at which they write it.
"""

import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...ours import is_own_model

_logger = logging.getLogger(__name__)

SUBTYPES = ("mail.mt_note", "mail.mt_comment", "mail.mt_activities")
#: Kinds of messages that people write: in a history, and to somebody about a record.
OWN_TYPES = ("comment", "user_notification")
#: What a message of a person does not come with: it would tell of another time or of changes.
NOT_GIVEN = (
    "date",
    "create_date",
    "create_uid",
    "write_date",
    "write_uid",
    "author_guest_id",
    "mail_activity_type_id",
    "tracking_value_ids",
    "pinned_at",
)


class OwnHistory(models.AbstractModel):
    _inherit = "mail.thread"

    # === CRUD ===

    def message_post(self, **kwargs):
        """Post what a person says as a comment, and no other kind of message in its place."""
        if is_own_model(self._name):
            self._check_subtype(kwargs.get("subtype_xmlid"), kwargs.get("subtype_id"))
            if not self.env.su:
                kwargs.setdefault("message_type", "comment")
                if kwargs.pop("body_is_html", False):
                    raise UserError(
                        self.env._("Write plain text: formatted texts come from the page alone.")
                    )
        return super().message_post(**kwargs)

    # === Helpers ===

    def _check_subtype(self, xmlid, subtype_id):
        """:raises UserError: another subtype than notes and comments have"""
        to_id = self.env["ir.model.data"]._xmlid_to_res_id
        if xmlid not in (None, False, *SUBTYPES) or (
            subtype_id and subtype_id not in map(to_id, SUBTYPES)
        ):
            raise UserError(self.env._("Messages here are notes or comments, of no other subtype."))

    def _message_update_content(self, message, /, **kwargs):
        if is_own_model(self._name) and not self.env.su:
            self.env["mail.message"]._refuse_change()
        return super()._message_update_content(message, **kwargs)

    def _get_allowed_message_params(self):
        """What comes from the page is a comment, whatever it says."""
        allowed = super()._get_allowed_message_params()
        return allowed - {"message_type"} if is_own_model(self._name) else allowed

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Take no e-mail into the history: whose it is, nobody has proved."""
        left = [route for route in routes or () if not is_own_model(route[0])]
        if len(left) < len(routes or ()):
            _logger.warning("An e-mail to a record of the bridge was not taken into its history")
        return super()._message_route_process(message, message_dict, left)


class OwnMessage(models.Model):
    _inherit = "mail.message"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            model = vals.get("model") or self.env.context.get("default_model")
            if is_own_model(model):
                if not self.env.su:
                    self._check_own_words(vals)
                # Nor by a default that somebody has made for himself.
                vals.setdefault("date", fields.Datetime.now())
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and (is_own_model(vals.get("model")) or self._are_own()):
            self._refuse_change()
        return super().write(vals)

    def unlink(self):
        if not self.env.su and self._are_own():
            self._refuse_change()
        return super().unlink()

    # === Helpers ===

    def _are_own(self):
        """Whether one of these belongs to a record of the bridge."""
        return any(is_own_model(message.model) for message in self.sudo().exists())

    @api.model
    def _refuse_change(self):
        raise AccessError(
            self.env._(
                "What is said in the history of a record of the bridge is neither changed nor "
                "deleted. Write another message."
            )
        )

    @api.model
    def _check_own_words(self, vals):
        """Fill in who says it.

        :raises AccessError: it is said in the name of somebody else, or of the bridge
        """
        author = self.env.user.partner_id
        vals.setdefault("author_id", author.id)
        vals.setdefault("email_from", author.email_formatted)
        vals.setdefault("message_type", "comment")
        foreign = vals["author_id"] != author.id or (
            (vals["email_from"] or author.email) not in (author.email, author.email_formatted)
        )
        if foreign:
            raise AccessError(
                self.env._("Everybody speaks for himself here: leave author and sender out.")
            )
        if vals["message_type"] not in OWN_TYPES:
            raise AccessError(
                self.env._(
                    "Only the bridge itself writes messages of the type %s here. Write a comment.",
                    vals["message_type"],
                )
            )
        self.env["mail.thread"]._check_subtype(None, vals.get("subtype_id"))
        given = [name for name in NOT_GIVEN if vals.get(name)]
        if given:
            raise AccessError(
                self.env._("%s of a message can't be given: leave it out.", ", ".join(given))
            )


class OwnTracking(models.Model):
    """What the history says of former and new values."""

    _inherit = "mail.tracking.value"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self._refuse_own(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._refuse_own([vals])
        return super().write(vals)

    def unlink(self):
        if not self.env.su:
            self._refuse_own([])
        return super().unlink()

    # === Helpers ===

    def _refuse_own(self, vals_list):
        messages = self.env["mail.message"]
        given = messages.browse([vals.get("mail_message_id") or 0 for vals in vals_list])
        if (self.sudo().mail_message_id | given)._are_own():
            messages._refuse_change()
