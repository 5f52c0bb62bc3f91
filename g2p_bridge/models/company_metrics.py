import hmac
import logging
import secrets

from odoo import api, models

from odoo.addons.g2p_bridge_base.secret import Secret, SecretUnreadable, secret_state

_logger = logging.getLogger(__name__)


class CompanyMetrics(models.Model):
    """The token by which monitoring proves itself: it sees the figures of one company."""

    _name = "res.company"
    _inherit = ["res.company", "g2p.bridge.secret.mixin"]

    g2p_bridge_metrics_token = Secret("Stored Monitoring Token")
    has_g2p_bridge_metrics_token = secret_state(
        "g2p_bridge_metrics_token", "Monitoring Token Given"
    )

    def action_g2p_bridge_new_metrics_token(self):
        """Make a new token and show it once; the former one does not open anything any more.

        :raises AccessError: for who is no administrator of the bridge
        """
        self.ensure_one()
        self.env["g2p.bridge.envelope"]._check_group("group_admin")
        self.check_access("read")
        token = secrets.token_urlsafe(32)
        self._replace_secret("g2p_bridge_metrics_token", token)
        title = self.env._("New Monitoring Token of %s", self.name)
        return self.env["g2p.bridge.secret.show"]._open(title, token)

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
