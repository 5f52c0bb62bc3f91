# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tools import SQL, format_date

from odoo.addons.g2p_bridge.models.envelope.envelope_states import LIVE, SHIPPED
from odoo.addons.queue_job.job import Job

from ...try_again import try_again
from ..payment_manager.payment_manager import MODEL
from ..pbms_states import KEPT_STATES, OPEN_STATES, PAID_STATES, WITHDRAWN_STATES

#: How many of its problems the page of a cycle shows itself.
SHOWN = 20

#: Key of what a transaction has collected for its end.
COLLECTED = "g2p_bridge_pbms.cycles"

#: Cycles that the bridge pays by itself and that have somebody approved who has no payment.
#: What was approved before the automatic start was chosen is left to people.
MISSED = """
    SELECT c.id, COALESCE(c.bridge_approved_by_id, c.write_uid, %(user)s)
      FROM g2p_cycle c
     WHERE c.program_id = ANY(%(programs)s) AND c.state IN %(states)s
       AND EXISTS (
           SELECT FROM g2p_entitlement e WHERE e.cycle_id = c.id AND e.state = 'approved'
              AND NOT EXISTS (SELECT FROM g2p_payment p WHERE p.entitlement_id = e.id))
     ORDER BY c.id
"""


class CycleHandover(models.Model):
    """An approved cycle is handed to the bridge, whatever way it was approved."""

    _name = "g2p.cycle"
    _inherit = ["g2p.cycle", "g2p.bridge.pbms.fields"]

    # === Fields ===

    bridge_message = fields.Text(
        readonly=True, copy=False, help="What the hand-over to the bridge waits for."
    )

    # === CRUD ===

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals or "locked" in vals:
            self._bridge_soon()
        if "state" in vals:
            self._bridge_state_written(vals["state"])
        return result

    # === Steps ===

    @api.model
    def _cron_bridge_heartbeat(self):
        """Find what no job looks after: missed cycles, unfilled batches, stopped cycles."""
        self = self.sudo()
        unfilled = self.env["g2p.payment.batch"]._bridge_unfilled()
        stopped = self.env["g2p.bridge.envelope"].search(
            [
                ("pbms_cycle_id.state", "not in", KEPT_STATES),
                ("pbms_cycle_id", "!=", False),
                *LIVE.domain(),
            ]
        )
        cycles = stopped.pbms_cycle_id.filtered(lambda cycle: cycle._bridge_stoppable())
        self.env["queue.job"]._enqueue_forgotten(
            [
                *self._bridge_missed(),
                *unfilled._bridge_fill_jobs(),
                *(cycle._bridge_job() for cycle in cycles),
            ]
        )

    def _job_bridge_hand_over(self, _cycle=None):
        """Carry a round of a cycle out as soon as nothing stands in the way.

        Runs as the user who approved the cycle; harmless to run twice.

        :param _cycle: the same cycle: PBMS finds the jobs of a cycle by their first argument,
            and looks at that of every job of this model
        """
        self = self.exists().sudo()
        if not self:
            return None
        self.env["queue.job"]._cover_waiting()
        self._bridge_lock_for_change()
        if self.state not in PAID_STATES:
            return self._bridge_stop()
        if not self._bridge_is_automatic():
            return None
        waiting = self._bridge_waits_for()
        if waiting:
            self._bridge_say(waiting)
            return waiting
        try:
            _envelope, message = self._bridge_round()
        except ConcurrencyError as error:
            raise try_again(error) from error
        return message

    def _bridge_round(self, **options):
        """Carry a round out and say on the cycle what came of it.

        :param options: of the manager's ``_hand_over``
        :return: the envelope or no record, and what the cycle says now
        :raises ConcurrencyError: another transaction did something similar
        """
        manager = self._bridge_manager()
        envelope = self.env["g2p.bridge.envelope"]
        try:
            with self.env.cr.savepoint():
                envelope = manager._hand_over(self, **options)
        except UserError as error:
            message = self.env._("Not handed to the bridge: %s", error)
        else:
            message = self._bridge_remarks()
        self._bridge_say(message)
        if envelope:
            self._bridge_announce(envelope)
        return envelope, message

    def _bridge_stop(self):
        """Cancel what a cancelled cycle, or one that was reset, has not handed to the bank."""
        messages = []
        for envelope in self._bridge_stoppable():
            service = self.env["g2p.bridge.service"].with_company(envelope.company_id)
            reason = self.env._("The cycle %s is not approved any more.", self.display_name)
            name = envelope.disbursement_envelope_id
            try:
                with self.env.cr.savepoint():
                    service.cancel_disbursement_envelope({"disbursement_envelope_id": name}, reason)
                messages.append(self.env._("The envelope %s was cancelled.", name))
            except UserError as error:
                messages.append(
                    self.env._(
                        "The envelope %(name)s could not be cancelled with the cycle: %(error)s",
                        name=name,
                        error=error,
                    )
                )
        messages += [
            self.env._(
                "The envelope %s had gone to the bank before: its payments are made all the same.",
                envelope.disbursement_envelope_id,
            )
            for envelope in self._bridge_gone()
        ]
        self._bridge_say("\n".join(messages) or False)
        return "\n".join(messages)

    # === Helpers ===

    def _bridge_soon(self):
        """Look at these cycles after this transaction, each of them once.

        Nothing is decided now: an approval may touch a cycle and its entitlements a
        thousand times, and only what is committed in the end counts.
        """
        if not self.ids:
            return
        precommit = self.env.cr.precommit
        if COLLECTED not in precommit.data:
            precommit.data[COLLECTED] = {}
            precommit.add(self.env["g2p.cycle"]._bridge_enqueue_collected)
        precommit.data[COLLECTED].update(dict.fromkeys(self.ids, self.env.uid))

    @api.model
    def _bridge_enqueue_collected(self):
        jobs = []
        for cycle_id, uid in self.env.cr.precommit.data.pop(COLLECTED, {}).items():
            cycle = self.browse(cycle_id).with_user(uid).sudo().exists()
            if cycle and cycle._bridge_is_concerned():
                jobs.append(cycle._bridge_job())
        self.env["queue.job"]._enqueue_once(jobs)

    def _bridge_is_concerned(self):
        """Whether the bridge has anything to do with this cycle, as it is now."""
        if self.state in PAID_STATES:
            return self._bridge_is_automatic()
        return bool(self._bridge_stoppable() or self._bridge_gone())

    def _bridge_is_automatic(self):
        """Whether this cycle is paid without anybody preparing payments."""
        manager = self._bridge_manager()
        if not manager or manager.automatic_start == "manual":
            return False
        moment = self.bridge_approved_at or fields.Datetime.to_datetime(self.approved_date)
        moment, since = moment or self.create_date, manager.automatic_since
        if self._fields["approved_date"].type == "date" and since:
            since = fields.Datetime.to_datetime(since.date())
        return not since or not moment or moment >= since

    def _bridge_manager(self):
        """The payment manager of this cycle's program, if it is the bridge's."""
        return self.program_id._bridge_manager()

    def _bridge_job(self):
        """The job that looks at this cycle, on behalf of this environment's user."""
        return Job(
            self._job_bridge_hand_over,
            args=(self,),
            identity_key=f"g2p.cycle-bridge-{self.id}",
            description=self.env._("Hand over the cycle %s", self.display_name),
        )

    @api.model
    def _bridge_missed(self):
        """:return: the jobs of cycles that are to be paid and that nobody has looked at"""
        managers = self.env[MODEL].search([("automatic_start", "!=", "manual")])
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                MISSED,
                user=self.env.uid,
                programs=managers.program_id.ids,
                states=PAID_STATES,
            )
        )
        missed = [
            self.browse(cycle_id).with_user(user_id).sudo()
            for cycle_id, user_id in self.env.cr.fetchall()
        ]
        return [cycle._bridge_job() for cycle in missed if cycle._bridge_is_automatic()]

    def _bridge_waits_for(self):
        """What a round that nobody asked for waits for, in words; None if for nothing."""
        if not self.bridge_approved_by_id:
            return self._bridge_not_asked()
        if self.locked:
            return self.env._("Waiting: the cycle is locked (%s).", self.locked_reason or "")
        opened = self.env["g2p.entitlement"].search_count(
            [("cycle_id", "=", self.id), ("state", "in", OPEN_STATES)]
        )
        if opened:
            return self.env._(
                "Waiting: %s entitlements are not approved yet. Approve or cancel them, or press "
                "Prepare Payments to pay those that are approved.",
                opened,
            )
        return None

    def _bridge_remarks(self):
        """What people should know after a round, in words; False if there is nothing."""
        return (
            "\n".join(
                filter(
                    None,
                    (
                        self._bridge_not_payable(),
                        self._bridge_still_paid(),
                        self._bridge_past_approval(),
                        self._bridge_too_late(),
                    ),
                )
            )
            or False
        )

    def _bridge_not_payable(self):
        """Who can't be paid and why."""
        entitlements = self.env["g2p.entitlement"]
        groups = entitlements._read_group(
            [*self._bridge_problem_domain(), ("bridge_problem", "!=", "not_approved")],
            ["bridge_problem"],
            ["__count"],
        )
        if not groups:
            return None
        field = entitlements._fields["bridge_problem"]
        labels = dict(field._description_selection(self.env))
        return self.env._(
            "Entitlements that can't be paid: %(count)s. %(problems)s. Correct them, then press "
            "Prepare Payments; with an automatic start they are also found within the hour.",
            count=sum(count for _problem, count in groups),
            problems=", ".join(f"{labels[problem]} ({count})" for problem, count in groups),
        )

    def _bridge_still_paid(self):
        """Who was written to be payable again although they are paid, by name."""
        domain = [*self._bridge_problem_domain(), ("bridge_problem", "=", "still_paid")]
        entitlements = self.env["g2p.entitlement"].search(domain, limit=SHOWN)
        return entitlements and self.env._(
            "Somebody has written that these payments failed, but the bridge knows them as paid or "
            "on their way, so they are not paid again: %s.",
            ", ".join(
                f"{one.partner_id.name} ({one.payment_ids.sorted('id')[-1:].name})"
                for one in entitlements
            ),
        )

    def _bridge_too_late(self):
        """Who is being paid although nobody wants it any more."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT COUNT(*) FROM g2p_entitlement e JOIN g2p_payment p ON p.entitlement_id = e.id"
            " WHERE e.cycle_id = %s AND p.status IS NULL AND p.bridge_envelope_id IS NOT NULL"
            " AND e.state = ANY(%s)",
            [self.id, list(WITHDRAWN_STATES)],
        )
        (count,) = self.env.cr.fetchone()
        return count and self.env._(
            "%s entitlements were cancelled or rejected after they were handed to the bridge: "
            "they are paid all the same, unless their disbursements or the envelope are "
            "cancelled.",
            count,
        )

    def _bridge_stoppable(self):
        """Envelopes that live and are not on their way through the bank, of a cycle that is not
        to be paid any more."""
        return self._bridge_live(~SHIPPED)

    def _bridge_gone(self):
        """Envelopes that the bank has, of a cycle that is not to be paid any more."""
        return self._bridge_live(SHIPPED)

    def _bridge_live(self, rule):
        """:return: envelopes of which a rule holds, of a cycle that is not to be paid any more"""
        if self.state in KEPT_STATES:
            return self.env["g2p.bridge.envelope"]
        return self.env["g2p.bridge.envelope"].search(
            [("pbms_cycle_id", "=", self.id), *LIVE.domain(), *rule.domain()]
        )

    def _bridge_lock_for_change(self):
        """Make other transactions that decide about these cycles at the same time start over."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_cycle SET write_date = clock_timestamp() WHERE id = ANY(%s)", [self.ids]
        )
        self.invalidate_recordset()

    def _bridge_say(self, message):
        if (self.bridge_message or False) != (message or False):
            self.sudo().bridge_message = message

    def _bridge_announce(self, envelope):
        self.message_post(
            body=self.env._(
                "Handed to the bridge as envelope %(envelope)s: payments %(count)s, "
                "amount %(amount)s, to be paid on %(date)s.",
                envelope=envelope.disbursement_envelope_id,
                count=envelope.number_of_disbursements,
                amount=envelope._money(envelope._declared()[1]),
                date=format_date(self.env, envelope.disbursement_schedule_date),
            )
        )
