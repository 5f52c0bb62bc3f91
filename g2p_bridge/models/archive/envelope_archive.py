# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...rule import Of, Ticked
from ..disbursement import disbursement_states as payment
from ..envelope.envelope_states import ENDED
from ..statement.statement_entry_states import IS_OPEN
from ..step import step_states

#: Nothing more becomes of a payment by what its envelope does.
SETTLED = payment.ENDED | payment.UNRESOLVED & (
    Ticked("left_out") | Of("bank_batch_id", step_states.ENDED)
)
#: Where a list of disbursements or statement entries is opened instead, once they are archived.
ARCHIVE_ACTIONS = {
    "g2p_bridge.disbursement_action": "g2p_bridge.disbursement_archive_action",
    "g2p_bridge.statement_entry_action": "g2p_bridge.statement_entry_archive_action",
}

# What is not final of an envelope's payments; what nobody has decided about yet of the lines
# that name them; and payments in their place that are not final.
NOT_FINAL = f"""
    SELECT d.disbursement_id FROM g2p_bridge_disbursement d
      LEFT JOIN g2p_bridge_bank_batch b ON b.id = d.bank_batch_id
     WHERE d.envelope_id = %(envelope)s AND {(~SETTLED).sql("d", bank_batch_id="b")}
     LIMIT 1
"""
OPEN_ENTRY = f"""
    SELECT d.disbursement_id FROM g2p_bridge_statement_entry e
      JOIN g2p_bridge_disbursement d ON d.id = e.disbursement_id
     WHERE {IS_OPEN.sql("e")} AND d.envelope_id = %(envelope)s
     LIMIT 1
"""
REISSUE_UNDER_WAY = f"""
    SELECT r.disbursement_id FROM g2p_bridge_disbursement r
      JOIN g2p_bridge_disbursement d ON d.id = r.reissue_of_id
      JOIN g2p_bridge_envelope e ON e.id = r.envelope_id
     WHERE r.reissue_of_id IS NOT NULL AND d.envelope_id = %(envelope)s
       AND {(~ENDED).sql("e")}
     LIMIT 1
"""
# When the last thing happened to an envelope: to its steps, its cancellation, the statements
# that speak of it, and its last way out of the archive.
SETTLED_AT = f"""
    SELECT e.id FROM g2p_bridge_envelope e
     WHERE e.company_id = %(company)s AND e.archive_state IS NULL AND {ENDED.sql("e")}
       AND GREATEST(
           e.receipt_time_stamp, e.cancellation_time_stamp,
           (SELECT MAX(latest_timestamp) FROM g2p_bridge_funds_step WHERE envelope_id = e.id),
           (SELECT MAX(latest_timestamp) FROM g2p_bridge_bank_batch WHERE envelope_id = e.id),
           (SELECT MAX(latest_timestamp) FROM g2p_bridge_mapper_batch WHERE envelope_id = e.id),
           (SELECT MAX(s.upload_timestamp) FROM g2p_bridge_statement_total t
              JOIN g2p_bridge_statement s ON s.id = t.statement_id WHERE t.envelope_id = e.id),
           (SELECT MAX(ended_at) FROM g2p_bridge_archive_run WHERE envelope_id = e.id)
           ) < %(before)s
     ORDER BY e.id
"""


class EnvelopeArchive(models.Model):
    """Settled envelopes can be archived: the row stays, its disbursements lie elsewhere."""

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

    archive_state = fields.Selection(
        [
            ("archiving", "Being archived"),
            ("archived", "Archived"),
            ("returning", "Coming back"),
        ],
        "Archive",
        readonly=True,
        copy=False,
    )
    archived_at = fields.Datetime(readonly=True, copy=False)
    archive_run_ids = fields.One2many("g2p.bridge.archive.run", "envelope_id")

    # === Actions ===

    def action_archive_rows(self):
        """Ask why the disbursements of these envelopes are archived."""
        self.env["res.users"]._g2p_bridge_check_role("admin")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "archive_envelope", self.env._("Archive")
        )

    def action_bring_back(self):
        """Ask why the disbursements of these envelopes are brought back."""
        self.env["res.users"]._g2p_bridge_check_role("admin")
        self.check_access("read")
        return self.env["g2p.bridge.decision"]._open(
            self, "bring_back_envelope", self.env._("Bring Back")
        )

    def action_open_archive_runs(self):
        return self._open("g2p_bridge.archive_run_action")

    # === Steps ===

    def _archive(self, reason):
        """Have the rows of these envelopes moved to the archive: all of them or none.

        :raises UserError: one of them is not settled
        """
        for envelope in self:
            refusal = envelope.archive_state and self.env._(
                "%(envelope)s is in the archive or on its way: %(state)s.",
                envelope=envelope.display_name,
                state=envelope._archive_label().lower(),
            )
            refusal = refusal or envelope._archive_refusal()
            if refusal:
                raise UserError(refusal)
        self._mark_archive("archiving")
        for envelope in self:
            self.env["g2p.bridge.archive.run"]._start(envelope, "out", reason)
            envelope._log_decision(
                "archive", self.env._("To the archive: %s", reason), reason=reason
            )

    @api.model
    def _archive_old(self):
        """Archive what has been settled for as long as its company wants."""
        now = fields.Datetime.now()
        for company in self.env["res.company"].search([("bridge_archive_months", ">", 0)]):
            before = fields.Datetime.subtract(now, months=company.bridge_archive_months)
            self.env.flush_all()
            rows = self.env.execute_query(SQL(SETTLED_AT, company=company.id, before=before))
            old = self.browse([row[0] for row in rows])
            reason = self.env._("Settled for %s months", company.bridge_archive_months)
            for envelope in old:
                if not envelope._archive_refusal():
                    envelope._archive(reason)

    def _bring_back(self, reason):
        """Have the rows of these envelopes brought back as they were.

        What is still on its way to the archive is stopped and comes back too.

        :raises UserError: one of them is not in the archive
        """
        for envelope in self:
            if envelope.archive_state not in ("archived", "archiving"):
                raise UserError(
                    self.env._("%s is not in the archive.", envelope.display_name)
                    if not envelope.archive_state
                    else self.env._("%s is coming back already.", envelope.display_name)
                )
        self.archive_run_ids.filtered(lambda run: run.state not in ("done", "refused")).write(
            {"state": "stopped", "ended_at": fields.Datetime.now()}
        )
        self._mark_archive("returning")
        for envelope in self:
            self.env["g2p.bridge.archive.run"]._start(envelope, "back", reason)
            envelope._log_decision(
                "bring_back", self.env._("Back from the archive: %s", reason), reason=reason
            )

    def _mark_archive(self, state):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_bridge_funds_step SET write_date = clock_timestamp()"
            " WHERE envelope_id = ANY(%s) AND kind = 'check'",
            [self.ids],
        )
        self.funds_step_ids.invalidate_recordset()
        self.sudo().write({"archive_state": state})

    def _go_on_after_archive(self):
        """What has waited for these rows goes on at once."""
        waiting = self.env["g2p.bridge.statement"].search(
            [
                ("company_id", "in", self.company_id.ids),
                ("account_number", "in", self.mapped("sponsor_bank_account_number")),
                ("state", "=", "pending"),
            ]
        )
        waiting.write({"next_attempt_at": False})
        waiting._step_enqueue()

    # === Helpers ===

    def _archive_refusal(self):
        """:return: why this envelope can't be archived now, in words, or None"""
        self.ensure_one()
        if self.state not in ENDED:
            return self.env._(
                "%(envelope)s is %(state)s. Only what is reconciled or cancelled is archived.",
                envelope=self.display_name,
                state=self._state_words(),
            )
        if self._has_open_step():
            return self.env._(
                "A step of %s is not at its end: see its funds steps and batches.",
                self.display_name,
            )
        if self.sudo().activity_ids:
            return self.env._("%s has to-dos. Have them done first.", self.display_name)
        restored = self.env["g2p.bridge.restore"]._refusal()
        return restored or self._archive_refusal_of_lines()

    def _archive_refusal_of_lines(self):
        texts = {
            NOT_FINAL: self.env._("What becomes of %s is not certain yet."),
            OPEN_ENTRY: self.env._(
                "A line of a statement that is still open names %s. Decide about it first."
            ),
            REISSUE_UNDER_WAY: self.env._(
                "%s is paid in the place of one of these payments, and is not settled yet."
            ),
        }
        self.env.flush_all()
        for query, text in texts.items():
            found = self.env.execute_query(SQL(query, envelope=self.id))
            if found:
                return text % found[0][0]
        return None

    def _has_open_step(self):
        steps = [*self.funds_step_ids, *self.mapper_batch_ids, *self.bank_batch_ids]
        return any(not step_states.ENDED.holds(step) for step in steps)

    def _check_at_hand(self):
        """Let nobody archive these envelopes until this transaction has ended.

        :raises UserError: one of them is archived, or is being moved
        """
        away = self._keep_at_hand()
        if away:
            raise UserError(away[0]._away_words())

    def _keep_at_hand(self):
        """Hold those of these envelopes that are at hand, as long as this transaction lasts.

        Archiving writes the funds steps (``_mark_archive``), so it waits for this transaction; if
        it was quicker, this is a conflict and starts over. Only steps that were done long ago are
        held: nobody else waits for them.

        :return: those that are not at hand
        """
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id FROM g2p_bridge_funds_step WHERE envelope_id = ANY(%s) AND kind = 'check'"
            " ORDER BY id FOR SHARE",
            [self.ids],
        )
        return self.filtered("archive_state")

    def _away_words(self):
        """Why nothing can be done about this envelope's payments, and what to do."""
        return self.env._(
            "The payments of %(envelope)s are in the archive (%(state)s). An administrator "
            "brings them back: open the envelope, and press Bring Back.",
            envelope=self.display_name,
            state=self._archive_label().lower(),
        )

    def _where_rows_are(self, query):
        """A query of this envelope's rows, with ``{lines}`` and ``{entries}`` for their tables.

        While they are being moved they are in both. That is not asked of the views always: what
        PostgreSQL expects of two tables together is poor where it joins them.
        """
        places = {False: "", "archived": "_archive"}
        suffix = places.get(self.archive_state, "_all")
        return query.format(
            lines=f"g2p_bridge_disbursement{suffix}",
            entries=f"g2p_bridge_statement_entry{suffix}",
        )

    def _list_of(self, xmlid):
        """The action that opens a list, in the archive once all of these envelopes are there."""
        archived = self and all(envelope.archive_state == "archived" for envelope in self)
        return ARCHIVE_ACTIONS.get(xmlid, xmlid) if archived else xmlid

    def _archive_label(self):
        return dict(self._fields["archive_state"]._description_selection(self.env)).get(
            self.archive_state, ""
        )

    def _state_words(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state].lower()
