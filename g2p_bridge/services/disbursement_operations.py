from decimal import Decimal
from itertools import chain, repeat

from odoo import api, fields, models

from ..exceptions import BridgeError
from ..lib.copy import CopyStream, copy_line
from ..lib.money import AmountError, parse_amount
from ..lib.reference import make_references, moment_of
from .wire import ADDRESS

ACCOUNT_TYPES = ("BANK_ACCOUNT", "MOBILE_WALLET", "EMAIL_WALLET")
MAX_TEXT = 255
COLUMNS = (
    "id, disbursement_id, envelope_id, mis_reference_number, beneficiary_id,"
    " beneficiary_name, disbursement_amount, narrative, receipt_time_stamp, state,"
    " mapper_batch_id, bank_batch_id, " + ", ".join(ADDRESS.values())
)


class DisbursementOperations(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def create_disbursements(self, rows):
        """Add disbursements to one envelope: all of them or none.

        :param list rows: dicts with disbursement_envelope_id, mis_reference_number (the
            sender's key, optional: without it a repeated call can't be recognised),
            beneficiary_id, beneficiary_name, disbursement_amount (Decimal, text or number,
            major units), narrative; for programs without a mapper also the keys of
            ``wire.ADDRESS``
        :return: the rows, each with its disbursement_id
        :raises BridgeError: the first check that fails; for faults in rows
            INVALID_DISBURSEMENT_PAYLOAD with ``response_error_codes`` in each row
        """
        return self._operator("group_officer")._create_disbursements(rows)

    @api.model
    def _create_disbursements(self, rows):
        if not isinstance(rows, list) or not rows:
            raise BridgeError(
                "INVALID_DISBURSEMENT_PAYLOAD",
                self.env._("The list of disbursements is empty. Send at least one."),
            )
        envelope = self._envelope_of_rows(rows)
        envelope._touch()
        decimals = envelope.currency_id.decimal_places
        amounts = [_amount(row, decimals) for row in rows]
        known = self._known_disbursements(envelope, rows)
        fresh = [index for index, row in enumerate(rows) if _key(row) not in known]
        self._check_room(envelope, fresh, amounts)
        self._check_rows(envelope, rows, amounts, known)
        ids = self._insert(envelope, rows, fresh, amounts) if fresh else []
        if envelope._is_complete():
            envelope._close_batches()
        envelope._advance()
        references = {index: reference for index, reference in zip(fresh, ids, strict=True)}
        return [
            {**row, "disbursement_id": references.get(index) or known[_key(row)][0]}
            for index, row in enumerate(rows)
        ]

    @api.model
    def _envelope_of_rows(self, rows):
        ids = {
            str(row["disbursement_envelope_id"])
            for row in rows
            if isinstance(row, dict) and row.get("disbursement_envelope_id")
        }
        if len(ids) > 1:
            raise BridgeError(
                "MULTIPLE_ENVELOPES_FOUND",
                self.env._(
                    "The disbursements name %s envelopes. Send one call per envelope.", len(ids)
                ),
            )
        return self._live_envelope(next(iter(ids), ""))

    @api.model
    def _known_disbursements(self, envelope, rows):
        """{sender's key: (disbursement_id, content)} of rows that were received before."""
        keys = [key for key in map(_key, rows) if key]
        if not keys:
            return {}
        self.env.cr.execute(
            "SELECT mis_reference_number, disbursement_id, beneficiary_id, beneficiary_name,"
            " disbursement_amount::text, narrative FROM g2p_bridge_disbursement"
            " WHERE envelope_id = %s AND mis_reference_number = ANY(%s)",
            [envelope.id, keys],
        )
        return {
            key: (reference, (*texts[:2], Decimal(texts[2]), texts[3]))
            for key, reference, *texts in self.env.cr.fetchall()
        }

    @api.model
    def _check_room(self, envelope, fresh, amounts):
        """What comes on top of what was received must stay within the control totals."""
        count, received = envelope._received()
        declared_count, declared = envelope._declared()
        if count + len(fresh) > declared_count:
            raise BridgeError(
                "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED",
                self.env._(
                    "%(count)s disbursements were received and %(more)s more are sent, but the "
                    "envelope declares %(declared)s. Send fewer or amend the envelope.",
                    count=count,
                    more=len(fresh),
                    declared=declared_count,
                ),
            )
        total = received + sum(amounts[index] or 0 for index in fresh)
        if total > declared:
            raise BridgeError(
                "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED",
                self.env._(
                    "With these disbursements the envelope would hold %(total)s, but it "
                    "declares %(declared)s. Send less or amend the envelope.",
                    total=total,
                    declared=declared,
                ),
            )

    @api.model
    def _check_rows(self, envelope, rows, amounts, known):
        mapped = envelope.id_mapper_resolution_required
        seen = set()
        faults = {}
        for index, row in enumerate(rows):
            codes = list(_row_faults(row, amounts[index], mapped))
            key = None if codes else _key(row)
            if key:
                if key in seen or (key in known and known[key][1] != _content(row, amounts[index])):
                    codes.append("DUPLICATE_MIS_REFERENCE_NUMBER")
                seen.add(key)
            if codes:
                faults[index] = codes
        if faults:
            self._refuse_rows(rows, faults)

    @api.model
    def _refuse_rows(self, rows, faults):
        """:raises BridgeError: with the codes of each row and the first fault in words"""
        index, codes = next(iter(faults.items()))
        raise BridgeError(
            "INVALID_DISBURSEMENT_PAYLOAD",
            self.env._(
                "%(count)s of %(all)s rows are wrong, the first is row %(row)s: %(codes)s. "
                "Nothing was changed; correct them and send all rows again.",
                count=len(faults),
                all=len(rows),
                row=index + 1,
                codes=", ".join(codes),
            ),
            rows=[
                {
                    **(row if isinstance(row, dict) else {}),
                    "response_error_codes": faults.get(index, []),
                }
                for index, row in enumerate(rows)
            ],
        )

    @api.model
    def _insert(self, envelope, rows, fresh, amounts):
        """Write new disbursements by one COPY and place them in batches.

        :return: their disbursement IDs
        """
        now = fields.Datetime.now()
        self.env.cr.execute(
            "SELECT nextval('g2p_bridge_disbursement_id_seq') FROM generate_series(1, %s)",
            [len(fresh)],
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        references = make_references(ids, moment_of(now))
        policy = envelope.program_id._policy()
        mapped = envelope.id_mapper_resolution_required
        bank_places = self.env["g2p.bridge.bank.batch"]._place(
            envelope, len(fresh), policy.bank_batch_size
        )
        mapper_places = (
            self.env["g2p.bridge.mapper.batch"]._place(
                envelope, len(fresh), policy.mapper_batch_size
            )
            if mapped
            else []
        )
        self.env.flush_all()
        lines = _copy_lines(
            zip(ids, references, fresh, _spread(bank_places), _spread(mapper_places)),
            rows,
            amounts,
            (envelope.id, now, "received" if mapped else "resolved"),
        )
        self.env.cr.copy_expert(
            f"COPY g2p_bridge_disbursement ({COLUMNS}) FROM STDIN", CopyStream(lines)
        )
        for model, places, size in (
            ("g2p.bridge.bank.batch", bank_places, policy.bank_batch_size),
            ("g2p.bridge.mapper.batch", mapper_places, policy.mapper_batch_size),
        ):
            batches = self.env[model].browse([batch.id for batch, _count in places])
            if batches:
                batches._count_lines(size)
        return references


def _key(row):
    key = row.get("mis_reference_number") if isinstance(row, dict) else None
    return str(key) if key not in (None, "", False) else None


def _content(row, amount):
    """What makes two sendings of one key the same disbursement."""
    return row["beneficiary_id"], row["beneficiary_name"], amount, row["narrative"]


def _amount(row, decimals):
    """The amount as Decimal, None if it is none."""
    try:
        return parse_amount(row["disbursement_amount"], decimals)
    except (AmountError, KeyError, TypeError):
        return None


def _row_faults(row, amount, mapped):
    """Codes of what is wrong with one row."""
    if not isinstance(row, dict):
        yield "INVALID_DISBURSEMENT_PAYLOAD"
        return
    if not row.get("disbursement_envelope_id"):
        yield "INVALID_DISBURSEMENT_ENVELOPE_ID"
    if amount is None or amount <= 0:
        yield "INVALID_DISBURSEMENT_AMOUNT"
    if not _is_text(row.get("beneficiary_id")):
        yield "INVALID_BENEFICIARY_ID"
    if not _is_text(row.get("beneficiary_name")):
        yield "INVALID_BENEFICIARY_NAME"
    if not _is_text(row.get("narrative")):
        yield "INVALID_NARRATIVE"
    if len(str(row.get("mis_reference_number") or "")) > MAX_TEXT:
        yield "INVALID_MIS_REFERENCE_NUMBER"
    if not mapped and not _address_is_fine(row):
        yield "INVALID_FINANCIAL_ADDRESS"


def _is_text(value):
    return isinstance(value, str) and 0 < len(value) <= MAX_TEXT and not value.isspace()


def _address_is_fine(row):
    """No address (the ID travels), or one whose parts are texts and whose type is known."""
    kind = row.get("beneficiary_account_type")
    if kind and kind not in ACCOUNT_TYPES:
        return False
    return all(
        value is None or isinstance(value, str) and len(value) <= MAX_TEXT
        for value in map(row.get, ADDRESS)
    )


def _spread(places):
    """The batch ID of each line in turn; None for ever where there are no batches."""
    return chain.from_iterable(
        [repeat(batch.id, count) for batch, count in places] or [repeat(None)]
    )


def _copy_lines(numbered, rows, amounts, common):
    envelope_id, now, state = common
    for number, reference, index, bank_batch, mapper_batch in numbered:
        row = rows[index]
        address = [None] * len(ADDRESS) if mapper_batch else map(row.get, ADDRESS)
        yield copy_line(
            number,
            reference,
            envelope_id,
            _key(row),
            row["beneficiary_id"],
            row["beneficiary_name"],
            amounts[index],
            row["narrative"],
            now,
            state,
            mapper_batch,
            bank_batch,
            *(value or None for value in address),
        )
