# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.exceptions import BridgeError
from odoo.addons.g2p_bridge.lib.account_masking import masked
from odoo.addons.g2p_bridge.lib.reasons import reason_words
from odoo.addons.g2p_bridge.models.disbursement.proof_sql import first_debit, last_return
from odoo.addons.g2p_bridge.services.checks import shown
from odoo.addons.g2p_bridge.services.status_operations import READERS
from odoo.addons.g2p_bridge.services.wire import status

from ..lib.cursor import pack, unpack

#: Disbursements of a page if nobody says, and the most that one may hold.
PAGE, MOST = 500, 1000

# All that is sent of disbursements, of those that ``page`` (id, number, place) names. Each join
# finds one row at most, at hand or in the archive: LIMIT says so, as PostgreSQL can't know it of
# two tables, and would expect billions of rows.
STATE = f"""
    SELECT page.number, page.place, d.disbursement_id, n.disbursement_envelope_id,
           d.mis_reference_number, d.disbursement_amount::text, c.name, d.state, d.reason_code,
           COALESCE(d.account_number, d.phone, d.email), d.account_type,
           m.reference, b.reference, b.bank_reference, b.state,
           debit.value_date, debit.entry_date,
           back.value_date, back.entry_date, back.reversal_reason,
           former.disbursement_id, latter.disbursement_id
      FROM (%s) page
     CROSS JOIN LATERAL (
           SELECT * FROM g2p_bridge_disbursement_all WHERE id = page.id LIMIT 1) d
      JOIN g2p_bridge_envelope n ON n.id = d.envelope_id
      JOIN res_currency c ON c.id = n.currency_id
      LEFT JOIN g2p_bridge_mapper_batch m ON m.id = d.mapper_batch_id
      LEFT JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
      {first_debit("g2p_bridge_statement_entry_all")}
      {last_return("g2p_bridge_statement_entry_all")}
      LEFT JOIN LATERAL (
           SELECT disbursement_id FROM g2p_bridge_disbursement_all
            WHERE id = d.reissue_of_id LIMIT 1) former ON TRUE
      LEFT JOIN LATERAL (
           SELECT disbursement_id FROM g2p_bridge_disbursement_all
            WHERE reissue_of_id = d.id LIMIT 1) latter ON TRUE
     ORDER BY page.number, page.place
"""

#: Disbursements that one call looks at, at most, in search of those of the wanted states.
LOOKED_AT = 50_000

# The batches of an envelope that come next. Their lines are found by the index on
# bank_batch_id, so the big table needs none for this. A line can only move into a batch that
# is made later (it is asked for again): met twice perhaps, but never missed.
NEXT_BATCHES = """
    SELECT id FROM (
        SELECT id, line_count,
               SUM(line_count) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) - line_count AS before
          FROM g2p_bridge_bank_batch
         WHERE envelope_id = %(envelope)s AND id >= %(batch)s) b
     WHERE before < %(looked_at)s ORDER BY id
"""

NEXT_LINES = """
    SELECT d.id, b.id AS number, d.id AS place
      FROM unnest(%(batches)s::int[]) AS b(id)
      JOIN LATERAL (
           SELECT id FROM g2p_bridge_disbursement_all
            WHERE bank_batch_id = b.id AND (b.id > %(batch)s OR id > %(line)s)
              AND state = ANY(%(states)s)
            ORDER BY id LIMIT %(limit)s) d ON TRUE
     ORDER BY b.id, d.id LIMIT %(limit)s
"""

#: Events that one call looks at, at most.
MOST_EVENTS = 500

PARTS = ("events", "disbursements")

NEXT_EVENTS = """
    SELECT id, number, COALESCE(bank_batch_id, 0), COALESCE(mapper_batch_id, 0),
           COALESCE(statement_id, 0), COALESCE(first_id, 0), COALESCE(last_id, -1), envelope_id,
           COALESCE(line_count, 0) + COALESCE(failed_count, 0)
      FROM g2p_bridge_event
     WHERE number >= %(number)s AND program_id = ANY(%(programs)s) AND %(envelope)s
     ORDER BY number LIMIT %(limit)s
"""

# The disbursements that events are about. A place is where one stands within its event: the
# line of the statement, else its own ID. Ranges of IDs are walked along, from where one stands:
# "+ 0" keeps PostgreSQL from gathering and sorting all of an envelope instead.
CHANGED = """
    SELECT l.id, v.number, l.place
      FROM unnest(%(events)s::int[], %(banks)s::int[], %(mappers)s::int[], %(statements)s::int[],
                  %(firsts)s::int[], %(lasts)s::int[], %(envelopes)s::int[])
           AS v(number, bank, mapper, statement, first, last, envelope)
     CROSS JOIN LATERAL (
        (SELECT id, id AS place FROM g2p_bridge_disbursement_all
          WHERE bank_batch_id = v.bank AND (v.number > %(number)s OR id > %(place)s)
          ORDER BY id LIMIT %(limit)s)
         UNION ALL
        (SELECT id, id FROM g2p_bridge_disbursement_all
          WHERE mapper_batch_id = v.mapper AND (v.number > %(number)s OR id > %(place)s)
          ORDER BY id LIMIT %(limit)s)
         UNION ALL
        (SELECT id, id FROM g2p_bridge_disbursement_all
          WHERE v.statement = 0 AND envelope_id + 0 = v.envelope
            AND id BETWEEN GREATEST(v.first, CASE WHEN v.number = %(number)s
                                             THEN %(place)s + 1 ELSE 0 END) AND v.last
          ORDER BY id LIMIT %(limit)s)
         UNION ALL
        (SELECT d.id, s.id FROM g2p_bridge_statement_entry_all s
           JOIN g2p_bridge_disbursement_all d ON d.id = s.disbursement_id
            AND d.envelope_id = v.envelope
          WHERE v.statement > 0 AND s.statement_id = v.statement AND s.outcome = 'matched'
            AND s.id BETWEEN GREATEST(v.first, CASE WHEN v.number = %(number)s
                                               THEN %(place)s + 1 ELSE 0 END) AND v.last
          ORDER BY s.id LIMIT %(limit)s)
     ) l
     ORDER BY v.number, l.place LIMIT %(limit)s
"""


class ServiceLists(models.AbstractModel):
    """What became of disbursements, in pages: all of an envelope, or all that has changed."""

    _inherit = "g2p.bridge.service"

    @api.model
    def list_disbursements(self, values):
        """What became of each disbursement of an envelope, page by page.

        A page may hold fewer disbursements than its limit, even none, where few are in the
        wanted states: there are more as long as ``next_cursor`` is there.

        :param dict values: disbursement_envelope_id; cursor (``next_cursor`` of the page
            before), limit, states (list of disbursement_status), each optional
        :return: disbursement_envelope_id, disbursements, next_cursor (None on the last page)
        :raises BridgeError: DISBURSEMENT_ENVELOPE_NOT_FOUND, INVALID_CURSOR, INVALID_LIMIT,
            INVALID_DISBURSEMENT_STATUS
        """
        return self._operator(*READERS)._list_disbursements(
            values if isinstance(values, dict) else {}
        )

    @api.model
    def _list_disbursements(self, values):
        envelope = self._envelope(values.get("disbursement_envelope_id"))
        limit = self._page_limit(values)
        keys = self.env["g2p.bridge.disbursement"]._fields["state"].get_values(self.env)
        known = {status(key): key for key in keys}
        chosen = self._choice(values, "states", list(known), "INVALID_DISBURSEMENT_STATUS")
        batch, line = self._cursor(values) or (0, 0)
        self._check_listing_cursor(envelope, batch, values.get("cursor"))
        self.env.flush_all()
        looked_at = limit + 1 if len(chosen) == len(known) else LOOKED_AT
        batches, more = self._next_batches(envelope, batch, looked_at)
        found = self._read_states(
            SQL(
                NEXT_LINES,
                batches=batches,
                batch=batch,
                line=line,
                states=[known[name] for name in chosen],
                limit=limit + 1,
            )
        )
        if len(found) > limit:
            found.pop()
            following = pack(*found[-1][:2])
        else:
            # Everything of these batches was looked at.
            following = pack(more, 0) if more else None
        return {
            "disbursement_envelope_id": envelope.disbursement_envelope_id,
            "disbursements": [disbursement for _number, _place, disbursement in found],
            "next_cursor": following,
        }

    @api.model
    def _next_batches(self, envelope, batch, looked_at):
        """:return: (IDs of the batches to look at, ID of the one after them or None)"""
        self.env.cr.execute(
            SQL(NEXT_BATCHES, envelope=envelope.id, batch=batch, looked_at=looked_at)
        )
        batches = [row[0] for row in self.env.cr.fetchall()]
        self.env.cr.execute(
            "SELECT MIN(id) FROM g2p_bridge_bank_batch WHERE envelope_id = %s AND id > %s",
            [envelope.id, batches[-1] if batches else batch],
        )
        return batches, self.env.cr.fetchone()[0]

    @api.model
    def _check_listing_cursor(self, envelope, batch, cursor):
        """:raises BridgeError: INVALID_CURSOR, it is of another envelope or of no list"""
        if not batch:
            return
        self.env.cr.execute(
            "SELECT FROM g2p_bridge_bank_batch WHERE envelope_id = %s AND id = %s",
            [envelope.id, batch],
        )
        if not self.env.cr.rowcount:
            raise self._invalid_cursor(cursor)

    @api.model
    def list_changes(self, values):
        """What has changed since a cursor: events, and the disbursements that they are about.

        Nothing is ever left out, and each disbursement comes with the state that it is in by
        now. It may come again without having changed, and a change that is overtaken by the
        next is seen only once, so take what comes as the latest state.

        :param dict values: cursor (``next_cursor`` of the page before); without one, start:
            ``now`` (the default: only what happens from here on) or ``beginning``. limit,
            include (list of ``events``, ``disbursements``) and disbursement_envelope_id are
            optional
        :return: events, disbursements, next_cursor (always: keep it), has_more (whether to
            call again at once)
        :raises BridgeError: INVALID_CURSOR, CURSOR_EXPIRED, INVALID_START, INVALID_LIMIT,
            INVALID_INCLUDE, DISBURSEMENT_ENVELOPE_NOT_FOUND
        """
        service = self._operator(*READERS)
        values = values if isinstance(values, dict) else {}
        service.env["g2p.bridge.event"]._number_new()
        # In a transaction that sees what was numbered just now.
        with service.env.registry.cursor() as cr:
            return service.with_env(service.env(cr=cr))._list_changes(values)

    @api.model
    def _list_changes(self, values):
        limit = self._page_limit(values)
        include = self._choice(values, "include", PARTS, "INVALID_INCLUDE")
        envelope = values.get("disbursement_envelope_id")
        condition = SQL("TRUE")
        if envelope is not None:
            condition = SQL("envelope_id = %s", self._envelope(envelope).id)
        number, place = self._changes_start(values)
        events = self._next_events(number, condition)
        if "disbursements" in include:
            taken = _until(events[:MOST_EVENTS], limit)
            found = self._read_changed(taken, number, place, limit)
        else:
            taken, found = events[: min(limit, MOST_EVENTS)], []
        if len(found) > limit:
            found.pop()
            after, more = found[-1][:2], True
        elif len(taken) < len(events):
            after, more = (taken[-1][1] + 1, 0), True
        else:
            after, more = (self.env["g2p.bridge.event"]._bounds()[0] + 1, 0), False
        begun = [
            event[0]
            for event in taken
            # One that goes on from the page before stands there.
            if event[1] <= after[0] and (event[1] > number or not place)
        ]
        return {
            "events": self.env["g2p.bridge.event"]._as_sent(begun) if "events" in include else [],
            "disbursements": _latest(found),
            "next_cursor": pack(*after),
            "has_more": more,
        }

    @api.model
    def _changes_start(self, values):
        """:return: (number of the event that comes next, place of it that was seen)"""
        last, removed = self.env["g2p.bridge.event"]._bounds()
        cursor = self._cursor(values)
        if cursor is None:
            return self._first_start(values, last, removed)
        if cursor[0] > last + 1 or not cursor[0]:
            raise self._invalid_cursor(values["cursor"])
        if cursor[0] <= removed:
            raise BridgeError(
                "CURSOR_EXPIRED",
                self.env._(
                    "Changes after this cursor are not kept any more. Read your envelopes by "
                    "list_disbursements, then begin again without a cursor."
                ),
            )
        return cursor

    @api.model
    def _first_start(self, values, last, removed):
        start = values.get("start") or "now"
        if start == "now":
            return last + 1, 0
        if start == "beginning":
            return removed + 1, 0
        raise BridgeError(
            "INVALID_START",
            self.env._("start is %s, but has to be now or beginning.", shown(start)),
        )

    @api.model
    def _next_events(self, number, condition):
        """One more than are looked at; the first may be one that was begun before."""
        self.env.cr.execute(
            SQL(
                NEXT_EVENTS,
                number=number,
                programs=self._reachable_programs().ids,
                envelope=condition,
                limit=MOST_EVENTS + 1,
            )
        )
        return self.env.cr.fetchall()

    @api.model
    def _read_changed(self, events, number, place, limit):
        """The disbursements that the events are about, and one more if there are more.

        :return: [(number, place, dict)]
        """
        # Of several events about the same lines the last one counts: they are as they are now.
        last = {event[2:8]: event for event in events}
        columns = list(zip(*last.values(), strict=True)) or [()] * 9
        return self._read_states(
            SQL(
                CHANGED,
                events=list(columns[1]),
                banks=list(columns[2]),
                mappers=list(columns[3]),
                statements=list(columns[4]),
                firsts=list(columns[5]),
                lasts=list(columns[6]),
                envelopes=list(columns[7]),
                number=number,
                place=place,
                limit=limit + 1,
            )
        )

    @api.model
    def _read_states(self, page):
        """Read disbursements by one query.

        :param SQL page: a query of (id, number, place): which ones, in which order
        :return: [(number, place, dict)]
        """
        self.env.cr.execute(SQL(STATE, page))
        words = {}
        return [
            (number, place, self._state_on_wire(row, words))
            for number, place, *row in self.env.cr.fetchall()
        ]

    @api.model
    def _state_on_wire(self, row, words):
        """:param dict words: what codes mean, as far as it was looked up already"""
        (disbursement, envelope, key, amount, currency, state, reason, account, account_type) = row[
            :9
        ]
        mapper_batch, bank_batch, bank_reference, batch_state = row[9:13]
        value_date, entry_date, back_value, back_entry, back_reason = row[13:18]
        former, latter = row[18:]
        for code in (reason, back_reason):
            if code not in words:
                words[code] = reason_words(self.env, code)
        return {
            "disbursement_id": disbursement,
            "disbursement_envelope_id": envelope,
            "mis_reference_number": key,
            "disbursement_amount": Decimal(amount),
            "disbursement_currency_code": currency,
            "disbursement_status": status(state),
            "reason_code": reason,
            "reason": words[reason] or None,
            "beneficiary_account_type": account_type,
            "beneficiary_account_masked": masked(account) if account else None,
            "mapper_batch_id": mapper_batch,
            "bank_disbursement_batch_id": bank_batch,
            "bank_disbursement_batch_status": status(batch_state) or None,
            "bank_reference": bank_reference,
            "remittance_value_date": _day(value_date),
            "remittance_entry_date": _day(entry_date),
            "reversal_found": back_value is not None or back_entry is not None,
            "reversal_value_date": _day(back_value),
            "reversal_entry_date": _day(back_entry),
            "reversal_reason_code": back_reason or None,
            "reversal_reason": words[back_reason] or None,
            "reissue_of": former,
            "reissued_as": latter,
        }

    @api.model
    def _page_limit(self, values):
        """:return: how many disbursements the caller wants at most
        :raises BridgeError: INVALID_LIMIT
        """
        parameter = self.env["ir.config_parameter"].sudo().get_param("g2p_bridge.api_max_page")
        most = int(parameter or MOST)
        limit = values.get("limit")
        if limit is None:
            return min(PAGE, most)
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= most:
            raise BridgeError(
                "INVALID_LIMIT",
                self.env._(
                    "limit is %(value)s, but has to be a whole number from 1 to %(most)s.",
                    value=shown(limit),
                    most=most,
                ),
            )
        return limit

    @api.model
    def _cursor(self, values):
        """:return: the two numbers of the cursor that the caller has sent, None if none

        :raises BridgeError: INVALID_CURSOR
        """
        cursor = values.get("cursor")
        if cursor is None or cursor == "":
            return None
        try:
            return unpack(cursor)
        except ValueError as error:
            raise self._invalid_cursor(cursor) from error

    @api.model
    def _invalid_cursor(self, cursor):
        return BridgeError(
            "INVALID_CURSOR",
            self.env._(
                "cursor is %s, which this list has never given out. Send next_cursor of the "
                "page before as it is, or none to begin.",
                shown(cursor),
            ),
        )

    @api.model
    def _choice(self, values, name, allowed, code):
        """A list of texts out of a few, all of them if it is left out.

        :raises BridgeError: of this code
        """
        chosen = values.get(name)
        if chosen is None:
            return list(allowed)
        if (
            not isinstance(chosen, list)
            or not chosen
            or not all(isinstance(item, str) and item in allowed for item in chosen)
        ):
            raise BridgeError(
                code,
                self.env._(
                    "%(name)s is %(value)s, but has to be a list of some of %(allowed)s.",
                    name=name,
                    value=shown(chosen),
                    allowed=", ".join(allowed),
                ),
            )
        return chosen


def _until(events, limit):
    """The first events, up to those that fill a page."""
    lines = 0
    for index, event in enumerate(events):
        if lines >= limit:
            return events[:index]
        if any(event[2:5]) or event[5]:
            lines += event[8]
    return events


def _latest(found):
    """Each disbursement once, where it is met last."""
    return list({row["disbursement_id"]: row for _number, _place, row in found}.values())


def _day(value):
    return value.isoformat() if value else None
