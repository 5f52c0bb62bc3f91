from odoo import api, models

from ..lib.seal import new_key, seal_with
from ..secret import MASK, Secret

#: Parameter that keeps the key of this database.
KEY = "g2p_bridge_bank_connector.secret_key"


class SecretMixin(models.AbstractModel):
    """What stands behind the fields of ``secret.py``, for any number of secrets of a model."""

    _name = "g2p.bridge.secret.mixin"
    _description = "Secrets"

    def _take_secret(self, name):
        """Store what was typed into ``<name>_input``: the mask stands for no change."""
        for record in self:
            typed = (record[f"{name}_input"] or "").strip()
            if typed != MASK and (typed or record.sudo()[name]):
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
            field = self._fields[f"{name}_input"]._description_string(self.env)
            self.message_post(
                body=self.env._("%s: replaced.", field)
                if value
                else self.env._("%s: removed.", field)
            )

    def _without_secrets(self, text):
        """:return: ``text`` of an outside system without any secret of these records in it"""
        for record in self.sudo():
            for name in self._secret_names():
                if record[name]:
                    text = text.replace(record[name], MASK)
        return text

    @api.model
    def _seal(self):
        """:return: the :class:`Seal` of this database"""
        return seal_with(self._make_key())

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
