# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL
from psycopg2.errors import UniqueViolation
from psycopg2.extras import Json

from ..lib import message


class LinkConflict(Exception):
    """An ID is to be linked that is linked meanwhile, or twice in one request."""


class MapperEntry(models.Model):
    """One ID of the simulated mapper and the financial address it is linked to.

    The four operations of SPAR take the items of a request and give the answers to them,
    with one query to look up all IDs and at most one to write.
    """

    _name = "g2p.bridge.example.mapper.entry"
    _description = "Example Mapper Entry"
    _rec_name = "id_value"
    _order = "id_value"

    # === Fields ===

    id_value = fields.Char(
        "Beneficiary ID", required=True, help="For example token:12345@nationalId."
    )
    fa = fields.Text(
        "Financial Address",
        required=True,
        help="For example account_number:5000100001.branch_code:BR0042.bank_code:EXAMPLE_BANK"
        ".fa_type:BANK_ACCOUNT",
    )
    name = fields.Char()
    phone = fields.Char()
    additional_info = fields.Json()
    active = fields.Boolean(
        default=True, help="An archived entry is answered as if the ID were not linked."
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    # === Constraints ===

    _id_value_uniq = models.Constraint("UNIQUE(id_value)", "This ID is linked already.")

    # === Actions ===

    @api.model
    def _answer_resolve(self, items):
        """Items with an empty ID come first in the answer, as on the real mapper."""
        known = self._known(item.get("id") for item in items)
        empty = [item for item in items if not item.get("id") and not item.get("fa")]
        return [
            *(self._resolved(item, "", None, "rjct", message.RESOLVE_EMPTY) for item in empty),
            *(
                self._resolve(item, known.get(item.get("id")))
                for item in items
                if item.get("id") or item.get("fa")
            ),
        ]

    @api.model
    def _answer_link(self, items):
        known = self._known((item["id"] for item in items), archived=True)
        answers, new = [], []
        for item in items:
            reason = self._incomplete(item)
            if not reason and item["id"] in known:
                reason = message.ALREADY_LINKED
            if not reason:
                new.append(item)
            status = "rjct" if reason else "succ"
            answers.append(message.answer(item, status, reason or (None, None), fa=item["fa"]))
        self._insert(new)
        return answers

    @api.model
    def _answer_update(self, items):
        known = self._known((item["id"] for item in items), archived=True)
        answers, changes = [], {}
        for item in items:
            reason = self._incomplete(item)
            if not reason and item["id"] not in known:
                reason = message.UPDATE_UNKNOWN
            if not reason:
                changes.setdefault(item["id"], []).append(item)
            answers.append(
                message.answer(item, "rjct", reason, id="")
                if reason
                else message.answer(item, "succ", id=item["id"])
            )
        self._change(changes)
        return answers

    @api.model
    def _answer_unlink(self, items):
        known = self._known((item["id"] for item in items), archived=True)
        answers, gone = [], set()
        for item in items:
            reason = None if item["id"] else message.ID_EMPTY
            entry = known.get(item["id"]) if item["id"] not in gone else None
            if not reason and (entry is None or (item.get("fa") or entry[0]) != entry[0]):
                reason = message.UNLINK_UNKNOWN
            if not reason:
                gone.add(item["id"])
            status = "rjct" if reason else "succ"
            answers.append(message.answer(item, status, reason or (None, None), id=""))
        if gone:
            self.env.cr.execute(
                SQL("DELETE FROM %s WHERE id_value = ANY(%s)", self._sql_table(), sorted(gone))
            )
            self.invalidate_model()
        return answers

    # === Helpers ===

    @api.model
    def _sql_table(self):
        return SQL.identifier(self._table)

    @api.model
    def _known(self, ids, archived=False):
        """:return: {ID: (address, additional info)} of those that are linked, in one query"""
        wanted = list({value for value in ids if value})
        if not wanted:
            return {}
        self.flush_model()
        self.env.cr.execute(
            SQL(
                "SELECT id_value, fa, additional_info FROM %s WHERE id_value = ANY(%s)%s",
                self._sql_table(),
                wanted,
                SQL() if archived else SQL(" AND active"),
            )
        )
        return {id_value: (fa, info) for id_value, fa, info in self.env.cr.fetchall()}

    @api.model
    def _resolve(self, item, entry):
        """One answer. What was asked with is echoed, even as a false address."""
        asked = item.get("fa", "")
        if entry is None:
            return self._resolved(item, asked, None, "succ", message.NOT_LINKED)
        if item.get("scope") != "details":
            return self._resolved(item, asked, item["id"], "succ", (None, None))
        address, info = entry
        answer = self._resolved(item, address, item["id"], "succ", (None, None))
        answer["additional_info"] = info
        return answer

    @api.model
    def _resolved(self, item, address, id_value, status, reason):
        return message.answer(
            item, status, reason, fa=address, id=id_value, account_provider_info=None
        )

    @api.model
    def _incomplete(self, item):
        if not item["id"]:
            return message.ID_EMPTY
        return None if item["fa"] else message.FA_EMPTY

    @api.model
    def _insert(self, items):
        """:raises LinkConflict: an ID stands there twice, or was linked meanwhile"""
        if not items:
            return
        columns = [
            [item["id"] for item in items],
            [item["fa"] for item in items],
            [item.get("name") for item in items],
            [item.get("phone_number") for item in items],
            [_json(item.get("additional_info")) for item in items],
        ]
        query = SQL(
            "INSERT INTO %s (id_value, fa, name, phone, additional_info, active, company_id,"
            " create_uid, create_date, write_uid, write_date)"
            " SELECT given.*, true, %s, %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'"
            " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[]) AS given",
            self._sql_table(),
            self.env.company.id,
            self.env.uid,
            self.env.uid,
            *columns,
        )
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(query)
        except UniqueViolation as error:
            raise LinkConflict(error.diag.message_detail or "") from error
        self.invalidate_model()

    @api.model
    def _change(self, changes):
        """Write the last address of each ID; what an update leaves empty stays."""
        if not changes:
            return
        merged = [
            {key: value for item in items for key, value in item.items() if value}
            for items in changes.values()
        ]
        self.env.cr.execute(
            SQL(
                "UPDATE %s entry SET fa = given.fa, name = COALESCE(given.name, entry.name),"
                " phone = COALESCE(given.phone, entry.phone),"
                " additional_info = COALESCE(given.info, entry.additional_info),"
                " write_uid = %s, write_date = now() AT TIME ZONE 'UTC'"
                " FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[])"
                " AS given(id_value, fa, name, phone, info)"
                " WHERE entry.id_value = given.id_value",
                self._sql_table(),
                self.env.uid,
                [item["id"] for item in merged],
                [item["fa"] for item in merged],
                [item.get("name") for item in merged],
                [item.get("phone_number") for item in merged],
                [_json(item.get("additional_info")) for item in merged],
            )
        )
        self.invalidate_model()


def _json(value):
    return Json(value) if value else None
