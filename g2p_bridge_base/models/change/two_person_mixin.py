# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml.builder import E
from odoo import api, fields, models
from odoo.tools import format_datetime

from ...secret import MASK, Secret

ADMIN = "g2p_bridge_base.group_admin"


class TwoPersonMixin(models.AbstractModel):
    """Configuration that directs money: one administrator proposes, another one confirms.

    ``_two_person_names`` says which fields do. What a person writes to them waits as a
    ``g2p.bridge.change`` and has no effect until somebody who had no part in it confirms it; all
    else is written at once, and so is what only stops something. A record that a person makes
    has no effect at all before it is confirmed; until then it is edited freely, and whoever
    does so has a part in it. The bridge itself (superuser mode) writes at once.

    A model that inherits this sees to it that nothing is done with a record of which
    ``is_confirmed`` is False. It also inherits ``g2p.bridge.own.fields``, so that nobody gives
    that field.
    """

    _name = "g2p.bridge.two.person.mixin"
    _description = "What Directs Money"
    _inherit = ["g2p.bridge.change.subject", "g2p.bridge.audited.config"]

    # === Fields ===

    is_confirmed = fields.Boolean(
        "Confirmed",
        default=lambda self: not self._needs_second_person(),
        readonly=True,
        copy=False,
        help="Another administrator has confirmed it. What nobody has confirmed has no effect.",
    )
    change_notice = fields.Text(
        "Waits for Confirmation",
        compute="_compute_change_notice",
        compute_sudo=True,
        help="What was proposed and waits for another administrator.",
    )

    # === Compute ===

    @api.depends("is_confirmed")
    @api.depends_context("lang", "tz")
    def _compute_change_notice(self):
        waiting = self.env["g2p.bridge.change"]._waiting(self).grouped("res_id")
        for record in self:
            changes = waiting.get(record.id, ())
            lines = [
                self.env._(
                    "%(what)s: proposed by %(who)s on %(when)s. It waits for another "
                    "administrator.",
                    what=change.summary,
                    who=change.proposer_id.name,
                    when=format_datetime(self.env, change.proposed_at, dt_format="short"),
                )
                for change in changes
            ]
            if record.id and not record.is_confirmed:
                lines.insert(0, self.env._("This has no effect until it is confirmed."))
                if not changes:
                    lines.append(self.env._("Nobody is asked now: change it to propose it anew."))
            record.change_notice = "\n".join(lines) or False

    # === CRUD ===

    @api.model_create_multi
    def create(self, vals_list):
        """A record that a person makes waits for another one."""
        records = super().create(vals_list)
        for record in records.filtered(lambda record: not record.sudo().is_confirmed):
            record._propose_itself()
        return records

    def write(self, vals):
        """Propose what of this directs money and would change; write the rest."""
        if self._is_trial():
            return super().write(vals)
        if not self._needs_second_person():
            return self._write_direction(vals, super().write)
        drafts = self.filtered(lambda record: not record.is_confirmed)
        directing, rest = self._taken_apart(vals)
        if directing and self - drafts:
            self.check_access("write")
            for key in set(vals) - set(rest):
                self._check_field_access(self._fields[key], "write")
            for record in self - drafts:
                record._propose(directing)
        if drafts:
            super(TwoPersonMixin, drafts).write(vals)
            for draft in drafts:
                draft._propose_itself()
        live = self - drafts
        write = super(TwoPersonMixin, live).write
        return live._write_direction(rest, write) if rest else True

    def unlink(self):
        self.env["g2p.bridge.change"]._overtake(self)
        return super().unlink()

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Every form says what waits, and leads to it."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for sheet in arch.xpath("/form/sheet[1]"):
                sheet.addprevious(self._change_banner())
        return arch, view

    # === Actions ===

    def action_open_changes(self):
        """Open what waits for a confirmation about this record."""
        self.ensure_one()
        self.check_access("read")
        changes = self.env["g2p.bridge.change"]._waiting(self)
        return self.env["g2p.bridge.change"].browse(changes.ids)._open()

    # === Helpers ===

    @api.model
    def _two_person_names(self):
        """:return: set of the fields that direct money; secrets by the name of what is stored"""
        return set()

    @api.model
    def _stops(self, name, value):
        """Whether to write this value only stops something: that waits for nobody.

        To remove a secret does so as well.
        """
        return name == "active" and not value

    def _direction_changed(self, names):
        """Called after fields that direct money have changed, whoever wrote them.

        :param set names: of these fields; ``is_confirmed`` alone when a new record counts from
            now on
        """

    def _propose(self, vals):
        """Have what these values would change confirmed by another person.

        :param dict vals: as ``write`` takes them; secrets by the name of what is stored
        """
        self.ensure_one()
        values = self._proposed_values(vals)
        if values:
            self.env["g2p.bridge.change"]._propose(self, values)

    def _propose_itself(self):
        """Have a record that nobody has confirmed yet confirmed as it is now."""
        self.env["g2p.bridge.change"]._propose_record(self)

    def _taken_apart(self, vals):
        """:return: tuple: {name: value} of what directs money, and the rest as it was given"""
        names = self._two_person_names() - self._own_fields()
        directing, rest = {}, {}
        for key, value in vals.items():
            name = key.removesuffix("_input")
            if name != key and isinstance(self._fields.get(name), Secret):
                typed = (value or "").strip()
                if name not in names or not typed:
                    rest[key] = value
                elif typed != MASK:
                    directing[name] = typed
            elif key not in names or self._stops(key, value):
                rest[key] = value
            else:
                directing[key] = value
        return directing, rest

    def _write_direction(self, vals, write):
        """Write at once, and tell what of it directs money and has changed.

        :param write: what writes values to these records
        """
        names = self._two_person_names() & set(vals)
        before = {record: record._current_values(names) for record in self} if names else {}
        result = write(vals)
        for record, former in before.items():
            now = record._current_values(names)
            changed = {name for name in names if now[name] != former[name]}
            if changed:
                self.env["g2p.bridge.change"]._overtake(record, changed)
                record._direction_changed(changed)
        return result

    def _write_confirmed(self, values):
        if values:
            super()._write_confirmed(values)
        else:
            self.is_confirmed = True
            self._direction_changed({"is_confirmed"})

    def _replace_secret(self, name, value):
        """A secret that directs money is another one only after somebody else has confirmed."""
        if self._secret_waits(name, value):
            self._propose({name: value})
            return
        super()._replace_secret(name, value)
        if not self.is_confirmed and self._needs_second_person():
            self._propose_itself()

    def _secret_waits(self, name, value):
        """Whether this value of a secret waits for another person; to remove one only stops."""
        directs = name in self._two_person_names()
        return bool(value and directs and self.is_confirmed and self._needs_second_person())

    def _change_names(self):
        """What people may write: the rest follows from it, or is the bridge's own."""
        directing = self._two_person_names()
        own = self._own_fields() - directing
        return [
            name
            for name in self._audited_names()
            if name not in own and (name in directing or not isinstance(self._fields[name], Secret))
        ]

    def _unaudited_names(self):
        return super()._unaudited_names() | {"is_confirmed"}

    @api.model
    def _change_banner(self):
        return E.div(
            E.field(name="is_confirmed", invisible="1"),
            E.field(name="change_notice", readonly="1", **{"class": "flex-grow-1 mb-0"}),
            E.button(
                name="action_open_changes",
                type="object",
                string=self.env._("Look and Decide"),
                groups=ADMIN,
                **{"class": "btn btn-warning text-nowrap"},
            ),
            role="status",
            invisible="not change_notice",
            **{"class": "alert alert-warning mb-0 d-flex gap-3 o_g2p_bridge_change_notice"},
        )
