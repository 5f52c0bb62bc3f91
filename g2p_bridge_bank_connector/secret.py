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
"""

import logging

from odoo import api, fields

from .lib.seal import Unreadable

_logger = logging.getLogger(__name__)

#: What stands for a stored secret on screen; writing it back changes nothing.
MASK = "••••••••"


class Secret(fields.Char):
    """The column of a secret, and the one place through which it comes and goes.

    Nothing else knows how a secret is stored.
    """

    groups = fields.NO_ACCESS
    copy = False
    prefetch = False

    def _get_attrs(self, model_class, name):
        attrs = super()._get_attrs(model_class, name)
        open_to = [key for key in ("groups", "copy", "tracking", "related") if attrs.get(key)]
        if open_to:
            raise TypeError(f"{model_class._name}.{name}: a secret has no {', '.join(open_to)}")
        return attrs

    def convert_to_cache(self, value, record, validate=True):
        """Sealed in the cache already: what is stored is made from it."""
        text = super().convert_to_cache(value, record, validate)
        return text and record.env["g2p.bridge.secret.mixin"]._seal().close(text)

    def convert_to_record(self, value, record):
        """A secret that the key of this database does not open counts as not given."""
        text = super().convert_to_record(value, record)
        if not text:
            return text
        try:
            return record.env["g2p.bridge.secret.mixin"]._seal().open(text)
        except Unreadable:
            _logger.warning("%s of %s can't be read: enter it again", self.name, record)
            return False


def secret_input(secret, string, **attributes):
    """The field ``<secret>_input`` that a person types a secret into.

    :param str secret: name of the :class:`Secret`
    :param attributes: of the field: ``help``, and the ``groups`` that may replace the secret
    """

    @api.depends(secret)
    def compute(records):
        for record in records:
            record[f"{secret}_input"] = MASK if record[secret] else False

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
            record[f"has_{secret}"] = bool(record[secret])

    return fields.Boolean(string, compute=compute, compute_sudo=True, **attributes)
