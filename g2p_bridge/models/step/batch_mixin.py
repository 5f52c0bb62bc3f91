# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class BatchMixin(models.AbstractModel):
    """A step that carries many disbursements of one envelope.

    Counts and amounts are those of the batch's own lines, so batches never meet on a row.
    """

    _name = "g2p.bridge.batch.mixin"
    _description = "Batch of Disbursements"
    _inherit = ["g2p.bridge.step.mixin"]
    _order = "envelope_id, id"
    _rec_name = "reference"
    #: The many2one of a disbursement that names its batch of this kind.
    _batch_field = None

    # === Fields ===

    envelope_id = fields.Many2one(
        "g2p.bridge.envelope", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="envelope_id.company_id")
    currency_id = fields.Many2one(related="envelope_id.currency_id")
    line_count = fields.Integer("Disbursements", readonly=True)

    # === Compute ===

    @api.depends("envelope_id")
    def _compute_display_name(self):
        for batch in self:
            batch.display_name = f"{batch.envelope_id.display_name} / {batch.id}"

    # === Actions ===

    def action_open_disbursements(self):
        self.ensure_one()
        xmlid = self.envelope_id._list_of("g2p_bridge.disbursement_action")
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [(self._batch_field, "=", self.id)]}

    # === Helpers ===

    @api.model
    def _place(self, envelope, count, size):
        """Batches for ``count`` further lines: those still being filled, then new ones.

        Called under the envelope's ``_lock_as_maker``, so nobody else fills the same batches.

        :return: list of (batch, number of lines that it takes), in filling order
        """
        places = []
        for batch in self.search([("envelope_id", "=", envelope.id), ("state", "=", "open")]):
            taken = min(count, max(size - batch.line_count, 0))
            if taken:
                places.append((batch, taken))
                count -= taken
        sizes = [size] * (count // size) + ([count % size] if count % size else [])
        created = self.create([{"envelope_id": envelope.id, "state": "open"} for _ in sizes])
        return places + list(zip(created, sizes, strict=True))

    def _move_in(self, envelope, ids, size, state="received"):
        """Give lines that did not leave a place in batches that will.

        :param state: that of the lines from now on
        """
        former = self.search([("envelope_id", "=", envelope.id)])
        start = 0
        for batch, count in self._place(envelope, len(ids), size):
            self.env.cr.execute(
                SQL(
                    "UPDATE g2p_bridge_disbursement SET state = %s, reason_code = NULL,"
                    " left_out = NULL, %s = %s WHERE id = ANY(%s)",
                    state,
                    SQL.identifier(self._batch_field),
                    batch.id,
                    ids[start : start + count],
                )
            )
            start += count
        self.env["g2p.bridge.disbursement"].invalidate_model()
        (former | self.search([("envelope_id", "=", envelope.id)]))._count_lines()

    def _count_lines(self, size=None):
        """Count the live lines of these batches, in SQL; close those that are full.

        :param size: number of lines that makes a batch full
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %(table)s b SET line_count = s.lines %(amount)s FROM"
                " (SELECT t.id, COUNT(d.id) AS lines,"
                " COALESCE(SUM(d.disbursement_amount), 0) AS amount FROM unnest(%(ids)s) AS t(id)"
                " LEFT JOIN g2p_bridge_disbursement d"
                " ON d.%(field)s = t.id AND d.state <> 'cancelled' GROUP BY t.id) s"
                " WHERE b.id = s.id",
                table=SQL.identifier(self._table),
                amount=SQL(", line_amount = s.amount" if "line_amount" in self else ""),
                field=SQL.identifier(self._batch_field),
                ids=self.ids,
            )
        )
        self.invalidate_recordset()
        if size:
            full = self.filtered(lambda b: b.state == "open" and b.line_count >= size)
            full.state = "pending"

    def _give_up(self, waiting, given_up, reason):
        """Move the lines that wait in a failed batch to a final state, with the reason."""
        self.envelope_id._add_maker()
        self._step_lock()
        if self.state != "failed":
            raise UserError(
                self.env._("Only a failed batch can be given up; this one is %s.", self.state)
            )
        self.env.cr.execute(
            SQL(
                "UPDATE g2p_bridge_disbursement SET state = %s, reason_code = %s"
                " WHERE %s = %s AND state = %s RETURNING disbursement_id",
                given_up,
                self.latest_error_code or "GIVEN_UP",
                SQL.identifier(self._batch_field),
                self.id,
                waiting,
            )
        )
        lines = [row[0] for row in self.env.cr.fetchall()]
        self.env["g2p.bridge.disbursement"].invalidate_model()
        self.state = "done"
        self._count_results()
        self._bank_batches()._lines_changed("given_up")
        self.envelope_id._log_decision(
            "give_up",
            self.env._(
                "%(kind)s %(batch)s given up: %(reason)s",
                kind=self._description,
                batch=self.display_name,
                reason=reason,
            ),
            reason=reason,
            old_value=waiting,
            new_value=given_up,
            lines=lines,
        )
        self._step_continue()

    def _bank_batches(self):
        """The bank batches that the lines of these batches are in."""
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT bank_batch_id FROM g2p_bridge_disbursement WHERE %s = ANY(%s)",
                SQL.identifier(self._batch_field),
                self.ids,
            )
        )
        return self.env["g2p.bridge.bank.batch"].browse([row[0] for row in self.env.cr.fetchall()])

    def _step_owner(self):
        return self.envelope_id

    def _step_check_operator(self):
        self.env["res.users"]._g2p_bridge_check_role("officer")
        self.check_access("read")

    def _step_wake_owner(self):
        self.envelope_id._enqueue_advance()
