# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...at_start import at_start
from ...keys import server_keys
from ...lib.keyring import KeyFault, Unreadable, new_key, ring_of
from ...secret import MASK, Secret, SecretUnreadable

_logger = logging.getLogger(__name__)

#: Parameter that keeps the key of this database, which seals while the server has none.
KEY = "g2p_bridge_base.secret_key"


class SecretMixin(models.AbstractModel):
    """What stands behind the fields of ``secret.py``, for any number of secrets of a model."""

    _name = "g2p.bridge.secret.mixin"
    _description = "Secrets"

    # === CRUD ===

    def _register_hook(self):
        super()._register_hook()
        if self._name == SecretMixin._name:
            at_start(self._seal_at_start)

    # === Helpers ===

    def _take_secret(self, name):
        """Store what was typed into ``<name>_input``: the mask stands for no change."""
        for record in self:
            typed = (record[f"{name}_input"] or "").strip()
            if typed != MASK and (typed or self._fields[name].is_given(record.sudo())):
                record._replace_secret(name, typed)
        # What was typed must not be read again, not even by this very request.
        self.invalidate_recordset([f"{name}_input"], flush=False)

    def _replace_secret(self, name, value):
        """Store another secret, or none, and say in the chatter that it was done, not what.

        :param str name: of the field that holds it
        """
        self.ensure_one()
        self.sudo()[name] = value or False
        if "message_ids" in self._fields:
            field = self._fields.get(f"{name}_input", self._fields[name])
            field = field._description_string(self.env)
            self.sudo().message_post(
                body=self.env._("%s: replaced.", field)
                if value
                else self.env._("%s: removed.", field)
            )

    def _show_new_secret(self, name, secret, title, shown=None):
        """Replace a secret by one that was just made, and show it, this once, to who has made it.

        The caller has checked that the user may.

        :param str name: of the field that holds it
        :param secret: what is stored of it
        :param shown: what is shown, where that is more than what is stored: an address with it
        :raises SecondFactorNeeded: the web client has to ask for a code
        """
        self.ensure_one()
        self.env["g2p.bridge.second.factor"]._demand(self)
        self._replace_secret(name, secret)
        return self.env["g2p.bridge.secret.show"]._open(title, shown or secret)

    def _withdraw_secret(self, name):
        """Nothing is taken any more that proves itself by this secret, at once.

        :raises SecondFactorNeeded: the web client has to ask for a code
        """
        self.check_access("write")
        self.env["g2p.bridge.second.factor"]._demand(self)
        for record in self:
            record._replace_secret(name, False)

    def _without_secrets(self, text):
        """:return: ``text`` of an outside system without any secret of these records in it"""
        for record in self.sudo():
            for name in self._secret_names():
                secret = record._readable_secret(name)
                if secret:  # what nobody can read was not sent either
                    text = text.replace(secret, MASK)
        return text

    def _readable_secret(self, name):
        """:return: a secret; None if it was stored with another key"""
        try:
            return self.sudo()[name]
        except SecretUnreadable:
            return None

    @api.model
    def _ring(self):
        """:return: the :class:`Keyring` of this database: the server's keys, then its own

        :raises KeyFault: the server's key is not usable
        """
        return ring_of((*server_keys(), self._make_key()))

    @api.model
    def _make_key(self):
        """:return: the key of this database; made once, when the addon is installed"""
        parameters = self.env["ir.config_parameter"].sudo()
        key = parameters.get_param(KEY)
        if not key:
            key = new_key()
            parameters.set_param(KEY, key)
        return key

    @api.model
    def _secret_names(self):
        return [name for name, field in self._fields.items() if isinstance(field, Secret)]

    @api.model
    def _seal_at_start(self):
        """Seal with the server's key what was stored before it had one, or say that it has none."""
        try:
            if server_keys():
                count = self._seal_weak()
                if count:
                    _logger.info("%s secrets are sealed with the server's key from now on", count)
                lost = self._count_unreadable()
                if lost:
                    _logger.error(
                        "%s secrets can't be read with this key", self._count_unreadable()
                    )
            elif any(self._stored()):
                _logger.warning(
                    "The key of stored secrets lies beside them in the database: give the server "
                    "a key of its own, see docs/backup.md"
                )
        except KeyFault as error:
            _logger.error("Secrets can't be read or stored: %s", error)

    @api.model
    def _count_unreadable(self):
        """:return: number of secrets that none of the keys opens"""
        unreadable = 0
        for _model, _name, _id, stored in self._stored():
            try:
                self._ring().open(stored)
            except (Unreadable, KeyFault):
                unreadable += 1
        return unreadable

    @api.model
    def _seal_weak(self):
        """Seal with the server's key what is sealed with the database's, or not at all.

        :return: number of secrets
        """
        own, ring = ring_of(server_keys()), self._ring()

        def anew(stored):
            try:
                return None if own.opens(stored) else ring.close(ring.open(stored))
            except Unreadable:
                return None

        return self._store_anew(anew)

    @api.model
    def _rotate(self):
        """Seal everything with the server's first key, so that the others may go.

        :return: number of secrets that were sealed with another one
        :raises UserError: there is no usable key, or a secret that none of the keys opens
        """
        try:
            if not server_keys():
                raise UserError(self.env._("The server has no key to seal secrets with."))
        except KeyFault as error:
            raise UserError(self.env._("The server's key is not usable. %s", error)) from None
        unreadable = self._count_unreadable()
        if unreadable:
            raise UserError(
                self.env._(
                    "%s secrets were stored with a key that the server does not have. Nothing "
                    "was changed: give it that key too, or enter these secrets again.",
                    unreadable,
                )
            )
        ring = self._ring()
        count = self._store_anew(
            lambda stored: None if ring.is_current(stored) else ring.close(ring.open(stored))
        )
        self.env["g2p.bridge.audit"]._record_fact(
            "secret", self, self.env._("%s secrets sealed with another key", count)
        )
        return count

    @api.model
    def _store_anew(self, anew):
        """Store what ``anew`` makes of each stored text; where it is None, the text stays."""
        count = 0
        for model, name, record_id, stored in list(self._stored()):
            value = anew(stored)
            if value is None:
                continue
            # Only if it is still the same: somebody may be replacing it.
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE id = %s AND %s = %s",
                    SQL.identifier(model._table),
                    SQL.identifier(name),
                    value,
                    record_id,
                    SQL.identifier(name),
                    stored,
                )
            )
            count += self.env.cr.rowcount
            model.invalidate_model([name], flush=False)
        return count

    @api.model
    def _stored(self):
        """Every stored secret of this database: (model, field name, record ID, stored text)."""
        for model_class in self.env.registry.values():
            if not model_class._auto or model_class._abstract:
                continue
            for name, field in model_class._fields.items():
                if isinstance(field, Secret) and field.store:
                    model = self.env[model_class._name]
                    for record_id, stored in self._stored_in(model, name):
                        yield model, name, record_id, stored

    @api.model
    def _stored_in(self, model, name):
        model.flush_model([name])
        column = SQL.identifier(name)
        return self.env.execute_query(
            SQL(
                "SELECT id, %s FROM %s WHERE %s <> '' ORDER BY id",
                column,
                SQL.identifier(model._table),
                column,
            )
        )
