# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.models import MAGIC_COLUMNS

from ...secret import Secret

#: Fields of other addons that are no configuration.
FOREIGN = ("message_", "activity_", "website_message_", "rating_", "my_activity_")


class AuditedConfig(models.AbstractModel):
    """Configuration that money depends on: who changed what goes into the audit trail."""

    _name = "g2p.bridge.audited.config"
    _description = "Audited Configuration"

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._audited()._record_made()
        return records

    def write(self, vals):
        names = [name for name in self._audited_names() if name in vals]
        audited = self._audited() if names else self.browse()
        before = {record: record._told_values(names) for record in audited}
        result = super().write(vals)
        for record, old in before.items():
            new = record._told_values(names)
            for name in names:
                if isinstance(self._fields[name], Secret):
                    record._record_secret(name, vals[name])
                elif old.get(name) != new.get(name):
                    record._record_config(
                        "change",
                        self._label(name),
                        old_value=old[name][1],
                        new_value=new[name][1],
                    )
        if names:
            (self._audited() - audited)._record_made()
        return result

    def unlink(self):
        names = self._audited_names()
        for record in self._audited():
            told = record._told_values(names)
            record._record_config("delete", self._description, old_value=record._told_lines(told))
        return super().unlink()

    # === Helpers ===

    def _audited(self):
        """:return: those of these records that the audit trail tells of"""
        return self

    def _record_made(self):
        names = self._audited_names()
        for record in self:
            told = record._told_values(names)
            record._record_config("create", self._description, new_value=record._told_lines(told))

    def _record_config(self, action, what, **facts):
        self.env["g2p.bridge.audit"]._record_fact(action, self, what, **facts)

    def _record_secret(self, name, value):
        """That a secret was replaced, never by what."""
        done = self.env._("replaced") if value else self.env._("removed")
        self._record_config("secret", self._label(name), new_value=done)

    @api.model
    def _unaudited_names(self):
        """:return: set of fields that are stored, but tell of work and not of configuration"""
        return set()

    @api.model
    def _audited_names(self):
        passing = self._unaudited_names()
        return [
            name
            for name, field in self._fields.items()
            if field.store
            and not (field.compute and field.readonly)
            and field.type not in ("one2many", "binary")
            and name not in MAGIC_COLUMNS
            and name not in passing
            and not name.startswith(FOREIGN)
        ]

    def _told_values(self, names):
        """{name: (value to compare, value in words)}; of a secret only whether there is one."""
        self.ensure_one()
        record = self.sudo().with_context(prefetch_fields=False, lang=None)
        return {name: record._told_value(self._fields[name]) for name in names}

    def _told_value(self, field):
        return told_value(self, field)

    def _told_lines(self, told):
        """What a record says, a field a line."""
        return "\n".join(
            f"{self._fields[name]._description_string(self.env)}: {words}"
            for name, (_value, words) in told.items()
            if words
        )

    @api.model
    def _label(self, name):
        field = self._fields[name]
        return f"{self._description}: {field._description_string(self.env)}"


def told_value(record, field):
    """What a record says in a field.

    :return: tuple (value to compare, value in words); of a secret only whether there is one
    """
    if isinstance(field, Secret):
        return None, "•••" if field.is_given(record) else ""
    value = record[field.name]
    words = plain_words(record, field)
    # Readers of the trail see no more of an account number than everybody does.
    if field.groups and field.type in ("char", "text") and len(words) > 4:
        words = f"••••{words[-4:]}"
    return value.ids if field.relational else value, words


def plain_words(record, field):
    """The value of a field in words, as its readers see it."""
    value = record[field.name]
    if field.relational:
        return ", ".join(value.mapped("display_name"))
    if field.type == "selection":
        return dict(field._description_selection(record.env)).get(value, value or "")
    if field.type == "boolean":
        return record.env._("yes") if value else record.env._("no")
    return "" if value is False or value is None else str(value)
