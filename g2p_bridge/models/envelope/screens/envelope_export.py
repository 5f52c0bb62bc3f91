# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from decimal import Decimal
from functools import lru_cache

from odoo import fields, models

from ....lib.financial_address import mask
from ....lib.reasons import reason_words
from ....lib.tables.columns import Column
from ....lib.tables.csv_writer import write_csv
from ....lib.tables.xlsx_writer import write_xlsx
from ...disbursement.proof_sql import first_debit, last_return

# One row for each disbursement, with the lines of statements by which it was paid and came back.
ROWS = f"""
    SELECT d.disbursement_id, d.mis_reference_number, d.beneficiary_id, d.beneficiary_name,
           ROUND(d.disbursement_amount,
                 GREATEST(%(decimals)s, scale(trim_scale(d.disbursement_amount))))::text,
           %(currency)s, d.narrative, d.state, d.reason_code, d.reason_code,
           d.account_type, d.bank_code, d.branch_code, d.account_number,
           d.mobile_wallet_provider, d.phone, d.email_wallet_provider, d.email,
           d.name_from_mapper,
           d.receipt_time_stamp AT TIME ZONE 'UTC' AT TIME ZONE %(time_zone)s,
           d.cancellation_time_stamp AT TIME ZONE 'UTC' AT TIME ZONE %(time_zone)s,
           debit.value_date, debited.statement_id, back.value_date, returned.statement_id,
           former.disbursement_id
      FROM {{lines}} d
      {first_debit("{entries}")}
      LEFT JOIN g2p_bridge_statement debited ON debited.id = debit.statement_id
      {last_return("{entries}")}
      LEFT JOIN g2p_bridge_statement returned ON returned.id = back.statement_id
      LEFT JOIN LATERAL (
           SELECT disbursement_id FROM g2p_bridge_disbursement_all
            WHERE id = d.reissue_of_id LIMIT 1) former ON TRUE
     WHERE d.envelope_id = %(envelope)s
     ORDER BY d.id
"""
#: Rows that are fetched at a time: what memory holds of an export of any length.
PORTION = 2000
KINDS = {"csv": "CSV", "xlsx": "XLSX"}


class EnvelopeExport(models.AbstractModel):
    """The disbursements of an envelope as a file, for whoever may read them."""

    _name = "g2p.bridge.envelope.export"
    _description = "Export of an Envelope"

    def _write_to(self, envelope, kind, stream):
        """Write all disbursements of this envelope to a stream, and in the chatter who did so.

        The rows are fetched in portions of one reading: memory does not grow with them.

        :param kind: csv or xlsx
        :param stream: binary, seekable
        :return: number of disbursements
        :raises AccessError: the user may not read the envelope or disbursements
        """
        envelope.ensure_one()
        envelope.check_access("read")
        self.env["g2p.bridge.disbursement"].check_access("read")
        columns, rows = self._columns(), self._lines(envelope)
        if kind == "csv":
            number = write_csv(stream, columns, rows)
        else:
            title = self.env._("Disbursements")[:25]
            places = envelope.currency_id.decimal_places
            number = write_xlsx(stream, title, columns, rows, places)
        self._log(envelope, kind, number)
        return number

    def _file_name(self, envelope, kind):
        """disbursements, program, cycle, envelope and day, in characters that every disk takes."""
        today = fields.Date.context_today(envelope).isoformat()
        program = envelope.program_id.benefit_program_mnemonic
        parts = (
            "disbursements",
            program,
            envelope.cycle_code_mnemonic,
            envelope.display_name,
            today,
        )
        clean = (re.sub(r"[^\w.-]+", "-", part).strip("-.") for part in parts)
        return "_".join(part for part in clean if part) + f".{kind}"

    def _columns(self):
        """[:class:`Column`] in the order of ``ROWS``, named in the user's language."""
        zone = self._time_zone()
        return [
            Column(self.env._("Disbursement ID"), width=18),
            Column(self.env._("Sender's Reference"), width=20),
            Column(self.env._("Beneficiary ID"), width=18),
            Column(self.env._("Beneficiary"), width=28),
            Column(self.env._("Amount"), "amount"),
            Column(self.env._("Currency"), width=9),
            Column(self.env._("Narrative"), width=28),
            Column(self.env._("Status"), width=13),
            Column(self.env._("Reason"), width=36),
            Column(self.env._("Reason Code")),
            Column(self.env._("Account Type"), width=14),
            Column(self.env._("Bank Code"), width=12),
            Column(self.env._("Branch Code"), width=12),
            Column(self.env._("Account Number"), width=24),
            Column(self.env._("Mobile Wallet Provider"), width=20),
            Column(self.env._("Phone")),
            Column(self.env._("E-mail Wallet Provider"), width=20),
            Column(self.env._("E-mail"), width=26),
            Column(self.env._("Name from Mapper"), width=28),
            Column(self.env._("Received At (%s)", zone), "moment", 24),
            Column(self.env._("Cancelled At (%s)", zone), "moment", 24),
            Column(self.env._("Debited On"), "date", 12),
            Column(self.env._("Debit on Statement"), width=22),
            Column(self.env._("Came Back On"), "date", 14),
            Column(self.env._("Return on Statement"), width=22),
            Column(self.env._("Reissue of"), width=18),
        ]

    def _lines(self, envelope):
        """The cells of one disbursement after the other; accounts as the user may see them."""
        change = self._changes()
        arguments = {
            "envelope": envelope.id,
            "currency": envelope.currency_id.name,
            "decimals": envelope.currency_id.decimal_places,
            "time_zone": self._time_zone(),
        }
        for row in self._fetch_in_portions(envelope._where_rows_are(ROWS), arguments):
            cells = list(row)
            for position, convert in change:
                if cells[position]:
                    cells[position] = convert(cells[position])
            yield cells

    def _changes(self):
        """[(position of a column in ``ROWS``, what turns its value into a cell)]"""
        line = self.env["g2p.bridge.disbursement"]
        states = dict(line._fields["state"]._description_selection(self.env))
        types = dict(line._fields["account_type"]._description_selection(self.env))
        words = lru_cache(1000)(lambda code: reason_words(self.env, code))
        changes = [
            (4, Decimal),
            (7, lambda state: states.get(state, state)),
            (8, words),
            (10, lambda kind: types.get(kind, kind)),
        ]
        for position, name in ((13, "account_number"), (15, "phone"), (17, "email")):
            if not line._has_field_access(line._fields[name], "read"):
                changes.append((position, mask))
        return changes

    def _fetch_in_portions(self, query, arguments):
        self.env.flush_all()
        cr = self.env.cr
        cr.execute("DECLARE g2p_bridge_export NO SCROLL CURSOR FOR " + query, arguments)
        while True:
            cr.execute("FETCH %s FROM g2p_bridge_export", [PORTION])
            rows = cr.fetchall()
            if not rows:
                break
            yield from rows
        cr.execute("CLOSE g2p_bridge_export")

    def _log(self, envelope, kind, number):
        """Whoever may read an envelope may export it, and nobody without a trace."""
        line = self.env["g2p.bridge.disbursement"]
        body = self.env._(
            "%(number)s disbursements exported as %(kind)s.",
            number=number,
            kind=KINDS[kind],
        )
        if line._has_field_access(line._fields["account_number"], "read"):
            accounts = self.env._("The file has full account numbers.")
        else:
            accounts = self.env._("Account numbers are masked in the file.")
        envelope.sudo()._message_log(body=f"{body} {accounts}")
        self.env["g2p.bridge.audit"]._record_fact("export", envelope, f"{body} {accounts}")

    def _time_zone(self):
        return self.env.context.get("tz") or self.env.user.tz or "UTC"
