# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names and codes of copies, which have to differ from all that there is."""


def unique_text(record, field, form):
    """Put the text of a copy together.

    :param record: the original
    :param field: name of the field whose text no other record has
    :param form: text with one ``%s`` in the place of the original's
    :return: ``form`` with what the original has, as often as it takes
    """
    model = record.with_context(active_test=False).sudo()
    text = form % record[field]
    while model.search_count([(field, "=", text)], limit=1):
        text = form % text
    return text
