# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from uuid import uuid4

import simplejson
from odoo import fields, models

from odoo.addons.g2p_bridge_base.lib.errors import ConnectorError
from odoo.addons.queue_job.exception import RetryableJobError

from ...lib.backoff import delay
from ..event.event_reading import utc

#: Version of the message; fields are added to it, never changed.
VERSION = "1.0"
#: Events of one request, and requests of one job.
MOST_EVENTS, MOST_REQUESTS = 50, 100
#: By this answer a receiver says that it wants no more.
GONE = "HTTP_410"

TAKE = """
    UPDATE g2p_bridge_webhook_delivery
       SET attempts = attempts + 1, last_attempt_at = %(now)s,
           first_attempt_at = COALESCE(first_attempt_at, %(now)s)
     WHERE id IN (SELECT id FROM g2p_bridge_webhook_delivery
                   WHERE webhook_id = %(webhook)s AND state = 'pending'
                   ORDER BY number LIMIT %(limit)s)
    RETURNING id, event_id
"""
SKIP = """
    UPDATE g2p_bridge_webhook_delivery d SET state = 'skipped'
      FROM g2p_bridge_event e
     WHERE e.id = d.event_id AND d.webhook_id = %s AND d.state = 'pending'
       AND e.program_id <> ALL(%s)
"""
DELIVERED = """
    UPDATE g2p_bridge_webhook_delivery
       SET state = 'delivered', delivered_at = %(now)s, status_code = %(status)s,
           error_code = NULL, answer = %(answer)s
     WHERE id = ANY(%(ids)s) AND state = 'pending'
"""
NOT_DELIVERED = """
    UPDATE g2p_bridge_webhook_delivery
       SET status_code = %(status)s, error_code = %(code)s, answer = %(answer)s,
           state = CASE WHEN first_attempt_at <= %(give_up)s THEN 'failed' ELSE state END
     WHERE id = ANY(%(ids)s) AND state = 'pending'
    RETURNING state
"""


class WebhookSend(models.Model):
    """How what is in the outbox leaves: in order, one request at a time, until it is taken.

    A request that was sent and not recorded is sent again: receivers recognise events by
    their IDs.
    """

    _inherit = "g2p.bridge.webhook"

    # === Steps ===

    def _job_deliver(self):
        """Send what waits. Harmless to run twice."""
        self = self.exists().sudo()
        if not self:
            return None
        if not self._stay_alive():
            # The other job may have looked for the last time already.
            raise RetryableJobError("Another job calls this webhook.", 5, ignore_retry=True)
        self.env["queue.job"]._cover_waiting()
        sent = 0
        for _request in range(MOST_REQUESTS):
            request = self._in_own_transaction("_take_request")
            if isinstance(request, str):
                return request
            if not request:
                return self.env._("%s events delivered.", sent)
            answer = self._send(*request[1:])
            sent += self._in_own_transaction("_record_answer", request[0], answer)
            if answer[0] != "delivered":
                return answer[1]
        # Others want the worker too.
        self._in_own_transaction("_enqueue_delivery")
        return self.env._("%s events delivered, and there are more.", sent)

    def _take_request(self):
        """The oldest events that wait, as a message.

        :return: why nothing is sent now; or (delivery IDs, body, event IDs), None if there
            is nothing
        """
        now = fields.Datetime.now()
        self.invalidate_recordset()
        if self.status in ("off", "paused"):
            return self.env._("The webhook is off or paused.")
        if self.next_attempt_at and self.next_attempt_at > now:
            self._enqueue_delivery()
            return self.env._("The next attempt is due at %s.", self.next_attempt_at)
        self.env.flush_all()
        # A partner that has lost a program meanwhile hears no more of it.
        self.env.cr.execute(SKIP, [self.id, self._programs().ids])
        self.env.cr.execute(TAKE, {"now": now, "webhook": self.id, "limit": MOST_EVENTS})
        taken = self.env.cr.fetchall()
        self.env["g2p.bridge.webhook.delivery"].invalidate_model()
        if not taken:
            return None
        ids, events = map(list, zip(*taken, strict=True))
        events = self.env["g2p.bridge.event"]._as_sent(events)
        return ids, self._message(events), [event["event_id"] for event in events]

    def _send(self, body, event_ids):
        """:return: (delivered, "", status, excerpt) or (failed, code, status or None, words)"""
        try:
            answer = self._get_connector()._post(body, event_ids)
        except ConnectorError as error:
            status = error.code.removeprefix("HTTP_")
            status = int(status) if error.code.startswith("HTTP_") else None
            return "failed", error.code, status, error.message
        return "delivered", "", answer.status, answer.excerpt

    def _record_answer(self, ids, answer):
        """:return: number of events that the receiver has taken"""
        kind, code, status, text = answer
        record = self._record_delivered if kind == "delivered" else self._record_failed
        count = record({"ids": ids, "status": status, "code": code, "answer": text[:200] or None})
        self.env["g2p.bridge.webhook.delivery"].invalidate_model()
        return count

    def _record_delivered(self, values):
        now = fields.Datetime.now()
        self.env.cr.execute(DELIVERED, {**values, "now": now})
        count = self.env.cr.rowcount
        fine = {"failures": 0, "failing_since": False, "next_attempt_at": False}
        self.write({**fine, "last_delivered_at": now, "last_error_code": False})
        return count

    def _record_failed(self, values):
        now, code = fields.Datetime.now(), values["code"]
        days = self._days("webhook_give_up_days", 3)
        give_up = fields.Datetime.subtract(now, days=days)
        self.env.cr.execute(NOT_DELIVERED, {**values, "give_up": give_up})
        given_up = sum(state == "failed" for (state,) in self.env.cr.fetchall())
        failures = self.failures + 1
        self.write(
            {
                "failures": failures,
                "failing_since": self.failing_since or now,
                "next_attempt_at": fields.Datetime.add(now, seconds=delay(failures)),
                "last_error_code": code,
            }
        )
        if given_up:
            self._ask_for_help(
                self.env._("Events were given up, as they could not be delivered: %s", code)
            )
        patience = fields.Datetime.subtract(now, days=self._days("webhook_pause_days", 7))
        if code == GONE or self.failing_since <= patience:
            self._pause(code)
        else:
            self._enqueue_delivery()
        return 0

    def _pause(self, code):
        """Call it no more, until a person resumes it."""
        self.write({"paused_at": fields.Datetime.now(), "next_attempt_at": False})
        self._ask_for_help(
            self.env._("It is paused, because it could not be reached for too long: %s", code)
        )

    # === Helpers ===

    def _message(self, events, is_test=False):
        """:return: the bytes of a message about these events"""
        return simplejson.dumps(
            {
                "version": VERSION,
                "webhook": self.name,
                "sent_at": utc(fields.Datetime.now()),
                "test": is_test,
                "events": events,
            },
            use_decimal=True,
        ).encode()

    def _test_message(self):
        """:return: (body, event IDs) of a message that tells nothing"""
        event_id = str(uuid4())
        now = utc(fields.Datetime.now())
        event = {"event_id": event_id, "sequence": None, "kind": "test", "happened_at": now}
        return self._message([event], is_test=True), [event_id]

    def _days(self, name, default):
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param(f"g2p_bridge.{name}") or default)
