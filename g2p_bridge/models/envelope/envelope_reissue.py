from odoo import Command, fields, models

# Who has had a part in what makes former payments payable again: who handed in a statement that
# speaks of them and who confirmed it, who decided about their lines or their batch.
FORMER = """
    WITH former AS (
        SELECT id, bank_batch_id, state FROM g2p_bridge_disbursement WHERE id = ANY(%(ids)s)
    ), batches AS (
        SELECT DISTINCT bank_batch_id AS id FROM former WHERE bank_batch_id IS NOT NULL
    ), lines AS (
        SELECT e.statement_id, e.decided_by_id FROM former f
          JOIN g2p_bridge_statement_entry e ON e.disbursement_id = f.id
         UNION
        SELECT e.statement_id, e.decided_by_id FROM batches b
          JOIN g2p_bridge_statement_entry e ON e.bank_batch_id = b.id
    ), deciders AS (
        SELECT r.user_id FROM batches b
          JOIN g2p_bridge_bank_batch_decider_rel r ON r.bank_batch_id = b.id
    ), people AS (
        SELECT user_id FROM deciders
         UNION SELECT decided_by_id FROM lines
         UNION SELECT s.create_uid FROM g2p_bridge_statement s
                WHERE s.id IN (SELECT statement_id FROM lines) AND s.channel = 'person'
         UNION SELECT s.confirmed_by_id FROM g2p_bridge_statement s
                WHERE s.id IN (SELECT statement_id FROM lines)
    )
    SELECT EXISTS (SELECT FROM former WHERE state = 'reversed') OR EXISTS (SELECT FROM lines)
           OR EXISTS (SELECT FROM deciders),
           (SELECT array_agg(user_id) FROM people WHERE user_id IS NOT NULL)
"""


class EnvelopeReissue(models.Model):
    """Whoever had a part in making a payment payable again does not release its reissue."""

    _inherit = "g2p.bridge.envelope"

    pays_again = fields.Boolean(
        readonly=True,
        copy=False,
        help="It reissues what was paid once, or what became payable again by a person's word. "
        "Whatever the policy says, an approver has to release it who neither reissued it, nor "
        "handed in, confirmed or matched what makes it payable.",
    )

    def _add_makers_of(self, formers):
        """Remember who had a part in what this envelope pays again.

        :param formers: record IDs of the payments that are reissued by it
        """
        self.ensure_one()
        if not formers:
            return
        self.env.flush_all()
        self.env.cr.execute(FORMER, {"ids": list(formers)})
        again, people = self.env.cr.fetchone()
        vals = {"maker_ids": [Command.link(user) for user in people or ()]}
        if again and not self.pays_again:
            vals["pays_again"] = True
        self.write(vals)
