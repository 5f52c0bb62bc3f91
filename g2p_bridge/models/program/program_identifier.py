from odoo import api, models
from odoo.exceptions import ValidationError

from ...lib.lost_digits import lost_digits
from .program import masked


def refusal_of(env, field, value, secret=False):
    """Why an account, a code or an ID can't be what somebody has entered.

    :param field: how people call it
    :param secret: whether only its end may be quoted
    :return: a sentence; None if nothing speaks against it
    """
    if not value or not lost_digits(value):
        return None
    return env._(
        "%(field)s is “%(value)s”: that is what a spreadsheet has made of it. Enter it as it was.",
        field=field,
        value=masked(value) if secret else value,
    )


class ProgramIdentifiers(models.Model):
    """Money is paid from the account, and statements are recognised by it."""

    _inherit = "g2p.bridge.program"

    @api.constrains("sponsor_bank_account_number", "sponsor_bank_branch_code")
    def _check_identifiers(self):
        for program in self.sudo():
            account, branch = (
                program.sponsor_bank_account_number,
                program.sponsor_bank_branch_code,
            )
            refusal = refusal_of(self.env, self.env._("The account number"), account, secret=True)
            refusal = refusal or refusal_of(self.env, self.env._("The branch code"), branch)
            if refusal:
                raise ValidationError(refusal)


class SponsorBankIdentifiers(models.Model):
    """A program that comes from outside names its bank by this code."""

    _inherit = "g2p.bridge.sponsor.bank"

    @api.constrains("code")
    def _check_identifiers(self):
        for bank in self:
            refusal = refusal_of(self.env, self.env._("The code"), bank.code)
            if refusal:
                raise ValidationError(refusal)
