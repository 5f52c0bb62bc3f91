# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..lib.financial_address import mask
from ..lib.reasons import reason_words
from ..report.words import count, exact_amount
from .envelope_preview_queries import OTHER_ACCOUNT, SAME_ACCOUNT, SAME_BENEFICIARY, UNRESOLVED


class EnvelopePreviewFindings(models.Model):
    """The findings of a preview as tables: titles, sums, first rows, and where they lead.

    A finding is a dict of ``key``, ``title``, ``help``, ``columns`` [{label, number}],
    ``found`` (int), ``count`` and ``amount`` (texts) and ``rows`` [{cells, link}]; a link
    is {title, domain}: the disbursements that the row speaks of.
    """

    _inherit = "g2p.bridge.envelope"

    def _preview_inner_findings(self, limit):
        """What is odd about the envelope by itself."""
        return [
            self._preview_unresolved(limit),
            self._preview_same_beneficiary(limit),
            self._preview_same_account(limit),
        ]

    def _preview_unresolved(self, limit):
        rows = self._preview_rows(UNRESOLVED, limit=limit)
        found, amount = rows[0][-2:] if rows else (0, "0")
        return self._preview_finding(
            "unresolved",
            self.env._("Unresolved beneficiaries"),
            self.env._("No usable address is known: they are not paid."),
            [self.env._("Beneficiary"), self.env._("Reason")],
            [self.env._("Amount")],
            (found, Decimal(amount)),
            [
                (
                    [self._preview_person(identity, name), reason_words(self.env, reason)],
                    [self._preview_amount(own)],
                    [("id", "=", line)],
                )
                for line, identity, name, reason, own, *_sums in rows
            ],
        )

    def _preview_same_beneficiary(self, limit):
        rows = self._preview_rows(SAME_BENEFICIARY, limit=limit)
        found, amount = rows[0][-2:] if rows else (0, "0")
        return self._preview_finding(
            "same_beneficiary",
            self.env._("Paid more than once"),
            self.env._("The same beneficiary has several disbursements in this envelope."),
            [self.env._("Beneficiary")],
            [self.env._("Disbursements"), self.env._("Together")],
            (found, Decimal(amount)),
            [
                (
                    [self._preview_person(identity, name)],
                    [count(self.env, lines), self._preview_amount(own)],
                    self._preview_of_beneficiary(identity),
                )
                for identity, name, lines, own, *_sums in rows
            ],
        )

    def _preview_same_account(self, limit):
        rows = self._preview_rows(SAME_ACCOUNT, limit=limit)
        found, amount = rows[0][4:6] if rows else (0, "0")
        return self._preview_finding(
            "same_account",
            self.env._("One account for several beneficiaries"),
            self.env._("Several beneficiaries would be paid to the same account or wallet."),
            [self.env._("Account"), self.env._("Bank or Provider")],
            [self.env._("Beneficiaries"), self.env._("Together")],
            (found, Decimal(amount)),
            [
                (
                    [mask(account), place],
                    [count(self.env, owners), self._preview_amount(own)],
                    [("id", "in", lines)],
                )
                for place, account, owners, own, _found, _sum, lines in rows
            ],
        )

    def _preview_outer_findings(self, former, ratio, limit):
        """What has changed since an earlier envelope of the program."""
        changes = self._preview_changes(former, ratio, limit)
        times = f"{ratio.normalize():f}"
        texts = {
            "more": (
                self.env._("Much more than before"),
                self.env._("At least %s times as much as in the earlier cycle.", times),
            ),
            "less": (
                self.env._("Much less than before"),
                self.env._("The earlier cycle had at least %s times as much.", times),
            ),
            "new": (
                self.env._("New beneficiaries"),
                self.env._("They were not in the earlier cycle."),
            ),
            "missing": (
                self.env._("Missing beneficiaries"),
                self.env._("They were in the earlier cycle and are not in this one."),
            ),
        }
        return [
            self._preview_other_account(former, limit),
            *(
                self._preview_change(kind, *texts[kind], rows, former)
                for kind, rows in changes.items()
                if rows or kind in ("new", "missing") or former.currency_id == self.currency_id
            ),
        ]

    def _preview_other_account(self, former, limit):
        rows = self._preview_rows(OTHER_ACCOUNT, former=former.id, limit=limit)
        found, amount = rows[0][-2:] if rows else (0, "0")
        return self._preview_finding(
            "other_account",
            self.env._("Another account than before"),
            self.env._("In the earlier cycle they were paid to another account or wallet."),
            [self.env._("Beneficiary"), self.env._("Before"), self.env._("Now")],
            [self.env._("Amount")],
            (found, Decimal(amount)),
            [
                (
                    [self._preview_person(identity, name), mask(before), mask(now)],
                    [self._preview_amount(own)],
                    self._preview_of_beneficiary(identity),
                )
                for identity, name, before, now, own, *_sums in rows
            ],
        )

    def _preview_change(self, kind, title, help_text, rows, former):
        """One finding of the comparison; amounts of the missing are those of before."""
        missing = kind == "missing"
        columns = {"before": self.env._("Before"), "now": self.env._("Now")}
        shown = {"new": ("now",), "missing": ("before",)}.get(kind, tuple(columns))
        found, all_now, all_before = rows[0][-3:] if rows else (0, "0", "0")
        lines = []
        for identity, name, now, before, *_sums in rows:
            amounts = {
                "before": self._preview_amount(before, former.currency_id),
                "now": self._preview_amount(now),
            }
            lines.append(
                (
                    [self._preview_person(identity, name)],
                    [amounts[column] for column in shown],
                    (former if missing else self)._preview_of_beneficiary(identity),
                )
            )
        return self._preview_finding(
            kind,
            title,
            help_text,
            [self.env._("Beneficiary")],
            [columns[column] for column in shown],
            (found, Decimal(all_before if missing else all_now)),
            lines,
            former.currency_id if missing else None,
        )

    # Helpers

    def _preview_finding(self, key, title, help_text, words, numbers, total, rows, currency=None):
        """:param rows: [(cells of words, cells of numbers, domain of disbursements)]"""
        found, amount = total
        return {
            "key": key,
            "title": title,
            "help": help_text,
            "columns": [
                *({"label": label, "number": False} for label in words),
                *({"label": label, "number": True} for label in numbers),
            ],
            "found": found,
            "count": count(self.env, found),
            "amount": self._preview_amount(amount, currency),
            "more": count(self.env, found - len(rows)) if found > len(rows) else "",
            "rows": [
                {"cells": [*texts, *figures], "link": {"title": texts[0], "domain": domain}}
                for texts, figures, domain in rows
            ],
        }

    def _preview_person(self, identity, name):
        return f"{name} ({identity})" if name else identity

    def _preview_amount(self, amount, currency=None):
        return exact_amount(self.env, Decimal(amount), currency or self.currency_id)

    def _preview_of_beneficiary(self, identity):
        return [
            ("envelope_id", "=", self.id),
            ("beneficiary_id", "=", identity),
            ("state", "!=", "cancelled"),
        ]
