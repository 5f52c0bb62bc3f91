# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Secrets: passwords, tokens and keys that can be given, replaced and removed, never read.

A model that keeps one inherits ``g2p.bridge.secret.mixin`` and has three fields::

    credential = Secret("Stored Credential")
    credential_input = secret_input("credential", "Credential", groups=…)
    has_credential = secret_state("credential", "Credential Given")

The first holds the secret. Nobody reads, searches, groups by or writes it over RPC, whatever
their groups; only code in superuser mode does. The second is what a person types into: it
reads as :data:`MASK` while a secret is stored. The third tells everybody whether there is one.

A secret is sealed in the database and in the cache: PostgreSQL and Odoo write whole rows and
statements into their logs when one fails, and a log is read by more people than a secret.
The server's own key seals (see ``lib/keyring.py``); where it has none, one of the database.
"""

from odoo import api, fields
from odoo.exceptions import UserError
from odoo.orm.utils import COLLECTION_TYPES

from .lib.keyring import KeyFault, Unreadable

#: What stands for a stored secret on screen; writing it back changes nothing.
MASK = "••••••••"


class SecretUnreadable(UserError):
    """A secret is stored, but not with a key that this server has."""


class _Stored(str):
    """A secret as it is stored, not to be sealed again."""

    __slots__ = ()


class Secret(fields.Char):
    """The column of a secret, and the one place through which it comes and goes.

    Nothing else knows how a secret is stored.
    """

    groups = fields.NO_ACCESS
    copy = False
    prefetch = False
    falsy_value = None

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        open_to = [key for key in ("groups", "copy", "tracking", "related") if attrs.get(key)]
        if open_to:
            raise TypeError(f"{model_class._name}.{name}: a secret has no {', '.join(open_to)}")
        return attrs

    def convert_to_cache(self, value, record, validate=True):
        """Sealed in the cache already: what is stored is made from it."""
        text = super().convert_to_cache(value, record, validate)
        if not text or isinstance(value, _Stored):
            return value if text else text
        try:
            return _Stored(record.env["g2p.bridge.secret.mixin"]._ring().close(text))
        except KeyFault as error:
            raise UserError(
                record.env._(
                    "Secrets can't be stored, because the server's key is not usable. %s",
                    error,
                )
            ) from None

    def convert_to_column(self, value, record, values=None, validate=True):
        stored = super().convert_to_column(value, record, values, validate)
        return None if stored is None else str(stored)

    def convert_to_record(self, value, record):
        """
        :raises SecretUnreadable: none of the keys opens it
        """
        if not value:
            return False
        try:
            return record.env["g2p.bridge.secret.mixin"]._ring().open(str(value))
        except (Unreadable, KeyFault):
            raise SecretUnreadable(
                record.env._(
                    "A secret of %(kind)s can't be read, because it was stored with another "
                    "key. Give the server the former key, or enter the secret again.",
                    kind=record._description,
                )
            ) from None

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        model._field_to_sql(alias, field_expr, query)  # may the user search by it at all?
        # Each storing gives another text, so only whether there is one can be asked.
        values = set(value) if isinstance(value, COLLECTION_TYPES) else {value}
        if operator not in ("=", "!=", "in", "not in") or values - {False, None}:
            raise NotImplementedError(f"{self} can't be searched by value")
        return super().condition_to_sql(field_expr, operator, value, model, alias, query)

    def is_given(self, record):
        """Whether a secret is stored, readable or not."""
        try:
            return bool(record[self.name])
        except SecretUnreadable:
            return True


def secret_input(secret, string, **attributes):
    """The field ``<secret>_input`` that a person types a secret into.

    :param str secret: name of the :class:`Secret`
    :param attributes: of the field: ``help``, and the ``groups`` that may replace the secret
    """

    @api.depends(secret)
    def compute(records):
        for record in records:
            given = record._fields[secret].is_given(record)
            record[f"{secret}_input"] = MASK if given else False

    def inverse(records):
        records._take_secret(secret)

    return fields.Char(string, compute=compute, inverse=inverse, compute_sudo=True, **attributes)


def secret_state(secret, string, **attributes):
    """The field ``has_<secret>`` that says whether a secret is stored.

    :param str secret: name of the :class:`Secret`
    """

    @api.depends(secret)
    def compute(records):
        for record in records:
            record[f"has_{secret}"] = record._fields[secret].is_given(record)

    return fields.Boolean(string, compute=compute, compute_sudo=True, **attributes)
