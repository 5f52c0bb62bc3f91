# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Builders of MT940 texts and files."""

import io

from odoo.tests import BaseCase

from odoo.addons.g2p_bridge.lib.statement import StatementFormatError

from ..lib import read, scan


def line(
    mark="D",
    amount="100,00",
    customer="000000000000001",
    bank="B000001",
    value="260115",
    entry="0115",
    kind="NTRF",
    narrative=("Cash transfer", "PROGRAM"),
    supplement=None,
):
    """One entry; ``narrative=None`` leaves :86: out, ``bank=None`` leaves // out."""
    references = customer if bank is None else f"{customer}//{bank}"
    text = [f":61:{value}{entry}{mark}{amount}{kind}{references}"]
    if supplement is not None:
        text.append(supplement)
    if narrative is not None:
        text.append(":86:" + "\n".join(narrative))
    return "\n".join(text)


def statement(
    *entries,
    reference="STMT1",
    account="1234567890",
    number="1/1",
    opening=":60F:C260101EUR1000,00",
    closing=":62F:C260131EUR900,00",
    tail=":64:C260131EUR900,00\n-\n",
):
    """One statement with line feeds; a header field that is None is left out."""
    header = [(":20:", reference), (":25:", account), (":28C:", number)]
    text = [tag + value for tag, value in header if value is not None]
    text += [part for part in (opening, *entries, closing) if part is not None]
    return "\n".join(text) + "\n" + tail


def stream(text, encoding="utf-8"):
    return io.BytesIO(text if isinstance(text, bytes) else text.encode(encoding))


class Mt940Case(BaseCase):
    """Pure tests of the library: no database."""

    def scan(self, text):
        return scan(stream(text))

    def read_all(self, text):
        """:return: the statements of a text, with their entries as lists"""
        file = stream(text)
        statements = [read(file, found) for found in scan(file)]
        for found in statements:
            found.entries = list(found.entries)
        return statements

    def read_one(self, *entries, **kw):
        (found,) = self.read_all(statement(*entries, **kw))
        return found

    def entry(self, **kw):
        """The only entry of a statement that holds this one line."""
        (found,) = self.read_one(line(**kw)).entries
        return found

    def refused(self, text, *words):
        """Reading the text to its end is refused, with a text that holds these words."""
        with self.assertRaises(StatementFormatError) as caught:
            self.read_all(text)
        for word in words:
            self.assertIn(word, str(caught.exception))
        return str(caught.exception)


def make_program(env, bank=None, account="1234567890", **values):
    """A program that is paid from the account of :func:`statement`."""
    bank = bank or env["g2p.bridge.sponsor.bank"].create({"name": "Bank", "code": "UPLOADS"})
    return env["g2p.bridge.program"].create(
        {
            "benefit_program_mnemonic": "UPLOADS",
            "benefit_program_name": "Uploads",
            "company_id": bank.company_id.id,
            "sponsor_bank_id": bank.id,
            "sponsor_bank_account_number": account,
            "currency_id": env.ref("base.EUR").id,
            **values,
        }
    )
