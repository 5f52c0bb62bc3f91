# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

#: Stands for the running number in a pattern.
NUMBER = "{number}"
MAX_COUNT = 5_000_000


class MapperFill(models.TransientModel):
    """Link many made-up IDs at once."""

    _name = "g2p.bridge.example.mapper.fill"
    _description = "Link Many IDs"

    # === Fields ===

    first = fields.Integer("First Number", default=1, required=True)
    count = fields.Integer("How Many", default=1000, required=True)
    digits = fields.Integer(default=10, required=True, help="Numbers are filled up with zeros.")
    id_pattern = fields.Char(
        "Pattern of the ID",
        default="token:{number}@nationalId",
        required=True,
        help="{number} stands for the running number.",
    )
    fa_pattern = fields.Text(
        "Financial Address",
        default="account_number:{number}.branch_code:BR0001.bank_code:EXAMPLE_BANK"
        ".fa_type:BANK_ACCOUNT",
        required=True,
    )
    name_pattern = fields.Char("Name", default="Person {number}")
    linked = fields.Integer("IDs Linked", readonly=True)

    # === Constraints ===

    _range = models.Constraint(
        f"CHECK(first >= 0 AND count BETWEEN 1 AND {MAX_COUNT} AND digits BETWEEN 1 AND 20)",
        "Numbers begin at zero or above, have 1 to 20 digits, and there are at most "
        f"{MAX_COUNT:,} of them.",
    )

    @api.constrains("id_pattern")
    def _check_id_pattern(self):
        for fill in self:
            if NUMBER not in fill.id_pattern:
                raise ValidationError(
                    self.env._("The pattern of the ID needs %s, or all IDs would be one.", NUMBER)
                )

    # === Actions ===

    def action_fill(self):
        """Link the IDs in one statement; those that are linked already stay as they are."""
        self.ensure_one()
        entries = self.env["g2p.bridge.example.mapper.entry"]
        entries.check_access("create")
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "INSERT INTO %(table)s (id_value, fa, name, active, company_id,"
                " create_uid, create_date, write_uid, write_date)"
                " SELECT replace(%(id)s, %(mark)s, n), replace(%(fa)s, %(mark)s, n),"
                " replace(%(name)s, %(mark)s, n), true, %(company)s, %(uid)s,"
                " now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'"
                " FROM (SELECT lpad(i::text, greatest(%(digits)s, length(i::text)), '0') AS n"
                " FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS i) AS numbers"
                " ON CONFLICT (id_value) DO NOTHING",
                table=SQL.identifier(entries._table),
                id=self.id_pattern,
                fa=self.fa_pattern,
                name=self.name_pattern or None,
                mark=NUMBER,
                company=self.env.company.id,
                uid=self.env.uid,
                digits=self.digits,
                first=self.first,
                last=self.first + self.count - 1,
            )
        )
        self.linked = self.env.cr.rowcount
        entries.invalidate_model()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s IDs are linked.", self.linked),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
