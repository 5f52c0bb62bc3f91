# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...identifiers import refusal_of
from ...lib.account_masking import FULL_ACCOUNT_GROUPS
from ...lib.account_spelling import lines_of, plain

#: The longest spelling of an account.
LONGEST = 64
#: What of a program says which statements are its own.
ACCOUNT_FIELDS = {
    "account_spellings",
    "active",
    "company_id",
    "sponsor_bank_account_number",
    "sponsor_bank_id",
}


class ProgramAccount(models.Model):
    """Which statements are a program's own: those of its account, however its bank spells it."""

    _inherit = "g2p.bridge.program"

    # === Fields ===

    account_spellings = fields.Text(
        "Other Spellings of the Account",
        groups=FULL_ACCOUNT_GROUPS,
        help="How the bank writes the account on its statements, one spelling a line. Not needed "
        "for a currency behind the number, a bank code before it, leading zeros, blanks, or an "
        "IBAN and the number in it: these are recognised.",
    )

    # === Constraints ===

    @api.constrains("account_spellings", "sponsor_bank_account_number", "sponsor_bank_id")
    def _check_account_spellings(self):
        """A spelling leads to one account: it is no other account's number or spelling."""
        for program in self.filtered("account_spellings"):
            own = program.company_id.id, program.sponsor_bank_id.id
            own = *own, program.sponsor_bank_account_number
            known = self.env["g2p.bridge.statement"]._known_accounts(
                program.company_id, program.sponsor_bank_id
            )
            for spelling in lines_of(program.account_spellings):
                refusal = refusal_of(self.env, self.env._("The spelling"), spelling, secret=True)
                if refusal:
                    raise ValidationError(refusal)
                if len(plain(spelling)) > LONGEST:
                    raise ValidationError(
                        self.env._(
                            "The spelling %(spelling)s is longer than %(most)s characters: give "
                            "one spelling a line.",
                            spelling=f"{spelling[:20]}…",
                            most=LONGEST,
                        )
                    )
                if set(known.same(spelling)) - {own}:
                    raise ValidationError(
                        self.env._(
                            "The spelling %s is another account's number or spelling already: "
                            "a statement would lead to both. Leave it out here or there.",
                            spelling,
                        )
                    )

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs._take_up_statements()
        return programs

    def write(self, vals):
        result = super().write(vals)
        if ACCOUNT_FIELDS & set(vals):
            self._take_up_statements()
        return result

    # === Steps ===

    def _two_person_names(self):
        """Also by which spellings statements are taken for its own."""
        return super()._two_person_names() | {"account_spellings"}

    def _direction_changed(self, names):
        super()._direction_changed(names)
        if "is_confirmed" in names:
            self._take_up_statements()

    def _take_up_statements(self):
        """Have statements processed that have waited for an account of these companies.

        By a job of its own for each change: it begins when the change is seen by all. Without
        an identity, because a job that waits already may look before.
        """
        for company in self.company_id:
            self._enqueue_take_up(company)

    @api.model
    def _enqueue_take_up(self, company):
        description = self.env._("Statements of new accounts of %s", company.name)
        self.browse().with_delay(description=description)._job_take_up_statements(company.id)

    @api.model
    def _job_take_up_statements(self, company_id):
        own = ("company_id", "=", company_id)
        taken = self.env["g2p.bridge.statement"]._take_up_all(own)
        return self.env._("Statements that go on: %s", len(taken))
