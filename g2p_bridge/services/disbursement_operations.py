# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal
from itertools import chain, compress, repeat
from operator import itemgetter

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from odoo.addons.g2p_bridge_base.lib.bulk_copy import bulk_copy

from ..exceptions import BridgeError
from ..lib.reference import make_references, moment_of
from .checks import shown
from .disbursement_rows import (
    amounts_of,
    are_faultless,
    content_of,
    lost_fields,
    reissue_of,
    row_faults,
    sender_keys,
)
from .wire import ADDRESS

_lt = LazyTranslate(__name__)

#: What a sender does about an ID, an account or a code, by the code of ``lib.lost_digits``.
REMEDIES = {
    "NUMBER_TOO_LONG": _lt(
        "A spreadsheet has not kept all digits of this number. Send it as it was, as a text."
    ),
    "NUMBER_WITH_DECIMALS": _lt(
        "A spreadsheet has made a number with decimals of this. Send it as it was, as a text."
    ),
    "ERROR_CELL": _lt("This is an error of a spreadsheet. Send the value that belongs here."),
}
#: Columns of a disbursement that are filled when it arrives: our own, and the sender's.
OWN_COLUMNS = (
    "id",
    "disbursement_id",
    "bank_batch_id",
    "mapper_batch_id",
    "mis_reference_number",
    "disbursement_amount",
    "envelope_id",
    "receipt_time_stamp",
    "state",
    "reissue_of_id",
)
SENT_COLUMNS = ("beneficiary_id", "beneficiary_name", "narrative")


class DisbursementOperations(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def create_disbursements(self, rows):
        """Add disbursements to one envelope: all of them or none.

        :param list rows: dicts with disbursement_envelope_id, mis_reference_number (the
            sender's key, optional: without it a repeated call can't be recognised),
            beneficiary_id, beneficiary_name, disbursement_amount (Decimal, text or number,
            major units), narrative; reissue_of (optional: the disbursement_id of an earlier
            one in another envelope that was not paid or came back); for programs without a
            mapper also the keys of ``wire.ADDRESS``
        :return: the rows, each with its disbursement_id
        :raises BridgeError: the first check that fails; for faults in rows
            INVALID_DISBURSEMENT_PAYLOAD with ``response_error_codes`` in each row, and
            ``response_error_details`` where a spreadsheet has changed an ID or an account
        """
        return self._operator("officer")._create_disbursements(rows)

    @api.model
    def _create_disbursements(self, rows):
        if not isinstance(rows, list) or not rows:
            raise BridgeError(
                "INVALID_DISBURSEMENT_PAYLOAD",
                self.env._("The list of disbursements is empty. Send at least one."),
            )
        envelope = self._envelope_of_rows(rows)
        envelope._lock_as_maker()
        decimals = envelope.currency_id.decimal_places
        amounts, keys = self._amounts_of(rows, decimals), sender_keys(rows)
        known = self._known_disbursements(envelope, keys)
        fresh = rows, amounts, keys
        if known:
            fresh = _picked([key not in known for key in keys], *fresh)
        self._check_room(envelope, fresh[1])
        former = self._reissuable(envelope, fresh[0])
        self._check_rows(envelope, rows, amounts, keys, known, former)
        envelope._add_makers_of(former.values())
        ids = self._insert(envelope, *fresh, former) if fresh[0] else []
        if known:
            made = iter(ids)
            ids = [known[key][0] if key in known else next(made) for key in keys]
        if envelope._is_complete():
            envelope._close_batches()
            envelope._go_on()
        else:
            envelope._advance()  # batches that are full have no job yet
        return [
            {**row, "disbursement_id": reference} for row, reference in zip(rows, ids, strict=True)
        ]

    @api.model
    def _amounts_of(self, rows, decimals):
        """The amount of each row as Decimal, None where it is none."""
        return amounts_of(rows, decimals)

    @api.model
    def _envelope_of_rows(self, rows):
        named = [row.get("disbursement_envelope_id") for row in rows if isinstance(row, dict)]
        ids = {value if isinstance(value, str) else shown(value) for value in named if value}
        if len(ids) > 1:
            raise BridgeError(
                "MULTIPLE_ENVELOPES_FOUND",
                self.env._(
                    "The disbursements name %s envelopes. Send one call per envelope.", len(ids)
                ),
            )
        return self._live_envelope(next(iter(ids), ""))

    @api.model
    def _known_disbursements(self, envelope, keys):
        """{sender's key: (disbursement_id, content)} of rows that were received before.

        A cancelled one has no content: nothing that is sent under its key is the same.
        """
        keys = [key for key in keys if key]
        if not keys or not envelope._has_disbursements():
            return {}
        # Where a mapper is asked, the address is its answer and no content of the sender's.
        mapped = envelope.id_mapper_resolution_required
        address = "" if mapped else ", " + ", ".join(ADDRESS.values())
        # Key by key, by OFFSET 0: while an envelope is filled there are no statistics of it, and
        # PostgreSQL would look at all that it has by now for each call.
        query = (
            "SELECT mis_reference_number, disbursement_id, state, disbursement_amount::text,"
            " COALESCE(beneficiary_id_received, beneficiary_id),"
            f" beneficiary_name, narrative {address}"
            " FROM unnest(%s) AS sent (key) CROSS JOIN LATERAL (SELECT * FROM {lines}"
            " WHERE envelope_id = %s AND mis_reference_number = sent.key OFFSET 0) d"
        )
        self.env.cr.execute(envelope._where_rows_are(query), [keys, envelope.id])
        return {
            key: (reference, None if state == "cancelled" else (Decimal(amount), *texts))
            for key, reference, state, amount, *texts in self.env.cr.fetchall()
        }

    @api.model
    def _check_room(self, envelope, amounts):
        """What comes on top of what was received must stay within the control totals."""
        count, received = envelope._received()
        declared_count, declared = envelope._declared()
        if count + len(amounts) > declared_count:
            raise BridgeError(
                "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED",
                self.env._(
                    "%(count)s disbursements were received and %(more)s more are sent, but the "
                    "envelope declares %(declared)s. Send fewer or amend the envelope.",
                    count=count,
                    more=len(amounts),
                    declared=declared_count,
                ),
            )
        total = received + sum(filter(None, amounts))
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
    def _check_rows(self, envelope, rows, amounts, keys, known, reissuable=()):
        mapped = envelope.id_mapper_resolution_required
        if mapped and not known and are_faultless(rows, amounts, keys):
            return
        seen = set()
        faults = {}
        for index, (row, amount, key) in enumerate(zip(rows, amounts, keys, strict=True)):
            codes = list(row_faults(row, amount, key, mapped))
            if key and not codes:
                former = known.get(key)
                if former and former[1] is None:
                    # A payment in its place needs a key of its own.
                    codes.append("DISBURSEMENT_ALREADY_CANCELED")
                elif key in seen or former and former[1] != content_of(row, amount, mapped):
                    codes.append("DUPLICATE_MIS_REFERENCE_NUMBER")
                seen.add(key)
            old = reissue_of(row)
            if old and key not in known and old not in reissuable:
                codes.append("INVALID_REISSUE")
            if codes:
                faults[index] = codes
        if faults:
            details = {index: self._lost_details(rows[index], mapped) for index in faults}
            self._refuse_rows(rows, faults, details)

    @api.model
    def _lost_details(self, row, mapped):
        """What of a row a spreadsheet has changed: code, field, value and remedy of each.

        :return: list of dicts
        """
        if not isinstance(row, dict):
            return []
        return [
            {"code": code, "field": name, "value": row[name], "remedy": self.env._(REMEDIES[code])}
            for name, code in lost_fields(row, mapped)
        ]

    @api.model
    def _refuse_rows(self, rows, faults, details=None):
        """:raises BridgeError: with the codes of each row and the first fault in words

        :param details: what :meth:`_lost_details` says of each row with faults
        """
        details = details or {}
        index, codes = next(iter(faults.items()))
        # Accounts are not quoted here: this text is kept, and many may read it.
        where = {}
        for detail in details.get(index, ()):
            where.setdefault(detail["code"], []).append(detail["field"])
        named = [f"{code} ({', '.join(where[code])})" if code in where else code for code in codes]
        raise BridgeError(
            "INVALID_DISBURSEMENT_PAYLOAD",
            self.env._(
                "%(count)s of %(all)s rows are wrong, the first is row %(row)s: %(codes)s. "
                "Nothing was changed; correct them and send all rows again.",
                count=len(faults),
                all=len(rows),
                row=index + 1,
                codes=", ".join(named),
            ),
            rows=[
                _with_faults(row, faults.get(index, []), details.get(index))
                for index, row in enumerate(rows)
            ],
        )

    @api.model
    def _insert(self, envelope, rows, amounts, keys, former):
        """Write new disbursements by one COPY and place them in batches.

        :param former: {disbursement_id: record ID} of those that are reissued
        :return: their disbursement IDs
        """
        now = fields.Datetime.now()
        ids = self._next_ids(len(rows))
        references = make_references(ids, moment_of(now))
        mapped = envelope.id_mapper_resolution_required
        sizes = self._batch_sizes(envelope)
        places = {name: self.env[name]._place(envelope, len(rows), sizes[name]) for name in sizes}
        own = zip(
            ids,
            references,
            _spread(places.get("g2p.bridge.bank.batch")),
            _spread(places.get("g2p.bridge.mapper.batch")),
            keys,
            amounts,
            repeat(str(envelope.id)),
            repeat(str(now)),
            repeat("received" if mapped else "resolved"),
            (former.get(reissue_of(row)) for row in rows) if former else repeat(None),
            strict=False,  # what is repeated has no end
        )
        address = {} if mapped else ADDRESS
        columns = (*OWN_COLUMNS, *SENT_COLUMNS, *address.values())
        self.env.flush_all()
        bulk_copy(self.env.cr, "g2p_bridge_disbursement", columns, _lines(own, rows, address))
        for name, filled in places.items():
            batches = self.env[name].browse([batch.id for batch, _count in filled])
            batches._count_lines(sizes[name])
        return references

    @api.model
    def _batch_sizes(self, envelope):
        """{model of batches that new disbursements belong to: lines of a full one}"""
        policy = envelope.program_id._policy()
        sizes = {"g2p.bridge.bank.batch": policy.bank_batch_size}
        if envelope.id_mapper_resolution_required:
            sizes["g2p.bridge.mapper.batch"] = policy.mapper_batch_size
        return sizes

    @api.model
    def _next_ids(self, count):
        """Record IDs for so many disbursements, in ascending order."""
        self.env.cr.execute(
            "SELECT nextval('g2p_bridge_disbursement_id_seq') FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in self.env.cr.fetchall()]


def _with_faults(row, codes, details):
    """A row as it was sent, with what is wrong with it now, and nothing of an earlier time."""
    answer = dict(row) if isinstance(row, dict) else {}
    answer.pop("response_error_details", None)
    answer["response_error_codes"] = codes
    if details:
        answer["response_error_details"] = details
    return answer


def _picked(chosen, *columns):
    """Of each list the values at whose places stands True."""
    return [list(compress(column, chosen)) for column in columns]


def _spread(places):
    """The batch ID of each line, in their order, as text; None for ever without batches."""
    if not places:
        return repeat(None)
    return chain.from_iterable(repeat(str(batch.id), count) for batch, count in places)


def _lines(own, rows, address):
    """The values of one line after the other, in the order of the columns.

    :param own: what each line gets from us
    :param address: names of what a row may say of its financial address
    """
    sent = itemgetter(*SENT_COLUMNS)
    for values, row in zip(own, rows, strict=True):
        yield *values, *sent(row), *[row.get(name) or None for name in address]
