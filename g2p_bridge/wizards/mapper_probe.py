# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from uuid import uuid4

from odoo import fields, models
from odoo.exceptions import UserError

from ..lib.mapper_answer import LATER
from ..lib.reasons import reason_words


class MapperProbe(models.TransientModel):
    """A window in which an administrator asks a mapper for one ID."""

    _name = "g2p.bridge.mapper.test"
    _description = "Test of an ID Mapper"

    mapper_id = fields.Many2one("g2p.bridge.mapper", "ID Mapper", required=True, readonly=True)
    beneficiary_id = fields.Char(
        "Beneficiary ID", help="As the PBMS sends it, for example token:12345@nationalId."
    )
    result = fields.Selection(
        [
            ("resolved", "The ID has an address that can be paid to"),
            ("unresolved", "The mapper answered; there is no usable address"),
            ("taken", "The mapper has taken the question and will call back"),
            ("failed", "The mapper gave no answer"),
        ],
        readonly=True,
    )
    details = fields.Text(readonly=True)
    advice = fields.Text("What to Do", readonly=True)
    milliseconds = fields.Integer("Took (ms)", readonly=True)

    def action_resolve(self):
        """Ask the mapper and show its answer, accounts down to the last four characters."""
        self.ensure_one()
        self.mapper_id.check_access("write")
        if not (self.beneficiary_id or "").strip():
            raise UserError(self.env._("Enter the ID of a beneficiary that the mapper knows."))
        self.write(self._ask())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test %s with One ID", self.mapper_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _ask(self):
        """Ask, and keep on the mapper that it was tried: never whom or what it answered.

        :return: values of this window
        """
        reference = uuid4().hex
        requests = [(reference, self.beneficiary_id.strip())]
        mapper = self.mapper_id
        answers, failure = mapper._try_out(
            lambda endpoint: endpoint._get_connector().resolve(uuid4().hex, requests),
            lambda answers: (
                self.env._("The mapper has taken the question for one ID.")
                if answers is LATER
                else self.env._("The mapper answered the question for one ID.")
            ),
        )
        if failure:
            answer = self.env._("Answer: %s", mapper.last_test_answer)
            result, details = "failed", f"{mapper.last_test_tried or ''}\n{answer}".strip()
        elif answers is LATER:
            result = "taken"
            details = self.env._(
                'Its answer goes to this server and is only looked at for envelopes. "Last '
                'Call-Back" on the mapper says when one has arrived.'
            )
        else:
            result, details = self._read_answer(answers[reference])
        return {
            "result": result,
            "details": details,
            "advice": mapper.last_test_advice if failure else False,
            "milliseconds": mapper.last_test_milliseconds,
        }

    def _read_answer(self, answer):
        """:return: tuple (result, details) of a :class:`Resolution`"""
        if not answer.address:
            words = answer.reason_message or reason_words(self.env, answer.reason_code)
            return "unresolved", f"{words} ({answer.reason_code})"
        lines = [self._part_words(*part) for part in answer.address.masked().items()]
        if answer.name:
            lines.insert(0, self.env._("Name: %s", answer.name))
        return "resolved", "\n".join(lines)

    def _part_words(self, name, value):
        """One part of an address, called as on the screens of disbursements."""
        field = self.env["g2p.bridge.disbursement"].sudo().fields_get([name])[name]
        options = dict(field.get("selection", ()))
        return f"{field['string']}: {options.get(value, value)}"
