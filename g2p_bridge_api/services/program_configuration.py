# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError
from psycopg2.errors import UniqueViolation

from odoo.addons.g2p_bridge.exceptions import BridgeError
from odoo.addons.g2p_bridge.identifiers import refusal_of
from odoo.addons.g2p_bridge.services.checks import is_storable, is_text, shown

INVALID = "BENEFIT_PROGRAM_CONFIGURATION_INVALID"
EXISTS = "BENEFIT_PROGRAM_CONFIGURATION_ALREADY_EXISTS"
UNCONFIRMED = "BENEFIT_PROGRAM_CONFIGURATION_UNCONFIRMED"
REQUIRED = (
    "benefit_program_mnemonic",
    "benefit_program_name",
    "sponsor_bank_code",
    "sponsor_bank_account_number",
    "sponsor_bank_account_currency",
)
ACCOUNT = "sponsor_bank_account_number"
IDENTIFIERS = (ACCOUNT, "sponsor_bank_branch_code")
OPTIONAL = ("funding_org_code", "funding_org_name", "sponsor_bank_branch_code")


class ProgramConfiguration(models.AbstractModel):
    """A benefit program from outside: only partners that are given this operation may do it.

    It says which account is debited, so it takes no envelopes before an administrator has
    confirmed it.

    The rights are the partner's allowed operations alone, so this is no public method: nobody
    calls it but the API, after the partner was admitted.
    """

    _inherit = "g2p.bridge.service"

    @api.model
    def _create_benefit_program_configuration(self, values):
        """Keep a benefit program for an administrator to confirm.

        :return: the same values
        :raises BridgeError: a value is missing or wrong; the program exists
        """
        service = self.sudo()
        vals = service._program_vals(values)
        programs = service.env["g2p.bridge.program"].with_context(active_test=False)
        mnemonic = vals["benefit_program_mnemonic"]
        named = [
            ("benefit_program_mnemonic", "=", mnemonic),
            ("company_id", "=", vals["company_id"]),
        ]
        if not programs.search_count(named, limit=1):
            self._refuse_repeated()
        try:
            with self.env.cr.savepoint():
                programs.create({**vals, "is_confirmed": False})
        except UniqueViolation as error:
            raise BridgeError(
                EXISTS,
                self.env._("There is a benefit program %s already.", shown(mnemonic)),
            ) from error
        except ValidationError as error:
            raise BridgeError(INVALID, str(error)) from error
        return values

    @api.model
    def _notice_of(self, operation):
        """What a partner has to know of what it asked for, beyond that it was done.

        :return: (code, sentence) or None
        """
        if operation != "create_benefit_program_configuration":
            return None
        return UNCONFIRMED, self.env._(
            "The benefit program is kept. It takes no envelopes before an administrator of the "
            "bridge has confirmed it."
        )

    @api.model
    def _program_vals(self, values):
        for name in REQUIRED:
            if not is_text(values.get(name)):
                raise self._invalid(name, values.get(name))
        for name in OPTIONAL:
            if values.get(name) and not is_storable(values[name]):
                raise self._invalid(name, values[name])
        for name in IDENTIFIERS:
            refusal = refusal_of(self.env, name, values.get(name), secret=name == ACCOUNT)
            if refusal:
                raise BridgeError(INVALID, refusal)
        company = self.env.company
        bank = self.env["g2p.bridge.sponsor.bank"].search(
            [("code", "=", values["sponsor_bank_code"]), ("company_id", "=", company.id)]
        )
        if not bank:
            raise self._invalid("sponsor_bank_code", values["sponsor_bank_code"])
        currency = self.env["res.currency"].search(
            [("name", "=", values["sponsor_bank_account_currency"])]
        )
        if not currency:
            raise self._invalid(
                "sponsor_bank_account_currency", values["sponsor_bank_account_currency"]
            )
        mapped = values.get("id_mapper_resolution_required")
        mapper = self.env["g2p.bridge.program"]._default_mapper()
        if mapped is None:
            mapped = True
        if mapped and not mapper:
            raise BridgeError(
                INVALID,
                self.env._(
                    "id_mapper_resolution_required is true, but no default ID mapper is "
                    "configured here. Ask the bridge's administrator for one, or send false."
                ),
            )
        return {
            **{name: values.get(name) or False for name in OPTIONAL},
            "benefit_program_mnemonic": values["benefit_program_mnemonic"].strip(),
            "benefit_program_name": values["benefit_program_name"].strip(),
            "company_id": company.id,
            "sponsor_bank_id": bank.id,
            "sponsor_bank_account_number": values["sponsor_bank_account_number"].strip(),
            "currency_id": currency.id,
            "id_mapper_resolution_required": mapped,
            "mapper_id": mapper.id if mapped else False,
        }

    @api.model
    def _invalid(self, name, value):
        value = "…" if name == ACCOUNT else shown(value)
        return BridgeError(
            INVALID,
            self.env._(
                "%(name)s is %(value)s, but has to be a known text of 1 to 255 characters.",
                name=name,
                value=value,
            ),
        )
