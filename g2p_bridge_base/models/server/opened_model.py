# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)
RIGHTS = {"r": "perm_read", "w": "perm_write", "c": "perm_create", "d": "perm_unlink"}
SYSTEM, ACCESS_RIGHTS = "base.group_system", "base.group_erp_manager"
JOBS = "queue_job.group_queue_job_manager"


class Given(NamedTuple):
    """To whom Odoo gives a model, and what others could do with these rights on it."""

    groups: tuple
    rights: str
    risk: str


#: Models of others by which somebody could move money or have a secret.
GIVEN = {
    "ir.config_parameter": Given(
        (SYSTEM,),
        "rwcd",
        _lt("The bridge guards its own values; those of other addons can be read and changed."),
    ),
    "ir.model.fields": Given(
        (ACCESS_RIGHTS,),
        "wcd",
        _lt("The bridge refuses fields that run code or show what one may not read."),
    ),
    "ir.ui.view": Given(
        (SYSTEM, "website.group_website_designer"),
        "wcd",
        _lt("The bridge guards its own views and those that the server runs; others can change."),
    ),
    "ir.model.access": Given((ACCESS_RIGHTS,), "wcd", _lt("They can give themselves any right.")),
    "ir.rule": Given((ACCESS_RIGHTS,), "wcd", _lt("They can reach any company's records.")),
    "ir.model.data": Given(
        (ACCESS_RIGHTS,),
        "wcd",
        _lt("The bridge guards its own; they can exchange any other group."),
    ),
    "ir.actions.server": Given((SYSTEM,), "wcd", _lt("They can have any record written.")),
    "ir.cron": Given((SYSTEM,), "wcd", _lt("They can have any record written.")),
    "base.automation": Given((SYSTEM,), "wcd", _lt("They can have any record written.")),
    "ir.module.module": Given((SYSTEM,), "wcd", _lt("They can have addons removed.")),
    "ir.mail_server": Given(
        (SYSTEM,),
        "wcd",
        _lt("They can have all mails, also links for new passwords, sent to them."),
    ),
    "mail.mail": Given((SYSTEM,), "r", _lt("They can read links for new passwords.")),
    "res.config.settings": Given((SYSTEM,), "rwcd", _lt("They can read all settings.")),
    "res.groups": Given((ACCESS_RIGHTS,), "wcd", _lt("They can give themselves other roles.")),
    "res.users": Given((ACCESS_RIGHTS,), "wcd", _lt("They can set other people's passwords.")),
    "queue.job": Given((SYSTEM, JOBS), "wcd", _lt("They can stop jobs, or run them again.")),
    "queue.job.function": Given((SYSTEM, JOBS), "wcd", _lt("They can stop jobs.")),
}


class AccessLine(models.Model):
    """Access lines by which another addon opens what Odoo gives to administrators alone."""

    _inherit = "ir.model.access"

    @api.model
    def _g2p_bridge_opened(self):
        """:return: access lines that give somebody more of a model of ``GIVEN`` than Odoo does"""
        lines = self.sudo().search([("model_id.model", "in", list(GIVEN))], order="model_id, id")
        return lines.filtered(lambda line: line._g2p_bridge_opens())

    def _g2p_bridge_opens(self):
        self.ensure_one()
        given = GIVEN[self.model_id.model]
        if not any(self[RIGHTS[letter]] for letter in given.rights):
            return False
        owners = [self.env.ref(name, raise_if_not_found=False) for name in given.groups]
        # Whoever is in the line's group is in all that it implies.
        return not any(owner and owner in self.group_id.all_implied_ids for owner in owners)

    def _g2p_bridge_told(self):
        """What such lines open to whom, a line of text each, and what to do about all of them."""
        return "\n".join(
            (
                self.env._("Other addons let people do what Odoo lets administrators do:"),
                *(f"• {line._g2p_bridge_told_one()}" for line in self),
                self.env._(
                    "Have a system administrator take the rights of these access lines away "
                    "(Settings > Technical > Access Rights), again after each upgrade of their "
                    "addons."
                ),
            )
        )

    def _g2p_bridge_told_one(self):
        module = self.get_external_id()[self.id].partition(".")[0]
        return self.env._(
            "%(model)s (%(technical)s), to %(who)s, by the access line “%(line)s” of %(addon)s. "
            "%(risk)s",
            who=self.group_id.full_name or self.env._("everybody, portal users too"),
            model=self.model_id.name,
            technical=self.model_id.model,
            line=self.name,
            addon=module or self.env._("no addon"),
            risk=self.env._(GIVEN[self.model_id.model].risk),
        )
