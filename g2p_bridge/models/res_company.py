# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hmac
import logging
import secrets
from datetime import datetime

import pytz
from odoo import api, fields, models

from odoo.addons.g2p_bridge_base.secret import Secret, SecretUnreadable, secret_state

_logger = logging.getLogger(__name__)

#: The setting that names this server's own address.
OWN_URL = "g2p_bridge.own_url"


class ResCompany(models.Model):
    """What the bridge asks of a company: its day, its archive, and its monitoring's token."""

    _name = "res.company"
    _inherit = ["res.company", "g2p.bridge.secret.mixin"]

    # === Fields ===

    bridge_archive_months = fields.Integer(
        "Archive Envelopes after (Months)",
        help="Envelopes that have been settled for so many months are archived by themselves. "
        "0: only by hand.",
    )
    g2p_bridge_metrics_token = Secret("Stored Monitoring Token")
    has_g2p_bridge_metrics_token = secret_state(
        "g2p_bridge_metrics_token", "Monitoring Token Given"
    )

    # === Constraints ===

    _bridge_archive_months_positive = models.Constraint(
        "CHECK(bridge_archive_months >= 0)",
        "The number of months after which envelopes are archived can't be below 0.",
    )

    # === CRUD ===

    def write(self, vals):
        """When payments are put away is kept in the audit trail."""
        before = {company: company.bridge_archive_months for company in self}
        result = super().write(vals)
        if "bridge_archive_months" in vals:
            for company, months in before.items():
                if months != company.bridge_archive_months:
                    self.env["g2p.bridge.audit"]._record_fact(
                        "change",
                        company,
                        self._fields["bridge_archive_months"]._description_string(self.env),
                        old_value=str(months),
                        new_value=str(company.bridge_archive_months),
                    )
        return result

    # === Actions ===

    def action_g2p_bridge_new_metrics_token(self):
        """Make a new token and show it once; the former one does not open anything any more.

        :raises AccessError: for who is no administrator of the bridge
        """
        self.ensure_one()
        self.env["res.users"]._g2p_bridge_check_role("admin")
        self.check_access("read")
        token = secrets.token_urlsafe(32)
        self._replace_secret("g2p_bridge_metrics_token", token)
        title = self.env._("New Monitoring Token of %s", self.name)
        return self.env["g2p.bridge.secret.show"]._open(title, token)

    # === Helpers ===

    def _g2p_bridge_today(self):
        """Today where this company is: schedule dates are days of its own calendar."""
        return datetime.now(self._g2p_bridge_zone()).date()

    def _g2p_bridge_zone(self):
        """:return: the time zone where this company is; UTC if it names none"""
        # Its contact may belong to another company: registries give one to all people.
        return pytz.timezone(self.sudo().partner_id.tz or "UTC")

    def _g2p_bridge_own_url(self):
        """Where others reach this server: the setting, or else the address that Odoo knows.

        :return: without a slash at the end
        """
        parameters = self.env["ir.config_parameter"].sudo()
        url = parameters.get_param(OWN_URL) or parameters.get_param("web.base.url") or ""
        return url.strip().rstrip("/")

    @api.model
    def _from_g2p_bridge_metrics_token(self, token):
        """:return: the company whose monitoring token this is, or no record"""
        found = self.browse()
        given = (token or "").encode()
        for company in self.sudo().search([("g2p_bridge_metrics_token", "!=", False)]):
            try:
                expected = company.g2p_bridge_metrics_token.encode()
            except SecretUnreadable:
                _logger.error("The monitoring token of company %s can't be read", company.id)
                continue
            if hmac.compare_digest(expected, given):
                found = company
        return found
