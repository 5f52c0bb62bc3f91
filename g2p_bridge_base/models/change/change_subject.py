# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ... import keys
from ...secret import Secret
from ..audit.audited_config import plain_words

#: In the context of a change that is only tried out: nobody outside can give this very object.
TRIAL = object()


class Line(dict):
    """One field in a change: ``name``, ``label``, ``before``, ``after`` and how these are shown
    to who may not see account numbers, ``before_masked``, ``after_masked``."""

    def __init__(self, name, label, before, after, before_masked=None, after_masked=None):
        super().__init__(
            name=name,
            label=label,
            before=before,
            after=after,
            before_masked=before if before_masked is None else before_masked,
            after_masked=after if after_masked is None else after_masked,
        )


class ChangeSubject(models.AbstractModel):
    """What ``g2p.bridge.change`` can propose a change of, in a form that waits and is compared.

    Values are JSON: dates are texts, a many2one is an ID, a many2many a sorted list of IDs, a
    secret its text.
    """

    _name = "g2p.bridge.change.subject"
    _description = "What Two People Change"

    @api.model
    def _needs_second_person(self):
        """Whether what this user does about what directs money waits for somebody else."""
        return not (self.env.su or keys.one_person())

    @api.model
    def _is_trial(self):
        return self.env.context.get("g2p_bridge_trial") is TRIAL

    def _proposed_values(self, vals):
        """:return: what of ``vals``, as ``write`` takes them, would change something, as JSON"""
        proposed = {name: self._json_value(name, value) for name, value in vals.items()}
        current = self._current_values(proposed)
        return {name: value for name, value in proposed.items() if value != current[name]}

    def _current_values(self, names):
        """:return: {name: what the record says now, as JSON}"""
        record = self.sudo().with_context(active_test=False, bin_size=False)
        return {name: record._json_current(name) for name in names}

    def _write_confirmed(self, values):
        """Carry out a change that was confirmed, in superuser mode.

        :param dict values: JSON, as ``_proposed_values`` gave them
        """
        secrets = {name for name in values if isinstance(self._fields[name], Secret)}
        self.write(
            {name: self._write_value(name, values[name]) for name in values if name not in secrets}
        )
        for name in sorted(secrets):
            self._replace_secret(name, values[name])

    def _try_change(self, values):
        """Carry a change out and take it back.

        :return: list of :class:`Line`: everything that it changes
        :raises UserError: what the change itself would be refused for
        """
        self.ensure_one()
        names = self._change_names()
        before = self._change_words(names)
        savepoint = self.env.cr.savepoint()
        try:
            record = self.sudo().with_context(g2p_bridge_trial=TRIAL)
            record._write_confirmed(values)
            record.flush_recordset()
            self._check_change_reached()
            after = self._change_words(names)
        finally:
            savepoint.close(rollback=True)
        return [
            self._change_line(name, before[name], after[name])
            for name in names
            if name in values or before[name] != after[name]
        ]

    def _check_change_reached(self):
        """Nobody plants a record where its proposer may not look after it."""
        companies = self.env.user.company_ids.ids
        self.with_context(allowed_company_ids=companies).check_access("write")

    def _check_may_confirm(self):
        """:raises AccessError: this user may not write what is confirmed"""
        self.check_access("write")

    @api.model
    def _change_names(self):
        """:return: list of the fields that a change is told by"""
        return sorted(self._fields)

    def _change_company(self):
        """:return: the company whose administrators decide; none: those of every company"""
        return self.company_id if "company_id" in self._fields else self.env["res.company"]

    def _change_log(self):
        """:return: the record whose history tells of changes; no record if nobody's does"""
        return self if "message_ids" in self._fields else self.browse()

    def _json_value(self, name, value):
        field = self._fields[name]
        if isinstance(field, Secret):
            return value or False
        if field.type == "many2many":
            return self._linked_ids(name, value)
        if field.type == "one2many" or field.type == "binary":
            raise UserError(
                self.env._("%s can't be proposed.", field._description_string(self.env))
            )
        cached = field.convert_to_cache(value, self)
        value = field.convert_to_write(field.convert_to_record(cached, self), self)
        return False if value == "" else _json(value)

    def _json_current(self, name):
        field = self._fields[name]
        if isinstance(field, Secret):
            return self._readable_secret(name) or False
        if field.type == "many2many":
            return sorted(self[name].ids)
        value = field.convert_to_write(self[name], self)
        return False if value == "" else _json(value)

    def _write_value(self, name, value):
        if self._fields[name].type == "many2many":
            return [fields.Command.set(value)]
        return value

    def _linked_ids(self, name, value):
        """:return: sorted IDs of what a field is linked to once its commands are carried out"""
        ids = set(self.sudo().with_context(active_test=False)[name].ids)
        for command in value or []:
            if isinstance(command, int):
                command = fields.Command.link(command)
            kind, key, given = (*command, 0, 0)[:3]
            if kind == fields.Command.LINK:
                ids.add(key)
            elif kind == fields.Command.UNLINK:
                ids.discard(key)
            elif kind == fields.Command.CLEAR:
                ids = set()
            elif kind == fields.Command.SET:
                ids = set(given)
            else:
                raise UserError(
                    self.env._(
                        "%s of this record waits for another person's confirmation: choose among "
                        "what there is. Make or change the other record by itself.",
                        self._fields[name]._description_string(self.env),
                    )
                )
        linked = self.env[self._fields[name].comodel_name].browse(ids)
        if not self.env.su and linked.exists() != linked.exists()._filtered_access("read"):
            raise AccessError(
                self.env._(
                    "You may not see all of %s. Choose among those that you see.",
                    self._fields[name]._description_string(self.env),
                )
            )
        return sorted(ids)

    def _change_words(self, names):
        """:return: {name: (in words, in words for who may not see account numbers)}"""
        record = self.sudo().with_context(active_test=False, prefetch_fields=False)
        words = {}
        for name in names:
            field = record._fields[name]
            if isinstance(field, Secret):
                # Kept as JSON beside the words: that it is another one is told, not which.
                words[name] = (record._readable_secret(name) or "", None)
            else:
                words[name] = (plain_words(record, field), record._told_value(field)[1])
        return words

    def _change_line(self, name, before, after):
        field = self._fields[name]
        label = field._description_string(self.env)
        if not isinstance(field, Secret):
            return Line(name, label, before[0], after[0], before[1], after[1])
        if not after[0]:
            told = self.env._("removed")
        else:
            told = self.env._("replaced") if before[0] else self.env._("given")
        return Line(name, label, "•••" if before[0] else "", told)


def _json(value):
    """A value as it is after it was kept as JSON."""
    return json.loads(json.dumps(value, default=str))
