# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup
from odoo import api, fields, models


class PartnerReadiness(models.Model):
    """What is still missing before a first call of a partner can succeed."""

    _inherit = "g2p.bridge.partner"

    # === Fields ===

    readiness = fields.Selection(
        [("ready", "Ready"), ("incomplete", "Something is missing")],
        compute="_compute_missing",
        compute_sudo=True,
        help="Whether a call of this partner can succeed with everything as it is now.",
    )
    missing = fields.Html(compute="_compute_missing", compute_sudo=True, sanitize=False)

    # === Compute ===

    @api.depends(
        "kind",
        "proof",
        "all_programs",
        "program_ids.active",
        "company_id",
        "sponsor_bank_ids.active",
        "operation_ids",
        "speaks_g2p_connect",
        "speaks_gen_2",
        "key_ids.valid_from",
        "key_ids.valid_until",
        "key_ids.revoked_at",
        "key_ids.is_confirmed",
        "is_confirmed",
        "api_key_count",
        "has_address_digest",
    )
    @api.depends_context("lang")
    def _compute_missing(self):
        for partner in self:
            sentences = list(partner._missing())
            partner.readiness = "incomplete" if sentences else "ready"
            items = Markup().join(Markup("<li>%s</li>") % text for text in sentences)
            partner.missing = items and Markup("<ul class='mb-0 ps-3'>%s</ul>") % items

    # === Helpers ===

    def _missing(self):
        """:return: sentences, each naming what to mend and where"""
        self.ensure_one()
        if not self.is_confirmed:
            yield self.env._("Another administrator has to confirm this partner.")
        yield from self._missing_of_proof()
        if not self.operation_ids:
            yield self.env._(
                'Choose what it may ask, under Access: "The Usual" is what most partners need.'
            )
        if self.kind == "bank":
            yield from self._missing_of_banks()
        else:
            yield from self._missing_of_programs()

    def _missing_of_proof(self):
        has_key, has_api_key = bool(self._valid_keys()), bool(self.api_key_count)
        if self.proof in ("signature", "both") and not has_key:
            yield self._missing_key()
        if self.proof in ("api_key", "both") and not has_api_key:
            yield self.env._("Make an API key, under Keys, and hand it to the partner.")
        if self.proof == "either" and not (has_key or has_api_key):
            yield self.env._("Add a public key of the partner, or make an API key, under Keys.")
        if self.proof == "address" and not self.has_address_digest:
            yield self.env._(
                "Make a secret address, have it confirmed, and hand it to the partner."
            )

    def _missing_key(self):
        if any(key.state == "waiting" for key in self.key_ids):
            return self.env._("Another administrator has to confirm its public key.")
        if any(key.state == "future" for key in self.key_ids):
            return self.env._("Its public key is not valid yet: see the dates under Keys.")
        if any(key.state == "expired" for key in self.key_ids):
            return self.env._("Its public key has expired. Ask for the new one, and add it.")
        return self.env._("Add the partner's public key, under Keys.")

    def _missing_of_programs(self):
        if not (self.speaks_g2p_connect or self.speaks_gen_2):
            yield self.env._("Choose a form of messages, under Access.")
        if not self._programs().filtered("active"):
            yield (
                self.env._("Its company has no benefit program yet.")
                if self.all_programs
                else self.env._("Choose at least one benefit program, under Access.")
            )

    def _missing_of_banks(self):
        if not self.sponsor_bank_ids.filtered("active"):
            yield self.env._("Choose the sponsor bank whose statements it sends, under Access.")
