# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of envelopes when something that directs their money is changed."""

from odoo.exceptions import ValidationError
from odoo.fields import Domain

#: What of a bank or a mapper only starts or stops the work.
SWITCHES = {"active", "environment", "is_confirmed"}


def reconsider(record, domain, names, concerned=()):
    """Have envelopes go back to approval, where these fields say another way.

    :param domain: of the envelopes of this record
    :param concerned: and of those that the change concerns
    """
    if names:
        what = record.env._(
            "%(record)s: %(fields)s", record=record.display_name, fields=labels(record, names)
        )
        record.env["g2p.bridge.envelope"]._reapprove_redirected(
            Domain(domain) & Domain(list(concerned)), what
        )


def labels(model, names):
    return ", ".join(
        model._fields[name]._description_string(model.env) or name for name in sorted(names)
    )


def user_elsewhere(record, model, field):
    """:return: a record of another company that is linked to this one by a field; none, or one"""
    found = record.env[model].sudo().with_context(active_test=False)
    return found.search(
        [(field, "in", record.ids), ("company_id", "!=", record.company_id.id)], limit=1
    )


def check_stays(record, field, models=("g2p.bridge.program", "g2p.bridge.envelope")):
    """:raises ValidationError: another company's money would go by this record"""
    for model in models:
        other = user_elsewhere(record, model, field)
        if other:
            raise ValidationError(
                record.env._(
                    "%(record)s can't move to another company: %(user)s of %(company)s depends "
                    "on it. Make another one for that company.",
                    record=record.display_name,
                    user=other.display_name,
                    company=other.company_id.display_name,
                )
            )
