import hashlib
import io

from odoo import api, fields, models

from ..turns import TurnTaken, take_turns

#: Of files as received. Not that of a text, see ``_attach_file``; one without a meaning would
#: be replaced by a guess.
MIME_TYPE = "application/x-bank-statement"
PART_MEGABYTES = 1


class StatementIntake(models.Model):
    """How a file of statements is kept: whose it is, and whether it was received before."""

    _inherit = "g2p.bridge.statement"

    @api.model
    def _receive(self, format_code, content, file_name, sponsor_bank=None):
        """Keep a file as received and queue each of its statements.

        :param bytes content: the whole file
        :param sponsor_bank: the bank that sent it: then only its own accounts are looked at
        :return: (statements, in file order; those of them that were known before)
        :raises StatementFormatError: not a file of this format; nothing was kept
        """
        stream = io.BytesIO(content)
        pieces = self._format_model(format_code)._scan(stream)
        self._take_turn({piece.account_number for piece in pieces})
        digest = hashlib.sha256(content).hexdigest()
        statements = known = self.browse()
        for position, piece in enumerate(pieces):
            company, bank = self._owner(piece.account_number, sponsor_bank)
            former = self._already_received(piece, digest, position, company, bank)
            if former:
                former._note_other_content(digest, file_name)
                known |= former
                statements |= former
                continue
            statement = self._keep(
                piece,
                {
                    "format": format_code,
                    "company_id": company.id,
                    "sponsor_bank_id": bank.id,
                    "file_name": file_name,
                    "file_position": position,
                    "file_sha256": digest,
                },
            )
            statement._attach_file(content)
            statement._cut_into_parts(stream, piece)
            statements |= statement
        (statements - known)._step_enqueue()
        return statements, known

    @api.model
    def _take_turn(self, accounts):
        """Let nobody else hand in statements of these accounts until this transaction ends.

        :raises TurnTaken: somebody does, or has done so since this transaction began
        """
        turns = take_turns(self.env.cr, self._table, accounts)
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
    def _keep(self, piece, vals):
        statement = self.create(
            {
                **vals,
                "account_number": piece.account_number,
                "reference_number": piece.reference,
                "statement_number": piece.statement_number,
                "sequence_number": piece.sequence_number,
                "upload_timestamp": fields.Datetime.now(),
            }
        )
        statement.statement_id = f"ST{statement.id:010d}"
        return statement

    def _attach_file(self, content):
        """Keep the file as received: as bytes, without copies of it in the memory.

        And as no text, because Odoo would put the words of a text, names and account numbers
        among them, into a column of the database.
        """
        self.env["ir.attachment"].sudo().create(
            {
                "name": "file",
                "res_model": self._name,
                "res_field": "file",
                "res_id": self.id,
                "type": "binary",
                "mimetype": MIME_TYPE,
                "raw": content,
            }
        )
        self.invalidate_recordset(["file"])

    def _cut_into_parts(self, stream, piece):
        """Give a long statement its parts; any other one is read in one go."""
        places = self._format_model(self.format)._cut(stream, piece, self._part_bytes())
        if len(places) > 1:
            self.env["g2p.bridge.statement.part"].create(
                [
                    {"statement_id": self.id, "position": position, "place": place}
                    for position, place in enumerate(places, 1)
                ]
            )

    @api.model
    def _part_bytes(self):
        """How much of a statement one job reads (parameter in megabytes)."""
        parameter = (
            self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.statement_part_megabytes")
        )
        return max(1, int(float(parameter or PART_MEGABYTES) * 2**20))

    @api.model
    def _owner(self, account_number, sponsor_bank=None):
        """Whose account this is: (company, bank).

        An account that nothing is paid from gets the current company, and the bank that
        sent the statement, if one did.
        """
        no_bank = self.env["g2p.bridge.sponsor.bank"]
        companies = sponsor_bank.company_id if sponsor_bank else self.env.companies
        payers = self._payers(account_number, companies, sponsor_bank or no_bank)
        payer = payers.filtered(lambda found: found.company_id == self.env.company) or payers
        if payer:
            return payer[0].company_id, payer[0].sponsor_bank_id
        return sponsor_bank.company_id if sponsor_bank else self.env.company, (
            sponsor_bank or no_bank
        )

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
        return programs.search(domain, order="active desc, id") or self.env[
            "g2p.bridge.envelope"
        ].search(domain, order="id desc")

    @api.model
    def _already_received(self, piece, digest, position, company, bank):
        same_file = self.search(
            [
                ("company_id", "=", company.id),
                ("file_sha256", "=", digest),
                ("file_position", "=", position),
            ],
            limit=1,
        )
        if same_file or not piece.statement_number:
            return same_file
        return self.search(
            [
                ("company_id", "=", company.id),
                ("sponsor_bank_id", "in", [bank.id, False]),
                ("account_number", "=", piece.account_number),
                ("statement_number", "=", piece.statement_number),
                ("sequence_number", "=", piece.sequence_number),
                # Numbers start again every year.
                (
                    "upload_timestamp",
                    ">",
                    fields.Datetime.subtract(fields.Datetime.now(), days=300),
                ),
                ("state", "!=", "failed"),
            ],
            limit=1,
        )

    def _note_other_content(self, digest, file_name):
        """The same number with other content changes nothing, but somebody should look."""
        for statement in self.filtered(lambda known: known.file_sha256 != digest):
            text = self.env._(
                "The file %(name)s has the account and number of this statement but other "
                "content. It was not processed: ask the bank which one is right.",
                name=file_name,
            )
            statement.message_post(body=text)
