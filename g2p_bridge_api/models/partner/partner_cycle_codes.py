from odoo import fields, models

# Payments of envelopes that this partner has declared before: its technical user made them.
REMEMBER_FORMER = """
    INSERT INTO g2p_bridge_sender_id (partner_id, kind, sender_id, bridge_id)
    SELECT DISTINCT ON (d.mis_reference_number)
           %(partner)s, 'payment', d.mis_reference_number, d.disbursement_id
      FROM g2p_bridge_disbursement_all d
     WHERE d.mis_reference_number IS NOT NULL AND d.envelope_id = ANY(%(envelopes)s)
     ORDER BY d.mis_reference_number, d.state = 'cancelled', d.id DESC
    ON CONFLICT (partner_id, kind, sender_id) DO NOTHING
"""


class PartnerCycleCodes(models.Model):
    """A partner that calls every cycle by the same code: see ``service_cycle_codes.py``."""

    _inherit = "g2p.bridge.partner"

    cycle_codes_repeat = fields.Boolean(
        "Cycle Codes Come Again",
        tracking=True,
        help="This system gives the same code to every cycle, as OpenG2P's PBMS 17 does. Cycles "
        "are then told apart by their schedule dates; and of one date, a cycle whose payments are "
        "all there is another one than the next. Each payment needs a key of its own "
        "(mis_reference_number), and a key stands for one payment in all cycles.",
    )

    def _two_person_names(self):
        return super()._two_person_names() | {"cycle_codes_repeat"}

    def _direction_changed(self, names):
        super()._direction_changed(names)
        if "cycle_codes_repeat" in names:
            self.filtered("cycle_codes_repeat")._remember_former_keys()

    def _remember_former_keys(self):
        """From now on a key stands for one payment: also those that were sent before."""
        self.env.flush_all()
        for partner in self.sudo():
            declared = [
                ("program_id", "in", partner._programs().ids),
                ("maker_ids", "in", partner.user_id.ids),
            ]
            envelopes = self.env["g2p.bridge.envelope"].sudo().search(declared)
            self.env.cr.execute(
                REMEMBER_FORMER, {"partner": partner.id, "envelopes": envelopes.ids}
            )
