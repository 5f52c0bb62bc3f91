from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.g2p_bridge.models.direction import user_elsewhere

from .partner_user import SCOPE, WAITING_SCOPE

#: What says who may send payments, of which programs, and by what proof.
DIRECTING = {
    "accepted_api_keys",
    "active",
    "all_programs",
    "api_key_days",
    "code",
    "company_id",
    "exact_bytes",
    "kind",
    "operation_ids",
    "program_ids",
    "proof",
    "speaks_g2p_connect",
    "speaks_gen_2",
    "sponsor_bank_ids",
    "strict_header",
}


class Partner(models.Model):
    """Two people agree to who may send payments; until then a partner is a stranger."""

    _inherit = "g2p.bridge.partner"

    accepted_api_keys = fields.Text(
        "Accepted API Keys",
        readonly=True,
        copy=False,
        help="Number and last day of the API keys that open the bridge's operations.",
    )

    def _two_person_names(self):
        return super()._two_person_names() | DIRECTING

    def _direction_changed(self, names):
        super()._direction_changed(names)
        if "accepted_api_keys" in names:
            self._open_accepted_api_keys()

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


class Webhook(models.Model):
    """Two people agree to where a partner's events go."""

    _inherit = "g2p.bridge.webhook"

    def _two_person_names(self):
        return super()._two_person_names() | {"partner_id"}

    def _direction_changed(self, names):
        super()._direction_changed(names)
        if {"environment", "is_confirmed"} & names:
            self._deliver_due()


class Program(models.Model):
    """A program stays with the company whose partners may speak of it."""

    _inherit = "g2p.bridge.program"

    @api.constrains("company_id")
    def _check_company_of_partners(self):
        for program in self:
            for model in ("g2p.bridge.partner", "g2p.bridge.webhook"):
                _check_stays(program, model, "program_ids")


class SponsorBank(models.Model):
    """A sponsor bank stays with the company whose partners send its statements."""

    _inherit = "g2p.bridge.sponsor.bank"

    @api.constrains("company_id")
    def _check_company_of_partners(self):
        for bank in self:
            _check_stays(bank, "g2p.bridge.partner", "sponsor_bank_ids")


def _check_stays(record, model, field):
    """:raises ValidationError: a partner of another company would reach this record"""
    other = user_elsewhere(record, model, field)
    if other:
        raise ValidationError(
            record.env._(
                "%(record)s can't move to another company: it is chosen for %(partner)s of "
                "%(company)s. Take it out there first.",
                record=record.display_name,
                partner=other.display_name,
                company=other.company_id.display_name,
            )
        )


class Parameters(models.Model):
    """What Settings say of the API."""

    _inherit = "ir.config_parameter"

    @api.model
    def _one_person_parameters(self):
        size = self.env._("how much is taken, kept and told, and where; not from whom")
        names = (
            "g2p_bridge.event_days",
            "g2p_bridge.webhook_give_up_days",
            "g2p_bridge.webhook_pause_days",
            "g2p_bridge.api_max_page",
            "g2p_bridge_api.prefix",
            "g2p_bridge_api.max_megabytes",
            "g2p_bridge_api.max_items",
            "g2p_bridge_api.body_days",
        )
        return {**super()._one_person_parameters(), **dict.fromkeys(names, size)}
