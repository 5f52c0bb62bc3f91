# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...lib.frozen import ARCHIVING, ERROR_CODE, SETTING, table_triggers


class FrozenMixin(models.AbstractModel):
    """Records of money: from some moment on nobody changes or deletes them, whatever their rights.

    Triggers keep it in the database, so that neither raw SQL nor another addon gets round
    it; here the same rules are asked beforehand, to refuse in words.
    """

    _name = "g2p.bridge.frozen.mixin"
    _description = "Record of Money"
    _inherit = ["g2p.bridge.own.fields"]

    #: What stays as it is: tuple of :class:`Frozen`.
    _frozen = ()
    #: Condition over ``old`` under which a row may not be deleted.
    _undeletable = "TRUE"
    #: Whether rows may be deleted all the same by whoever moves old ones out, see ``_archiving``.
    _archivable = True

    # === CRUD ===

    def init(self):
        """Make the triggers of this table, or make them anew."""
        super().init()
        if not self._abstract and self._may_be_altered():
            for statement in table_triggers(
                self._table, self._frozen, self._undeletable, self._archivable
            ):
                self.env.cr.execute(statement)

    def write(self, vals):
        """Refuse what would be refused by the database, before anything is written."""
        touched = [(rule, name) for rule in self._frozen for name in rule.columns if name in vals]
        if touched:
            self.check_access("write")
        for rule, name in touched:
            self._check_frozen(name, vals[name], rule)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_money(self):
        exempt = ARCHIVING if self._archivable else "FALSE"
        kept = self._where(SQL(f"({self._undeletable}) AND NOT ({exempt})"))
        if kept:
            raise UserError(
                self.env._(
                    "%(record)s (%(kind)s) can't be deleted: it is part of the record of "
                    "what was done with money.",
                    record=kept[0].display_name,
                    kind=self._description,
                )
            )

    # === Helpers ===

    @api.model
    def _may_be_altered(self):
        """Whether the table is this role's to alter: that of the audit trail may not be."""
        self.env.cr.execute(
            "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass",
            [self._table],
        )
        return self.env.cr.fetchone()[0]

    @api.model
    def _own_fields(self):
        """Nobody makes such a record by hand."""
        return set(self._fields)

    def _check_frozen(self, name, value, rule):
        """:raises UserError: a new value for a column that stays as it is"""
        field = self._fields[name]

        def is_changed(record):
            old = field.convert_to_cache(record[name], record, validate=False)
            if old is None and not rule.even_empty:
                return False  # filled for the first time
            return field.convert_to_cache(value, record, validate=False) != old

        changed = self.filtered(is_changed)
        # What may still change into some values only is left to the database.
        kept = changed._where(SQL(rule.kept(name))) if rule.unless == "FALSE" else None
        if kept:
            raise UserError(
                self.env._(
                    "%(field)s of %(record)s (%(kind)s) can't be changed any more: it is part "
                    "of the record of what was declared, sent or received.",
                    field=field._description_string(self.env),
                    record=kept[0].display_name,
                    kind=self._description,
                )
            )

    def _where(self, condition):
        """:return: those of these records for which a condition over ``old`` holds"""
        if not self.ids:
            return self.browse()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT old.id FROM %s AS old WHERE old.id = ANY(%s) AND (%s) ORDER BY old.id",
                SQL.identifier(self._table),
                self.ids,
                condition,
            )
        )
        return self.browse([row[0] for row in rows])

    @api.model
    def _sql_error_to_message(self, exc):
        if exc.pgcode == ERROR_CODE:
            return self.env._(
                "What was declared, sent or received stays as it is, and is not deleted: %s",
                exc.diag.message_primary,
            )
        return super()._sql_error_to_message(exc)

    @api.model
    @contextmanager
    def _archiving(self, reason):
        """Within it, and within this transaction, rows may be deleted; their values still not.

        For moving old cycles out of the database, and for nothing else. The database logs
        each table that is touched, and the audit trail keeps the reason.

        :param str reason: what is archived, where to, and by whose order
        """
        self.env["g2p.bridge.audit"]._record_fact(
            "archive", self.browse(), self._description, reason=reason
        )
        with self._letting_go(reason):
            yield

    @api.model
    @contextmanager
    def _letting_go(self, reason):
        """As ``_archiving``, for who puts the whole of it into the audit trail by himself."""
        self.env.flush_all()
        self.env.cr.execute("SELECT set_config(%s, %s, TRUE)", [SETTING, reason])
        yield
        self.env.flush_all()
        self.env.cr.execute("SELECT set_config(%s, '', TRUE)", [SETTING])
