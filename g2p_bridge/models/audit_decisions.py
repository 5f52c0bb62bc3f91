# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from odoo.addons.g2p_bridge_base.lib.decision import Decision

ENVELOPE = "g2p.bridge.envelope"
OF_ENVELOPE = (ENVELOPE, "envelope_id")
# What an approver has seen is not what would be paid after one of these.
UNSEEN = """w.action IN ('send_back', 'submit', 'amend', 'take_back')
            OR w.action = 'cancel' AND w.line_count > 0"""
# Money can leave by a row alone; asked of each envelope that has to be released by somebody.
LEFT = """t.approval IN ('any', 'other') AND EXISTS (
          SELECT FROM g2p_bridge_bank_batch b
           WHERE b.envelope_id = t.id AND b.payload_digest IS NOT NULL)"""
ONCE_PAUSED = """t.paused IS NOT TRUE AND EXISTS (
          SELECT FROM g2p_bridge_audit p
           WHERE p.model = 'g2p.bridge.envelope' AND p.res_id = t.id AND p.action = 'pause')"""
# As the records of declarations say them, see ``_declaration``.
AS_DECLARED = """a.new_value = concat_ws(' / ', t.number_of_beneficiaries,
                t.number_of_disbursements, t.total_disbursement_amount,
                t.disbursement_schedule_date)"""
# A step that ended by itself has no error left; else a person, or a statement, has settled it.
SETTLED = "t.state = 'done' AND COALESCE(t.latest_error_code, '') <> ''"
SETTLING = ("settle", "give_up", "release")
OF_STEP = "a.action <> 'settle' OR strpos(a.what, t.reference) > 0"

#: What the bridge's own rows say that a person decided.
DECISIONS = [
    *(
        Decision(
            model,
            "decided_by_id",
            ("matched", "not_ours", "reopened", "proposed", "reopening"),
            who="decided_by_id",
            at="decided_at",
            about=("g2p.bridge.statement", "statement_id"),
            record="a.action = t.decision",
        )
        for model in ("g2p.bridge.statement.entry", "g2p.bridge.statement.entry.archive")
    ),
    Decision(
        ENVELOPE,
        "number_of_disbursements",
        ("declare", "amend"),
        when="TRUE",
        record=AS_DECLARED,
        undone="w.action = 'amend'",
    ),
    Decision(
        ENVELOPE,
        "approved_by_id",
        ("approve",),
        who="approved_by_id",
        at="approved_at",
        undone=UNSEEN,
    ),
    Decision(ENVELOPE, "state", ("approve",), when=LEFT),
    Decision(
        ENVELOPE,
        "rejected_by_id",
        ("send_back",),
        who="rejected_by_id",
        at="rejected_at",
        undone="w.action IN ('submit', 'amend')",
    ),
    Decision(ENVELOPE, "started_by_id", ("start",), who="started_by_id"),
    Decision(ENVELOPE, "paused", ("pause",), when="t.paused", undone="w.action = 'resume'"),
    Decision(ENVELOPE, "paused", ("resume",), when=ONCE_PAUSED, undone="w.action = 'pause'"),
    Decision(
        ENVELOPE,
        "cancellation_status",
        ("cancel",),
        when="t.cancellation_status = 'cancelled'",
        at="cancellation_time_stamp",
    ),
    *(
        Decision(model, "state", SETTLING, when=SETTLED, about=OF_ENVELOPE, record=OF_STEP)
        for model in ("g2p.bridge.bank.batch", "g2p.bridge.funds.step")
    ),
    Decision("g2p.bridge.statement", "is_another", ("another_statement",), when="t.is_another"),
    Decision("g2p.bridge.statement", "state", ("leave_statement",), when="t.state = 'cancelled'"),
    Decision(
        "g2p.bridge.statement",
        "confirmed_by_id",
        ("confirm_statement",),
        who="confirmed_by_id",
        at="confirmed_at",
    ),
    Decision(
        "g2p.bridge.bank.batch",
        "denied_by_id",
        ("deny",),
        who="denied_by_id",
        at="denied_at",
        about=OF_ENVELOPE,
    ),
    Decision("g2p.bridge.import", "started_by_id", ("import",), who="started_by_id"),
    Decision("g2p.bridge.import", "file_by_id", ("import",), who="file_by_id"),
    Decision(
        "g2p.bridge.archive.run",
        "user_id",
        ("archive", "bring_back"),
        who="user_id",
        about=OF_ENVELOPE,
    ),
]
# What was decided about single payments is one record for many: there are never more of them
# than the records of their envelope say.
LINES = """
    WITH decided AS (
        SELECT envelope_id, COUNT(*) FILTER (WHERE left_out) AS left_out,
               COUNT(*) FILTER (WHERE beneficiary_id_received IS NOT NULL) AS corrected,
               COUNT(*) FILTER (WHERE state = 'cancelled') AS cancelled,
               COUNT(*) FILTER (WHERE reason_code = 'HOLD_RELEASED') AS released
          FROM g2p_bridge_disbursement_all GROUP BY envelope_id
    ), told AS (
        SELECT res_id AS envelope_id,
               SUM(line_count) FILTER (WHERE action = 'leave_out') AS left_out,
               SUM(line_count) FILTER (WHERE action = 'correct') AS corrected,
               SUM(line_count) FILTER (WHERE action = 'cancel') AS cancelled,
               bool_or(action = 'cancel' AND line_count = 0) AS all_cancelled,
               bool_or(action = 'release') AS released
          FROM g2p_bridge_audit
         WHERE model = 'g2p.bridge.envelope'
           AND action IN ('leave_out', 'correct', 'cancel', 'release')
         GROUP BY res_id)
    SELECT d.envelope_id FROM decided d LEFT JOIN told t USING (envelope_id)
     WHERE d.left_out > COALESCE(t.left_out, 0)
        OR d.corrected > COALESCE(t.corrected, 0)
        OR d.cancelled > COALESCE(t.cancelled, 0) AND t.all_cancelled IS NOT TRUE
        OR d.released > 0 AND t.released IS NOT TRUE
     ORDER BY d.envelope_id
"""


class AuditDecisions(models.Model):
    _inherit = "g2p.bridge.audit"

    @api.model
    def _decisions(self):
        return [*super()._decisions(), *DECISIONS]

    @api.model
    def _verify_decisions(self, verdict):
        super()._verify_decisions(verdict)
        for (envelope_id,) in self.env.execute_query(SQL(LINES)):
            verdict.found(
                self.env._(
                    "More payments of %s are left out, corrected, cancelled or given up than the "
                    "trail has records of. It was written past the bridge.",
                    self.env[ENVELOPE].sudo().browse(envelope_id).display_name,
                )
            )
