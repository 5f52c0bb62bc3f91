from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ...lib.account_spelling import Account, KnownAccounts, plain
from ...lib.statement import UNKNOWN_ACCOUNT
from ..program.program import FULL_ACCOUNT_GROUPS, masked
from ..program.program_identifier import refusal_of

#: Of so many accounts of a file that nobody knows people are asked one by one.
MOST_ASKED = 20
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

# Every account that something is, or was, paid from.
KNOWN = """
    SELECT account.company_id, account.sponsor_bank_id, account.number, currency.name,
           account.spellings
      FROM (SELECT company_id, sponsor_bank_id, sponsor_bank_account_number AS number,
                   currency_id, account_spellings AS spellings FROM g2p_bridge_program
             WHERE is_confirmed
            UNION
            SELECT company_id, sponsor_bank_id, sponsor_bank_account_number, currency_id, NULL
              FROM g2p_bridge_envelope) account
      JOIN res_currency currency ON currency.id = account.currency_id
     WHERE account.company_id = ANY(%(companies)s)
       AND (%(bank)s::integer IS NULL OR account.sponsor_bank_id = %(bank)s)
     ORDER BY account.company_id, account.sponsor_bank_id, account.number, currency.name
"""
# Statements lead to accounts that are known now. Not if the same one is there: it was handed
# in for another bank as well.
MOVE = """
    UPDATE g2p_bridge_statement s
       SET account_number = found.account, sponsor_bank_id = found.bank,
           state = 'pending', attempts = 0, next_attempt_at = NULL,
           latest_error_code = NULL, latest_error_message = NULL
      FROM unnest(%(ids)s::integer[], %(accounts)s::text[], %(banks)s::integer[])
           AS found (id, account, bank)
     WHERE s.id = found.id AND NOT EXISTS (
           SELECT FROM g2p_bridge_statement o
            WHERE o.company_id = s.company_id AND o.sponsor_bank_id = found.bank
              AND o.content_sha256 = s.content_sha256 AND o.id <> s.id)
    RETURNING s.id
"""


@dataclass(frozen=True, slots=True)
class Lead:
    """Where the account of a statement leads to.

    :param account: the number as programs have it; as the bank writes it if it is not known
    :param currency: name of the account's own currency; empty if it is not known
    :param refusal: why nobody knows whose it is, in words; empty if it is known
    """

    company_id: int
    bank_id: int | None
    account: str
    currency: str = ""
    refusal: str = ""


class StatementAccount(models.Model):
    """Whose statement it is: how the account that its bank writes leads to that of a program."""

    _inherit = "g2p.bridge.statement"

    @api.model
    def _payers(self, account_number, companies, bank):
        """What is paid from an account: programs, live ones first, else former envelopes.

        A program may have moved to another account; what was paid from the former one can
        still come back.

        :param bank: only this bank's accounts, if given
        """
        domain = [
            ("sponsor_bank_account_number", "=", account_number),
            ("company_id", "in", companies.ids),
            *([("sponsor_bank_id", "=", bank.id)] if bank else []),
        ]
        programs = self.env["g2p.bridge.program"].with_context(active_test=False)
        confirmed = [*domain, ("is_confirmed", "=", True)]
        return programs.search(confirmed, order="active desc, id") or self.env[
            "g2p.bridge.envelope"
        ].search(domain, order="id desc")

    def _own_payers(self):
        """What is paid from this statement's account: programs, else envelopes."""
        return self._payers(self.account_number, self.company_id, self.sponsor_bank_id)

    @api.model
    def _known_accounts(self, companies, bank=None):
        """The accounts that statements may lead to.

        :param bank: only this bank's: it has no business with those of another one
        :return: :class:`KnownAccounts`, known by (company ID, bank ID, number)
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(KNOWN, companies=companies.ids, bank=(bank and bank.id) or None)
        )
        return KnownAccounts(
            Account((company, sponsor, number), number, currency, tuple(_lines(spellings)))
            for company, sponsor, number, currency, spellings in rows
        )

    @api.model
    def _leads(self, accounts, companies, bank=None):
        """Where accounts lead to, as banks write them.

        :param accounts: {(text, name of the statement's currency)}
        :param companies: whose accounts are looked at; what is not found is of the current one
        :param bank: the bank that the statements are of, if it is known
        :return: {(text, currency): :class:`Lead`}
        """
        known = self._known_accounts(companies, bank)
        company = self.env.company if self.env.company in companies else companies[:1]
        leads, names = {}, {}
        for written, currency in accounts:
            found = known.find(written, currency)
            own = [key for key in found if key[0] == company.id]
            found = own or found
            if len(found) == 1:
                leads[written, currency] = Lead(*found[0], known.currency_of(found[0]))
                continue
            for key in found:
                if key not in names:
                    names[key] = self._account_words(*key)
            refusal = self._account_refusal(written, [names[key] for key in found])
            bank_id = (bank and bank.id) or None
            leads[written, currency] = Lead(company.id, bank_id, written, refusal=refusal)
        return leads

    # Statements of accounts that nobody knows

    def _ask_for_account(self):
        """A to-do on the first statement of each account, and a look by a job of its own.

        That job sees what was entered while these were taken in. Of a file with very many strange
        accounts the first ones have a to-do.
        """
        by_account = self.grouped(lambda one: (one.company_id, one.account_number))
        for statements in list(by_account.values())[:MOST_ASKED]:
            statements[0]._step_alert(statements[0].latest_error_message)
        for company in self.company_id:
            self.env["g2p.bridge.program"]._enqueue_take_up(company)

    def _waits_for_account(self):
        return self.state == "failed" and self.latest_error_code == UNKNOWN_ACCOUNT

    def _step_continue(self):
        super()._step_continue()
        # A program may have got the account while it was looked for in vain.
        self._take_up()

    def _take_up(self):
        """Process those of these statements whose account is known by now.

        :return: them
        """
        leads = {}
        waiting = self.filtered(lambda statement: statement._waits_for_account())
        for (company, bank), statements in waiting.grouped(
            lambda statement: (statement.company_id, statement.sponsor_bank_id)
        ).items():
            accounts = {statement: statement._written() for statement in statements}
            found = self.with_company(company)._leads(set(accounts.values()), company, bank)
            leads.update({statement: found[written] for statement, written in accounts.items()})
        self.browse().concat(*leads)._say_why(leads)
        return self._lead_on({one: lead for one, lead in leads.items() if not lead.refusal})

    def _written(self):
        return self.account_as_written or self.account_number or "", self.currency_id.name or ""

    def _say_why(self, leads):
        """Keep why nobody knows the account, where that has changed."""
        changed = self.filtered(
            lambda one: leads[one].refusal not in ("", one.latest_error_message)
        )
        for refusal, statements in changed.grouped(lambda one: leads[one].refusal).items():
            statements.write({"latest_error_message": refusal})

    def _lead_on(self, leads):
        """Let statements go on as those of an account.

        :param leads: {statement: :class:`Lead`}
        :return: those that go on
        """
        if not leads:
            return self.browse()
        self._take_turn(leads.values())
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                MOVE,
                ids=[statement.id for statement in leads],
                accounts=[lead.account for lead in leads.values()],
                banks=[lead.bank_id for lead in leads.values()],
            )
        )
        self.env.invalidate_all()
        moved = self.browse(sorted(row[0] for row in rows))
        moved._end_activities(self.env._("Its account is known now."))
        moved._judge_numbers()
        moved._step_enqueue()
        moved._find_differences()
        same = self.env._("The same statement of this account is there already: leave this one.")
        (self.browse().concat(*leads) - moved).write({"latest_error_message": same})
        return moved

    def _decide_account(self, program, reason):
        """Say which account statements are of: all of them or none.

        :param program: a program that is paid from it
        :raises UserError: one does not wait for it, or can't be of this account
        """
        self._step_lock()
        for statement in self:
            if statement.state not in ("failed", "cancelled") or (
                statement.latest_error_code != UNKNOWN_ACCOUNT
            ):
                raise UserError(
                    self.env._("There is nothing to decide about %s.", statement.display_name)
                )
            bank = statement.sponsor_bank_id or program.sponsor_bank_id
            if (statement.company_id, bank) != (program.company_id, program.sponsor_bank_id):
                raise UserError(
                    self.env._(
                        "%(statement)s is of another bank or company than %(program)s. Choose a "
                        "program of its own.",
                        statement=statement.display_name,
                        program=program.display_name,
                    )
                )
            statement._put_on_record(
                "choose_account",
                self.env._(
                    "It is of the account %(account)s of %(program)s: %(reason)s",
                    account=program.sponsor_bank_account_masked,
                    program=program.display_name,
                    reason=reason,
                ),
                reason=reason,
                old_value=masked(statement.account_as_written),
                new_value=program.sponsor_bank_account_masked,
            )
        account = program.sponsor_bank_account_number
        lead = Lead(program.company_id.id, program.sponsor_bank_id.id, account)
        left = self - self._lead_on(dict.fromkeys(self, lead))
        if left:
            raise UserError(left[0].latest_error_message)

    @api.model
    def _take_up_all(self, *conditions):
        """Process every statement whose account is known by now.

        :param conditions: of a domain, which it has to meet besides
        """
        waiting = [("state", "=", "failed"), ("latest_error_code", "=", UNKNOWN_ACCOUNT)]
        return self.sudo().search([*waiting, *conditions], order="id")._take_up()

    @api.model
    def _account_refusal(self, written, names):
        """Why nobody knows which account a statement is of, without the account in it.

        :param names: of the accounts that it may be, in words
        """
        if not names:
            return self.env._(
                "No benefit program is paid from the account of the statement, %s. Enter it on "
                "the program, or this spelling of it: the statement is then processed by itself.",
                masked(written),
            )
        return self.env._(
            "The account of the statement, %(account)s, may be any of these: %(names)s. Choose "
            "one, or enter this spelling on its program.",
            account=masked(written),
            names="; ".join(names),
        )

    @api.model
    def _account_words(self, company_id, bank_id, number):
        """An account by its bank, and by the programs that are paid from it."""
        programs = self.env["g2p.bridge.program"].sudo().with_context(active_test=False)
        own = programs.search(
            [
                ("company_id", "=", company_id),
                ("sponsor_bank_id", "=", bank_id),
                ("sponsor_bank_account_number", "=", number),
            ]
        )
        return self.env._(
            "%(account)s at %(bank)s (%(programs)s)",
            account=masked(number),
            bank=self.env["g2p.bridge.sponsor.bank"].sudo().browse(bank_id).name,
            programs=", ".join(own.mapped("benefit_program_name")) or self.env._("former account"),
        )


class Program(models.Model):
    """A program says which statements are its own."""

    _inherit = "g2p.bridge.program"

    account_spellings = fields.Text(
        "Other Spellings of the Account",
        groups=FULL_ACCOUNT_GROUPS,
        help="How the bank writes the account on its statements, one spelling a line. Not needed "
        "for a currency behind the number, a bank code before it, leading zeros, blanks, or an "
        "IBAN and the number in it: these are recognised.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        programs = super().create(vals_list)
        programs._take_up_statements()
        return programs

    def _two_person_names(self):
        """Also by which spellings statements are taken for its own."""
        return super()._two_person_names() | {"account_spellings"}

    def _direction_changed(self, names):
        super()._direction_changed(names)
        if "is_confirmed" in names:
            self._take_up_statements()

    def write(self, vals):
        result = super().write(vals)
        if ACCOUNT_FIELDS & set(vals):
            self._take_up_statements()
        return result

    @api.constrains("account_spellings", "sponsor_bank_account_number", "sponsor_bank_id")
    def _check_account_spellings(self):
        """A spelling leads to one account: it is no other account's number or spelling."""
        for program in self.filtered("account_spellings"):
            own = program.company_id.id, program.sponsor_bank_id.id
            own = *own, program.sponsor_bank_account_number
            known = self.env["g2p.bridge.statement"]._known_accounts(
                program.company_id, program.sponsor_bank_id
            )
            for spelling in _lines(program.account_spellings):
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


def _lines(text):
    """The lines of a text, without empty ones."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]
