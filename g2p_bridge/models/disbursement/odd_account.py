from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from .. import account_seen as sql
from ..account_seen import HELD


class HeldDisbursement(models.Model):
    """Payments that are held because nobody has approved where they would go.

    An approver sees in the preview which accounts several people share, and which are others than
    in the earlier cycle. What is resolved only after the approval he can't have seen: as the
    program's policy says, such a payment is unresolved in spite of its address, until an approver
    releases it or an officer leaves it out. The hold of its money stays so long.
    """

    _inherit = "g2p.bridge.disbursement"

    can_release = fields.Boolean(compute="_compute_can_release")

    @api.depends("state", "reason_code", "reissue_ids")
    @api.depends_context("uid")
    def _compute_can_release(self):
        approver = self.env.user.has_group("g2p_bridge_base.group_approver")
        for line in self:
            held = line.state == "unresolved" and line.reason_code in HELD
            line.can_release = approver and held and not line.reissue_ids

    def action_release_held(self):
        """Ask why these payments are made to their accounts all the same."""
        self._check_releasable()
        return self.env["g2p.bridge.decision"]._open(
            self, "release_held", self.env._("Release Held Payments")
        )

    def _check_releasable(self):
        """:raises AccessError: the user is no approver, or had a part in making an envelope"""
        self.env["g2p.bridge.envelope"]._check_group("group_approver")
        self.check_access("read")
        for envelope in self.sudo().envelope_id:
            if envelope._is_own_work():
                raise AccessError(
                    self.env._(
                        "You had a part in making %s, so another approver has to judge it.",
                        envelope.display_name,
                    )
                )

    def _release_held(self, reason):
        """Pay these by new batches of their envelopes: all of them or none.

        :raises UserError: one of them is not held any more, or its envelope can't pay it
        """
        envelopes = self.envelope_id
        envelopes._take_turn()
        self._lock_unresolved()
        for line in self:
            if line.reason_code not in HELD:
                raise UserError(
                    self.env._(
                        "%s is not held because of its account: it has no usable address.",
                        line.disbursement_id,
                    )
                )
        for envelope in envelopes:
            lines = self.filtered(lambda line, envelope=envelope: line.envelope_id == envelope)
            envelope._release_lines(lines, reason)
        envelopes._go_on()


class OddAccounts(models.Model):
    """Which accounts are held, and who is asked about them."""

    _inherit = "g2p.bridge.envelope"

    def init(self):
        super().init()
        self.env.cr.execute(sql.CREATE)

    def _holds_odd_accounts(self):
        """Whether somebody has to look at what is found out only after the approval."""
        return self._approval() != "none" and self.program_id._policy().odd_accounts != "pay"

    def _note_accounts(self):
        """Remember what the approver of these envelopes has seen, where more is to be found out."""
        for envelope in self:
            if not envelope.id_mapper_resolution_required or not envelope._holds_odd_accounts():
                continue
            if not envelope._awaits_addresses():
                continue
            self.env.flush_all()
            self.env.cr.execute(sql.SEE_ENVELOPE, {"envelope": envelope.id})
            former = envelope._preview_former(envelope._preview_earlier(), None)
            if former and envelope.program_id._policy().odd_accounts == "changed":
                self.env.cr.execute(sql.SEE_FORMER, {"envelope": envelope.id, "former": former.id})

    def _awaits_addresses(self):
        """Whether the mapper may still tell an address: it has not, or was not able to."""
        batches = self.mapper_batch_ids
        return any(batch.state != "done" or batch.unresolved_count for batch in batches)

    def _hold_odd_accounts(self, batch):
        """Hold what a mapper batch has just found out and no approver has seen.

        Whoever approves at this moment and this are a conflict, and one of them begins anew.

        :param batch: the mapper batch whose answers were recorded in this transaction
        """
        if self.state == "receiving" or not self._holds_odd_accounts():
            return
        self.env.cr.execute(
            "SELECT approved_by_id FROM g2p_bridge_envelope WHERE id = %s FOR SHARE", [self.id]
        )
        if not self.env.cr.fetchone()[0]:
            return
        self.env.cr.execute(sql.SEE_BATCH, {"batch": batch.id})
        self.env.cr.execute(sql.HOLD, {"batch": batch.id})
        held = [row[0] for row in self.env.cr.fetchall()]
        if held:
            self._hold_earlier(held)

    def _hold_earlier(self, held):
        """Hold those too who were resolved before to an account that is held now."""
        self.env.cr.execute(sql.MARK, {"held": held})
        self.env.cr.execute(sql.EARLIER, {"held": held})
        rows = self.env.cr.fetchall()
        if not rows:
            return
        # As jobs do: a batch before its lines.
        self.env["g2p.bridge.bank.batch"].browse(sorted({row[0] for row in rows}))._step_lock()
        self.env.cr.execute(sql.HOLD_EARLIER, {"lines": [row[1] for row in rows]})
        batches = {row[0] for row in self.env.cr.fetchall()}
        for batch in self.env["g2p.bridge.mapper.batch"].browse(sorted(batches)):
            batch._count_results()

    def _held_count(self):
        """How many payments are held, and nobody has decided about."""
        if not self.id_mapper_resolution_required:
            return 0
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(held_count), 0)::integer FROM g2p_bridge_mapper_batch"
                " WHERE envelope_id = %s",
                self.id,
            )
        )[0][0]

    def _state_changed(self):
        """What was seen is of no use once everything has left."""
        super()._state_changed()
        if self.state in ("shipped", "reconciled", "cancelled"):
            self.env.cr.execute(sql.FORGET, [self.ids])

    def _ask_about_held(self):
        """Have somebody look at what is held: it is neither paid nor given up by itself."""
        if self._held_count():
            self._ask_for_help(
                self.env._(
                    "Payments are held: their account is shared by several people, or another "
                    "one than in the earlier cycle, and nobody has approved that. Release them "
                    "or leave them out."
                )
            )

    def _release_lines(self, lines, reason):
        """Put held lines into bank batches that will leave."""
        if self.cancellation_status == "cancelled" or self._funds_step("release"):
            raise UserError(
                self.env._(
                    "%s pays nobody any more. Reissue the held payments: a new envelope pays them.",
                    self.display_name,
                )
            )
        self.env["g2p.bridge.restore"]._check_confirmed()
        size = self.program_id._policy().bank_batch_size
        self.env["g2p.bridge.bank.batch"]._move_in(self, lines.ids, size, "resolved")
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET left_out = FALSE WHERE id = ANY(%s)", [lines.ids]
        )
        lines.invalidate_recordset()
        for batch in lines.mapper_batch_id:
            batch._count_results()
        self._close_batches()
        title = self.env._(
            "Held payments released (%(count)s): %(reason)s", count=len(lines), reason=reason
        )
        self._put_on_record(
            "release_held",
            lines._note(title),
            what=title,
            reason=reason,
            lines=lines.mapped("disbursement_id"),
        )
        self.bank_batch_ids.filtered(lambda batch: batch.state == "pending")._lines_changed()
