# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: API keys of partners open the bridge's operations and nothing else of Odoo.
SCOPE = "g2p_bridge_api"

#: Those that nobody has confirmed yet open nothing at all.
WAITING_SCOPE = f"{SCOPE}.waiting"

GROUPS = {"pbms": "g2p_bridge_base.group_officer", "bank": "g2p_bridge_api.group_bank"}


class PartnerUser(models.Model):
    """The user in whose name the calls of a partner are carried out, and its API keys.

    Nobody logs in as it. An API key opens nothing before another administrator has accepted it.
    """

    _inherit = "g2p.bridge.partner"

    # === Fields ===

    user_id = fields.Many2one(
        "res.users",
        "Technical User",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="What this partner does is done in the name of this user. Nobody can log in as it.",
    )
    api_key_days = fields.Integer(
        "Days an API Key Is Valid",
        default=365,
        required=True,
        help="Of the keys that are made from now on.",
    )
    api_key_until = fields.Datetime(
        "API Key Valid until",
        compute="_compute_api_key",
        compute_sudo=True,
        help="The last of its API keys; earlier ones are valid until their own day.",
    )
    api_key_count = fields.Integer("API Keys", compute="_compute_api_key", compute_sudo=True)
    accepted_api_keys = fields.Text(
        "Accepted API Keys",
        readonly=True,
        copy=False,
        help="Number and last day of the API keys that open the bridge's operations.",
    )

    # === Constraints ===

    _user_uniq = models.Constraint("UNIQUE(user_id)", "Each partner has a user of its own.")
    _api_key_days_positive = models.Constraint(
        "CHECK(api_key_days BETWEEN 1 AND 1100)", "An API key is valid for 1 to 1100 days."
    )

    # === Compute ===

    @api.depends("user_id", "accepted_api_keys")
    def _compute_api_key(self):
        now = fields.Datetime.now()
        for partner in self:
            keys = partner._api_keys([SCOPE]).filtered(lambda key: key.expiration_date > now)
            partner.api_key_count = len(keys)
            partner.api_key_until = max(keys.mapped("expiration_date"), default=False)

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        for partner in partners:
            partner._make_user()
        return partners

    def write(self, vals):
        if "user_id" in vals and not self.env.su:
            raise UserError(self.env._("The technical user of a partner can't be chosen."))
        result = super().write(vals)
        if {"name", "code", "kind", "company_id", "active"} & set(vals):
            for partner in self:
                partner.sudo().user_id.write(partner._user_vals())
        return result

    def unlink(self):
        users = self.sudo().user_id
        result = super().unlink()
        users.action_archive()  # what it created stays its own
        return result

    # === Actions ===

    def action_new_api_key(self):
        """Make an API key and show it once; earlier ones stay valid until they are revoked."""
        self.ensure_one()
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        until = fields.Datetime.now() + timedelta(days=self.api_key_days)
        keys = self.env["res.users.apikeys"].with_user(self.user_id).sudo()
        key = keys._generate(WAITING_SCOPE, self.code, until)
        said = self.env._("API key made, valid until %s.", fields.Date.to_string(until))
        self._log_decision("secret", said)
        self._accept_newest_api_key()
        return self.env["g2p.bridge.secret.show"]._open(self.env._("New API Key"), key)

    def action_revoke_api_keys(self):
        """Take all API keys of this partner back, at once and for ever."""
        self.ensure_one()
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        keys = self._api_keys()
        if not keys:
            raise UserError(self.env._("%s has no API key.", self.name))
        count = len(keys)
        keys.unlink()
        self.sudo().accepted_api_keys = False
        self._log_decision("secret", self.env._("API keys revoked: %s.", count))

    # === Helpers ===

    def _api_keys(self, scopes=(SCOPE, WAITING_SCOPE)):
        self.ensure_one()
        return (
            self.env["res.users.apikeys"]
            .sudo()
            .search([("user_id", "=", self.sudo().user_id.id or 0), ("scope", "in", scopes)])
        )

    def _make_user(self):
        users = self.env["res.users"].sudo().with_context(no_reset_password=True)
        self.sudo().user_id = users.create(self._user_vals())

    def _user_vals(self):
        return {
            "name": self.name,
            "login": f"g2p-bridge-partner:{self.code}",
            "company_id": self.company_id.id,
            "company_ids": [fields.Command.set(self.company_id.ids)],
            "group_ids": [fields.Command.set(self.env.ref(GROUPS[self.kind]).ids)],
            "active": self.active,
            "g2p_bridge_is_partner": True,
        }

    def _accept_newest_api_key(self):
        """Have the API key that was just made accepted, once somebody else has confirmed it."""
        key = self._api_keys([WAITING_SCOPE]).sorted("id")[-1:]
        own = self.env["g2p.bridge.change"]._waiting(self)
        own = own.filtered(lambda change: change.proposer_id == self.env.user)
        proposed = [change._content()["values"].get("accepted_api_keys") for change in own]
        former = next(filter(None, proposed), self.sudo().accepted_api_keys)
        line = f"{key.id}: {fields.Date.to_string(key.expiration_date)}"
        accepted = "\n".join(filter(None, [former, line]))
        if self.is_confirmed and self._needs_second_person():
            self._propose({"accepted_api_keys": accepted})
            return
        self.sudo().accepted_api_keys = accepted
        if not self.is_confirmed:
            self._propose_itself()

    def _open_accepted_api_keys(self):
        for partner in self:
            lines = (partner.sudo().accepted_api_keys or "").splitlines()
            numbers = {int(line.partition(":")[0]) for line in lines}
            keys = partner._api_keys([WAITING_SCOPE])
            keys = keys.filtered(lambda key, numbers=numbers: key.id in numbers)
            if keys:
                self.env.cr.execute(
                    "UPDATE res_users_apikeys SET scope = %s WHERE id = ANY(%s)",
                    [SCOPE, keys.ids],
                )
                keys.invalidate_recordset()
