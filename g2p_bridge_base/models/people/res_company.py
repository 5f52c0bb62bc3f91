# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

NAMES = ("bridge_second_factor", "bridge_second_factor_minutes")
ADMIN = "g2p_bridge_base.group_admin"


class Company(models.Model):
    """When people of a company have to prove their second factor once more."""

    _inherit = "res.company"

    # === Fields ===

    bridge_second_factor = fields.Selection(
        [
            ("off", "Not asked for"),
            ("recent", "If the last code is older than some minutes"),
            ("each", "At each decision"),
        ],
        "Second Factor",
        default="off",
        required=True,
        groups=ADMIN,
        help="Whether a code of the authenticator app is asked for again by whoever approves, "
        "settles, confirms a change or changes keys.",
    )
    bridge_second_factor_minutes = fields.Integer(
        "Minutes a Code Counts", default=15, required=True, groups=ADMIN
    )

    # === Constraints ===

    _bridge_second_factor_minutes_positive = models.Constraint(
        "CHECK(bridge_second_factor_minutes > 0)", "A code counts for one minute or longer."
    )

    # === CRUD ===

    def write(self, vals):
        """Another policy is a decision itself: the one that holds until then is kept to."""
        names = [name for name in NAMES if name in vals]
        before = {company: company._second_factor_words() for company in self} if names else {}
        changed = self.filtered(
            lambda company: any(company.sudo()[name] != vals[name] for name in names)
        )
        if changed:
            self.env["g2p.bridge.second.factor"]._demand(changed)
        result = super().write(vals)
        for company, old in before.items():
            new = company._second_factor_words()
            if new != old:
                self.env["g2p.bridge.audit"]._record_fact(
                    "change",
                    company,
                    self._fields[NAMES[0]]._description_string(self.env),
                    old_value=old,
                    new_value=new,
                )
        return result

    # === Helpers ===

    def _second_factor_words(self):
        company = self.sudo().with_context(lang=None)
        choices = dict(self._fields[NAMES[0]]._description_selection(company.env))
        words = choices[company.bridge_second_factor]
        if company.bridge_second_factor == "recent":
            words = f"{words} ({company.bridge_second_factor_minutes})"
        return words
