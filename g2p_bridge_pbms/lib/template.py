# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts with placeholders from a white list: nothing else is looked up or carried out."""

from collections.abc import Container, Mapping
from string import Formatter


class TemplateError(ValueError):
    """The template can't be used; the text says why."""


def parse_template(template: str, allowed: Container[str]) -> list[tuple[str, bool]]:
    """The parts of a template: (text, False) as it stands, (name, True) for a placeholder.

    Doubled braces stand for themselves, as in Python.

    :param allowed: names of placeholders that may be used
    :raises TemplateError: braces that do not match, other placeholders, formats
    """
    parts = []
    try:
        for text, name, form, conversion in Formatter().parse(template):
            if text:
                parts.append((text, False))
            if name is None:
                continue
            if name not in allowed or form or conversion:
                raise TemplateError(_shown(name, form, conversion))
            parts.append((name, True))
    except TemplateError:
        raise
    except ValueError as error:
        raise TemplateError(str(error)) from error
    return parts


def render(parts: list[tuple[str, bool]], values: Mapping[str, str]) -> str:
    """The text of parsed parts.

    :param values: text of each placeholder that is in ``parts``
    """
    return "".join(values[text] if placeholder else text for text, placeholder in parts)


def _shown(name, form, conversion):
    return (
        "{" + name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "") + "}"
    )
