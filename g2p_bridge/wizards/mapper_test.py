from uuid import uuid4

from odoo import fields, models

from odoo.addons.g2p_bridge_bank_connector.lib.errors import ConnectorError

from ..lib.financial_address import AddressError


class MapperTest(models.TransientModel):
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
            ("failed", "The mapper gave no answer"),
        ],
        readonly=True,
    )
    details = fields.Text(readonly=True)

    def action_resolve(self):
        """Ask the mapper and show its answer, accounts down to the last four characters."""
        self.ensure_one()
        self.mapper_id.check_access("write")
        self.result, self.details = self._ask()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Test %s", self.mapper_id.name),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _ask(self):
        reference = uuid4().hex
        requests = [(reference, (self.beneficiary_id or "").strip())]
        try:
            answers = self.mapper_id._get_connector().resolve(uuid4().hex, requests)
        except ConnectorError as error:
            return "failed", self.env._(
                "%(reason)s (%(code)s). Check the address, the credential and that the "
                "mapper is up.",
                reason=error.message,
                code=error.code,
            )
        answer = answers[reference]
        if not answer.fa:
            return "unresolved", f"{answer.reason_message} ({answer.reason_code})"
        try:
            address = self.mapper_id._parse_address(answer.fa)
        except AddressError as error:
            return "unresolved", f"{error} ({error.code})"
        lines = [f"{name}: {value}" for name, value in address.masked().items()]
        return "resolved", "\n".join([*lines, *([answer.name] if answer.name else [])])
