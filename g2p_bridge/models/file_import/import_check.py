# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import dataclass
from decimal import Decimal

from odoo import models

from ...exceptions import BridgeError
from ...lib.import_file import AMOUNT, ENVELOPE, KEY, Findings, digest, layout, own_key, portions
from ...lib.tables.reader import read_rows
from ...lib.tables.rows import Fault, TabularError
from ...services.disbursement_rows import amounts_of, sender_keys
from ...services.wire import ADDRESS, ADDRESS_IDENTIFIERS, IDENTIFIERS
from .import_file import MAX_ROWS

#: Errors that are listed; all are counted.
MAX_ERRORS = 10_000
#: Rows that are held in memory at a time, and after which progress is shown.
PORTION = 10_000
#: Code of a row → the column that it is about.
COLUMNS = {
    "DISBURSEMENT_ALREADY_CANCELED": KEY,
    "REPEATED_MIS_REFERENCE_NUMBER": KEY,
    "DUPLICATE_MIS_REFERENCE_NUMBER": KEY,
    "INVALID_MIS_REFERENCE_NUMBER": KEY,
    "ENVELOPE_DIFFERS": ENVELOPE,
    "INVALID_DISBURSEMENT_ENVELOPE_ID": ENVELOPE,
    "INVALID_DISBURSEMENT_AMOUNT": AMOUNT,
    "INVALID_BENEFICIARY_ID": "beneficiary_id",
    "INVALID_BENEFICIARY_NAME": "beneficiary_name",
    "INVALID_NARRATIVE": "narrative",
    "INVALID_FINANCIAL_ADDRESS": "beneficiary_account_type",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the service says of one row.

    :param codes: why it would be refused
    :param amount: in major units; None if it is none
    :param is_fresh: whether the envelope does not have it yet
    """

    codes: list
    amount: Decimal | None
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """What every row is checked against; plain values, because there are very many rows."""

    envelope: models.Model
    envelope_id: str
    decimals: int
    mapped: bool
    digest: str
    findings: Findings


class ImportCheck(models.Model):
    """The check of a file as a whole. It changes nothing but what the import shows."""

    _inherit = "g2p.bridge.import"

    # === Steps ===

    def _check(self, stream, spool):
        """Read a file to its end.

        :param spool: text file that gets the rows as the service takes them, a portion per
            line: their numbers and the rows
        :return: :class:`Findings`
        """
        findings = Findings(MAX_ERRORS)
        try:
            scope = self._scope(stream, findings)
            if scope.digest != self.file_sha256:
                raise TabularError(Fault("FILE_CHANGED"))
            rows = read_rows(stream, self._layout())
            for portion in portions(rows, PORTION):
                records = [self._record(row, scope) for row in portion]
                self._check_portion(portion, records, scope)
                spool.write(json.dumps([[row.number for row in portion], records]) + "\n")
                self._show_findings(findings)
            findings.add(*self._room_faults(scope))
        except BridgeError as error:
            findings.add(*self._refused_faults(error))
        except TabularError as error:
            findings.add(*error.faults)
        self._show_findings(findings)
        return findings

    def _layout(self):
        most = self._parameter("max_import_rows", MAX_ROWS)
        return layout(ADDRESS, (*IDENTIFIERS, *ADDRESS_IDENTIFIERS), most)

    def _scope(self, stream, findings):
        """:raises BridgeError: the envelope takes no disbursements any more"""
        envelope_id = self.envelope_id.disbursement_envelope_id
        envelope = self.env["g2p.bridge.service"]._live_envelope(envelope_id)
        return Scope(
            envelope,
            envelope_id,
            envelope.currency_id.decimal_places,
            envelope.id_mapper_resolution_required,
            digest(stream),
            findings,
        )

    def _record(self, row, scope):
        """A row as the service takes it, of plain texts."""
        record = {
            name: format(value, "f") if isinstance(value, Decimal) else value
            for name, value in row.values.items()
        }
        if KEY not in record:
            record[KEY] = own_key(scope.digest, row.number)
        record[ENVELOPE] = scope.envelope_id
        return record

    def _check_portion(self, portion, records, scope):
        findings = scope.findings
        answers = self._ask_service(records, scope)
        for row, record, answer in zip(portion, records, answers, strict=True):
            findings.rows += 1
            findings.amount += answer.amount or 0
            if answer.is_fresh:
                findings.fresh += 1
                findings.fresh_amount += answer.amount or 0
            findings.add(*self._row_faults(row, record, answer, scope))

    def _ask_service(self, records, scope):
        """Ask the service what it would say to these rows; its rules exist only there.

        :return: an :class:`Answer` for each
        """
        service = self.env["g2p.bridge.service"]
        amounts = amounts_of(records, scope.decimals)
        keys = sender_keys(records)
        known = service._known_disbursements(scope.envelope, keys)
        codes = [[]] * len(records)
        try:
            service._check_rows(scope.envelope, records, amounts, keys, known)
        except BridgeError as error:
            codes = [row["response_error_codes"] for row in error.rows]
        return [
            Answer(codes[index], amounts[index], key not in known) for index, key in enumerate(keys)
        ]

    def _row_faults(self, row, record, answer, scope):
        """Everything that is wrong with one row, but one fault per column."""
        faults = list(row.faults)
        first = scope.findings.first_row(record[KEY], row.number)
        if first:
            faults.append(self._fault("REPEATED_MIS_REFERENCE_NUMBER", row, first=first))
        if row.values.get(ENVELOPE, scope.envelope_id) != scope.envelope_id:
            faults.append(self._fault("ENVELOPE_DIFFERS", row, envelope=scope.envelope_id))
        if answer.codes:
            named = {fault.column for fault in faults}
            if named & set(ADDRESS):
                # A part that can't be taken is missing, so it would not be complete either.
                named.add(COLUMNS["INVALID_FINANCIAL_ADDRESS"])
            faults += [
                self._fault(code, row, decimals=scope.decimals)
                for code in answer.codes
                if COLUMNS.get(code) not in named
            ]
        if scope.mapped:
            faults += self._ignored_addresses(row, scope.findings)
        return faults

    def _ignored_addresses(self, row, findings):
        """Columns of addresses that would have no effect, each at its first value."""
        for name in ADDRESS:
            # No key begins with a line end.
            if row.values.get(name) and findings.first_row(f"\n{name}", row.number) is None:
                yield Fault("ADDRESS_NOT_USED", row.number, name)

    def _room_faults(self, scope):
        """What the file brings has to fit into the control totals."""
        findings = scope.findings
        count, amount = scope.envelope._received()
        most, total = scope.envelope._declared()
        for code, received, more, declared in (
            ("NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED", count, findings.fresh, most),
            (
                "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED",
                amount,
                findings.fresh_amount,
                total,
            ),
        ):
            if received + more > declared:
                details = {"received": received, "more": more, "declared": declared}
                yield Fault(code, details=details)

    def _refused_faults(self, error, numbers=()):
        """What the service refused, as faults of rows or of the file as a whole.

        :param numbers: the row number of each row that the service was given
        """
        decimals = self.envelope_id.currency_id.decimal_places
        faults = [
            Fault(code, number, column, str(row.get(column) or ""), {"decimals": decimals})
            for number, row in zip(numbers, error.rows, strict=False)
            for code in row["response_error_codes"]
            for column in [COLUMNS.get(code, "")]
        ]
        return faults or [Fault(error.code, details={"message": str(error)})]

    def _fault(self, code, row, **details):
        column = COLUMNS.get(code, "")
        value = row.values.get(column)
        return Fault(code, row.number, column, "" if value is None else str(value), details)
