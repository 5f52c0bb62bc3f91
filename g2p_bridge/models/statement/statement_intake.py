import hashlib
import io
import json
from typing import Any, NamedTuple

from odoo import api, fields, models

from ...lib.statement import CORRECTION, UNKNOWN_ACCOUNT
from ...turns import TurnTaken, take_turns

PART_MEGABYTES = 1
#: Statements of a file: some seconds, while which nobody else hands in any of their accounts.
MOST_STATEMENTS = 5000

KNOWN = """
    SELECT id, company_id, sponsor_bank_id, content_sha256 FROM g2p_bridge_statement
     WHERE company_id = ANY(%s) AND content_sha256 = ANY(%s) ORDER BY id
"""
# All statements of a file in one go. Through the ORM each would be a record with a history of
# its own to begin with, and its balances would be rounded as floats are.
INSERT = """
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


class Reception(NamedTuple):
    """What came of a file that was handed in.

    :param statements: those that are in it, in its order
    :param known: those of them that were there before: nothing of them has changed
    """

    statements: Any
    known: Any


class StatementIntake(models.Model):
    """How a file of statements is kept: whose they are, and which of them are there already.

    A number of queries that does not depend on how many statements there are.
    """

    _inherit = "g2p.bridge.statement"

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
        self._take_turn(leads.values())
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
    def _take_turn(self, leads):
        """Let nobody else hand in statements of these accounts until this transaction ends.

        All accounts that nobody knows share one turn, because there may be any number of them.

        :param leads: what ``_leads`` has found
        :raises TurnTaken: somebody does, or has done so since this transaction began
        """
        accounts = {lead.account for lead in leads}
        known = {"" if lead.refusal else lead.account for lead in leads}
        turns = take_turns(self.env.cr, self._table, known)
        seen = self._newest(self.env.cr, accounts)
        # With the eyes of a transaction that begins now.
        with self.env.registry.cursor() as cr:
            if self._newest(cr, accounts) > seen:
                raise TurnTaken(turns)

    @api.model
    def _newest(self, cr, accounts):
        cr.execute(
            "SELECT COALESCE(MAX(id), 0) FROM g2p_bridge_statement WHERE account_number = ANY(%s)",
            [list(accounts)],
        )
        return cr.fetchone()[0]

    @api.model
    def _rows_of(self, heads, leads, file_digest):
        """The statements of a file as rows for :data:`INSERT`, in the file's order."""
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
        self.env.cr.execute(KNOWN, [list(companies), list(digests)])
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
            INSERT,
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
        (own - own._judge_numbers())._step_enqueue()
        return kept

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
        """What whoever hands these statements in has to know, beyond that they were received.

        :return: list of dicts: statement_id, code, message
        """
        return [
            {
                "statement_id": statement.statement_id,
                "code": statement.latest_error_code,
                "message": statement.latest_error_message,
            }
            for statement in self.sudo()
            if statement.state == "failed"
            and statement.latest_error_code in (CORRECTION, UNKNOWN_ACCOUNT)
        ]


def _content(row):
    """What makes a statement the same as another one."""
    return row["company"], row["bank"], row["digest"]
