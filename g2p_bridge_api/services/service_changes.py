from odoo import api, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge.exceptions import BridgeError
from odoo.addons.g2p_bridge.services.checks import shown
from odoo.addons.g2p_bridge.services.status_operations import READERS

from ..lib.cursor import pack

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


class ServiceChanges(models.AbstractModel):
    _inherit = "g2p.bridge.service"

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
            # One that goes on from the page before was told there.
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
        # Of several events about the same lines the last one tells them: it is as they are now.
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
