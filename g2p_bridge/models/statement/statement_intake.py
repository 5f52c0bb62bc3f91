# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.account_masking import masked
from ...lib.account_spelling import Account, KnownAccounts, lines_of
from ...lib.statement import UNKNOWN_ACCOUNT
from ...locks import LockTaken, take_locks
from .statement_states import MAY_GET_ACCOUNT, WAITS_FOR_ACCOUNT, WAITS_FOR_PERSON

PART_MEGABYTES = 1
#: Statements of a file: some seconds, while which nobody else hands in any of their accounts.
MOST_STATEMENTS = 5000
#: Of so many accounts of a file that nobody knows people are asked one by one.
MOST_ASKED = 20

SAME_CONTENT = """
    SELECT id, company_id, sponsor_bank_id, content_sha256 FROM g2p_bridge_statement
     WHERE company_id = ANY(%s) AND content_sha256 = ANY(%s) ORDER BY id
"""
# All statements of a file in one go. Through the ORM each would be a record with a history of
# its own to begin with, and its balances would be rounded as floats are.
KEEP = """
    INSERT INTO g2p_bridge_statement (id, statement_id, format, company_id, sponsor_bank_id,
        account_number, account_as_written, reference_number, statement_number, sequence_number,
        statement_date, currency_id, opening_balance, closing_balance, content_sha256, file_id,
        file_position, place, upload_timestamp, state, latest_error_code, latest_error_message,
        reference, attempts, asks, has_warnings, channel, awaits_confirmation,
        create_uid, create_date, write_uid, write_date)
    SELECT id, 'ST' || lpad(id::text, 10, '0'), %(format)s, company, bank, account, written,
           reference, number, sequence, day, currency, opening, closing, digest, %(file)s,
           position, place, %(now)s,
           CASE WHEN refusal IS NULL THEN 'pending' ELSE 'failed' END,
           CASE WHEN refusal IS NOT NULL THEN %(code)s END, refusal,
           replace(gen_random_uuid()::text, '-', ''), 0, 0, FALSE,
           %(channel)s, %(channel)s = 'person', %(user)s, %(now)s, %(user)s, %(now)s
      FROM (SELECT nextval('g2p_bridge_statement_id_seq') AS id, r.*
              FROM (SELECT * FROM jsonb_to_recordset(%(rows)s) AS r (
                        company integer, bank integer, account text, written text,
                        reference text, number text, sequence text, day date, currency integer,
                        opening numeric, closing numeric, digest text, position integer,
                        place jsonb, refusal text)
                     ORDER BY position) r) rows
    RETURNING id, file_position
"""
# Every account that something is, or was, paid from.
ACCOUNTS = """
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
LEAD_ON = """
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


class Reception(NamedTuple):
    """What came of a file that was handed in.

    :param statements: those that are in it, in its order
    :param known: those of them that were there before: nothing of them has changed
    """

    statements: Any
    known: Any


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


class Payer(NamedTuple):
    """Who pays from an account, and how; records."""

    program: Any
    bank: Any
    currency: Any


class StatementIntake(models.Model):
    """How a file of statements is kept: whose they are, and which of them are there already.

    The account that a bank writes leads to that of a program. A number of queries that does not
    depend on how many statements there are.
    """

    _inherit = "g2p.bridge.statement"

    # === Steps ===

    @api.model
    def _receive(self, format_code, content, file_name, sponsor_bank=None):
        """Keep a file as received and queue each of its statements.

        :param bytes content: the whole file
        :param sponsor_bank: the bank that sent it: then only its own accounts are looked at
        :return: :class:`Reception`
        :raises StatementFormatError: not a file of this format; nothing was kept
        """
        stream = io.BytesIO(content)
        heads = self._scan_file(format_code, stream, sponsor_bank)
        companies = sponsor_bank.company_id if sponsor_bank else self.env.companies
        accounts = {(head.account_number, head.currency) for head in heads}
        leads = self._leads(accounts, companies, sponsor_bank)
        self._lock_for_intake(leads.values())
        rows = self._rows_of(heads, leads, hashlib.sha256(content).hexdigest())
        known = self._known_positions(rows)
        fresh = {}
        for row in rows:
            if row["position"] not in known:
                fresh.setdefault(_content(row), row)
        kept = {}
        if fresh:
            self._place_rows(format_code, stream, heads, fresh.values())
            owners = self.env["res.company"].browse({row["company"] for row in rows})
            file = self.env["g2p.bridge.statement.file"]._keep(
                content, file_name, owners, sponsor_bank
            )
            channel = self._channel(sponsor_bank)
            kept = self._keep(format_code, file, list(fresh.values()), channel)
        ids = [known.get(row["position"]) or kept[fresh[_content(row)]["position"]] for row in rows]
        # The same statement may be twice in one file.
        statements = self.browse(dict.fromkeys(ids))
        known = statements & self.browse(set(known.values()))
        if self._channel(sponsor_bank) == "bank":
            known._brought_by_bank()
        (statements - known)._find_differences()
        return Reception(statements, known)

    @api.model
    def _scan_file(self, format_code, stream, sponsor_bank):
        """What a file says of each of its statements.

        Here is handed over what a bank's record says of how its files are to be read.

        :param sponsor_bank: the bank that sent it, if it is known
        :return: list of ``lib.statement.Head``
        """
        encoding = sponsor_bank and sponsor_bank.statement_encoding
        most = self._most_statements()
        return self._format_model(format_code)._scan(stream, encoding or "", most)

    @api.model
    def _lock_for_intake(self, leads):
        """Let nobody else hand in statements of these accounts until this transaction ends.

        All accounts that nobody knows share one lock, because there may be any number of them.

        :param leads: what ``_leads`` has found
        :raises LockTaken: somebody does, or has done so since this transaction began
        """
        accounts = {lead.account for lead in leads}
        known = {"" if lead.refusal else lead.account for lead in leads}
        locks = take_locks(self.env.cr, self._table, known)
        seen = self._newest(self.env.cr, accounts)
        # With the eyes of a transaction that begins now.
        with self.env.registry.cursor() as cr:
            if self._newest(cr, accounts) > seen:
                raise LockTaken(locks)

    @api.model
    def _newest(self, cr, accounts):
        cr.execute(
            "SELECT COALESCE(MAX(id), 0) FROM g2p_bridge_statement WHERE account_number = ANY(%s)",
            [list(accounts)],
        )
        return cr.fetchone()[0]

    @api.model
    def _rows_of(self, heads, leads, file_digest):
        """The statements of a file as rows for :data:`KEEP`, in the file's order."""
        names = {head.currency for head in heads} | {lead.currency for lead in leads.values()}
        currencies = self.env["res.currency"].with_context(active_test=False)
        ids = {found.name: found.id for found in currencies.search([("name", "in", list(names))])}
        rows = []
        for position, head in enumerate(heads):
            lead = leads[head.account_number, head.currency]
            # Where a format can't say what is the same content, only the same file is.
            own = hashlib.sha256(f"{file_digest} {position}".encode()).hexdigest()
            rows.append(
                {
                    "position": position,
                    "company": lead.company_id,
                    "bank": lead.bank_id,
                    "account": lead.account,
                    "written": head.account_number,
                    "refusal": lead.refusal or None,
                    "reference": head.reference,
                    "number": head.statement_number,
                    "sequence": head.sequence_number,
                    "day": head.statement_date,
                    "currency": ids.get(head.currency or lead.currency),
                    "opening": head.opening_balance,
                    "closing": head.closing_balance,
                    "digest": head.digest or own,
                }
            )
        return rows

    @api.model
    def _known_positions(self, rows):
        """:return: {position of a statement that is there already: its ID}"""
        companies, digests = ({row[name] for row in rows} for name in ("company", "digest"))
        self.env.cr.execute(SAME_CONTENT, [list(companies), list(digests)])
        found = {}
        for statement_id, company, bank, digest in self.env.cr.fetchall():
            found.setdefault((company, digest), []).append((bank, statement_id))
        known = {}
        for row in rows:
            for bank, statement_id in found.get((row["company"], row["digest"]), ()):
                # What belongs to another bank is as if it did not exist.
                if bank == row["bank"] or None in (bank, row["bank"]):
                    known.setdefault(row["position"], statement_id)
        return known

    @api.model
    def _place_rows(self, format_code, stream, heads, rows):
        """Say where each statement lies in the file: as a whole, or its parts."""
        reader, size = self._format_model(format_code), self._part_bytes()
        for row in rows:
            places = reader._cut(stream, heads[row["position"]], size)
            is_cut = len(places) > 1
            row["place"] = None if is_cut or not places else places[0]
            row["parts"] = places if is_cut else ()

    @api.model
    def _keep(self, format_code, file, rows, channel):
        """Keep new statements and let those go on that may.

        :param channel: who hands them in, see ``_channel``
        :return: {position: ID}
        """
        self.env.flush_all()
        parts = [row.pop("parts") for row in rows]
        self.env.cr.execute(
            KEEP,
            {
                "format": format_code,
                "file": file.id,
                "code": UNKNOWN_ACCOUNT,
                "now": fields.Datetime.now(),
                "channel": channel,
                "user": self.env.uid,
                "rows": json.dumps(rows, default=str),
            },
        )
        kept = {position: statement_id for statement_id, position in self.env.cr.fetchall()}
        self.env["g2p.bridge.statement.part"].create(
            [
                {"statement_id": kept[row["position"]], "position": number, "place": place}
                for row, places in zip(rows, parts, strict=True)
                for number, place in enumerate(places, 1)
            ]
        )
        strange = self.browse(kept[row["position"]] for row in rows if row["refusal"])
        strange._ask_for_account()
        own = self.browse(sorted(set(kept.values()) - set(strange.ids)))
        (own - own._check_numbers())._step_enqueue()
        return kept

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

    def _take_up(self):
        """Process those of these statements whose account is known by now.

        :return: them
        """
        leads = {}
        waiting = self.filtered(WAITS_FOR_ACCOUNT.holds)
        for (company, bank), statements in waiting.grouped(
            lambda statement: (statement.company_id, statement.sponsor_bank_id)
        ).items():
            accounts = {statement: statement._written() for statement in statements}
            found = self.with_company(company)._leads(set(accounts.values()), company, bank)
            leads.update({statement: found[written] for statement, written in accounts.items()})
        self.browse().concat(*leads)._say_why(leads)
        return self._lead_on({one: lead for one, lead in leads.items() if not lead.refusal})

    @api.model
    def _take_up_all(self, *conditions):
        """Process every statement whose account is known by now.

        :param conditions: of a domain, which it has to meet besides
        """
        waiting = fields.Domain(list(conditions)) & WAITS_FOR_ACCOUNT.domain()
        return self.sudo().search(waiting, order="id")._take_up()

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
        self._lock_for_intake(leads.values())
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                LEAD_ON,
                ids=[statement.id for statement in leads],
                accounts=[lead.account for lead in leads.values()],
                banks=[lead.bank_id for lead in leads.values()],
            )
        )
        self.env.invalidate_all()
        moved = self.browse(sorted(row[0] for row in rows))
        moved._end_activities(self.env._("Its account is known now."))
        moved._check_numbers()
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
            if not MAY_GET_ACCOUNT.holds(statement):
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
            statement._log_decision(
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

    # === Helpers ===

    def _payer(self):
        """Who pays from this statement's account.

        A program may have moved to another account. What was paid from the former one can still
        come back: then the envelopes that were paid from it say whose it was.

        :return: :class:`Payer`, or None if nobody knows the account
        """
        domain = [
            ("sponsor_bank_account_number", "=", self.account_number),
            ("company_id", "in", self.company_id.ids),
            *([("sponsor_bank_id", "=", self.sponsor_bank_id.id)] if self.sponsor_bank_id else []),
        ]
        programs = self.env["g2p.bridge.program"].with_context(active_test=False)
        confirmed = [*domain, ("is_confirmed", "=", True)]
        program = programs.search(confirmed, order="active desc, id", limit=1)
        if program:
            return Payer(program, program.sponsor_bank_id, program.currency_id)
        envelope = self.env["g2p.bridge.envelope"].search(domain, order="id desc", limit=1)
        if envelope:
            return Payer(envelope.program_id, envelope.sponsor_bank_id, envelope.currency_id)
        return None

    def _bank(self):
        """The bank that the statement is of; no record if nobody knows the account."""
        if self.sponsor_bank_id:
            return self.sponsor_bank_id
        payer = self._payer()
        return payer.bank if payer else self.sponsor_bank_id

    @api.model
    def _known_accounts(self, companies, bank=None):
        """The accounts that statements may lead to.

        :param bank: only this bank's: it has no business with those of another one
        :return: :class:`KnownAccounts`, known by (company ID, bank ID, number)
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(ACCOUNTS, companies=companies.ids, bank=(bank and bank.id) or None)
        )
        return KnownAccounts(
            Account((company, sponsor, number), number, currency, tuple(lines_of(spellings)))
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

    def _written(self):
        return self.account_as_written or self.account_number or "", self.currency_id.name or ""

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

    @api.model
    def _part_bytes(self):
        """How much of a statement one job reads (parameter in megabytes)."""
        parameter = (
            self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.statement_part_megabytes")
        )
        return max(1, int(float(parameter or PART_MEGABYTES) * 2**20))

    @api.model
    def _most_statements(self):
        """How many statements a file may have (parameter)."""
        parameter = self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.max_statements")
        return max(1, int(parameter or MOST_STATEMENTS))

    def _notices(self):
        """What the sender of these statements has to know, beyond that they were received.

        :return: list of dicts: statement_id, code, message
        """
        return [
            {
                "statement_id": statement.statement_id,
                "code": statement.latest_error_code,
                "message": statement.latest_error_message,
            }
            for statement in self.sudo()
            if WAITS_FOR_PERSON.holds(statement)
        ]


def _content(row):
    """What makes a statement the same as another one."""
    return row["company"], row["bank"], row["digest"]
