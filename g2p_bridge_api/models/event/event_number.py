# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

NUMBER = """
    WITH fresh AS (
        SELECT id, row_number() OVER (ORDER BY id) AS place
          FROM g2p_bridge_event WHERE number IS NULL
    ), counted AS (
        UPDATE g2p_bridge_event_counter c SET last_number = c.last_number + n.fresh
          FROM (SELECT COUNT(*) AS fresh FROM fresh) n
        RETURNING c.last_number - n.fresh AS before
    )
    UPDATE g2p_bridge_event e SET number = counted.before + fresh.place
      FROM fresh, counted WHERE e.id = fresh.id
    RETURNING e.number
"""
# What a delivery still waits for stays, and so does what has no number yet.
FORGET = """
    WITH gone AS (
        DELETE FROM g2p_bridge_event e
         WHERE e.number IS NOT NULL AND e.happened_at < %(before)s AND NOT EXISTS (
               SELECT FROM g2p_bridge_webhook_delivery d
                WHERE d.event_id = e.id AND d.state IN ('pending', 'failed'))
        RETURNING e.number
    )
    UPDATE g2p_bridge_event_counter
       SET removed_number = GREATEST(removed_number, (SELECT MAX(number) FROM gone))
     WHERE EXISTS (SELECT FROM gone)
"""
FORGET_DELIVERIES = """
    DELETE FROM g2p_bridge_webhook_delivery d USING g2p_bridge_event e
     WHERE e.id = d.event_id AND e.happened_at < %(before)s
       AND d.state NOT IN ('pending', 'failed')
"""


class EventCounter(models.Model):
    """The last number that was given to an event: one row."""

    _name = "g2p.bridge.event.counter"
    _description = "Counter of Events"
    _log_access = False

    last_number = fields.Integer(readonly=True)
    removed_number = fields.Integer(
        readonly=True, help="Of the events up to this one, some are removed by now."
    )

    def init(self):
        """Begin to count."""
        self.env.cr.execute(
            "INSERT INTO g2p_bridge_event_counter (last_number, removed_number)"
            " SELECT 0, 0 WHERE NOT EXISTS (SELECT FROM g2p_bridge_event_counter)"
        )


class EventNumber(models.Model):
    """The order of events, as everybody outside sees it.

    A reader who has seen number n never meets a new event with a number up to n: there is no gap
    that a slow transaction fills later. IDs can't promise that, because they are given
    when an event is written and not when it is committed. So committed events are numbered
    afterwards, by one transaction at a time; the numbers are data like any other and
    survive dump and restore.
    """

    _inherit = "g2p.bridge.event"

    # === Fields ===

    number = fields.Integer(readonly=True, help="Place in the order in which readers see events.")

    # === Constraints ===

    _number_uniq = models.UniqueIndex(
        "(number) WHERE number IS NOT NULL", "Two events can't have one number."
    )
    _without_number = models.Index("(id) WHERE number IS NULL")

    # === Steps ===

    @api.model
    def _job_dispatch(self):
        """Number new events and have them delivered. Harmless to run twice."""
        self.env["queue.job"]._cover_waiting()
        self._number_new()

    @api.model
    def _cron_heartbeat(self):
        """Find what was left behind: events without a number, webhooks without a job."""
        self._number_new()
        self.env["g2p.bridge.webhook"].sudo()._running()._deliver_due()

    @api.model
    def _cron_forget(self):
        """Remove what is older than configured, never what is not delivered."""
        days = self._days_kept()
        before = {"before": fields.Datetime.subtract(fields.Datetime.now(), days=days)}
        self.env.cr.execute(FORGET_DELIVERIES, before)
        self.env.cr.execute(FORGET, before)
        self.env.invalidate_all()

    # === Helpers ===

    @api.model
    def _number_new(self):
        """Number what is committed by now, in a transaction of its own."""
        with self.env.registry.cursor() as cr:
            cr.execute("SELECT EXISTS (SELECT FROM g2p_bridge_event WHERE number IS NULL)")
            found = cr.fetchone()[0]
        if not found:
            return
        with self.env.registry.cursor() as cr:
            self.with_env(self.env(cr=cr, su=True))._number_alone()

    def _number_alone(self):
        """Number and hand out. Nothing may have been read in this transaction before."""
        # Locking a table does not fix what this transaction sees; waiting in a query would.
        self.env.cr.execute("LOCK TABLE g2p_bridge_event_counter IN EXCLUSIVE MODE")
        self.env.cr.execute(NUMBER)
        numbers = [row[0] for row in self.env.cr.fetchall()]
        self.invalidate_model(["number"])
        if numbers:
            webhooks = self.env["g2p.bridge.webhook"]._hand_out(min(numbers), max(numbers))
            webhooks._deliver_due()

    @api.model
    def _days_kept(self):
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("g2p_bridge.event_days") or 90)

    @api.model
    def _bounds(self):
        """:return: (last number that was given, last number that may have been removed)"""
        self.env.cr.execute("SELECT last_number, removed_number FROM g2p_bridge_event_counter")
        return self.env.cr.fetchone()
