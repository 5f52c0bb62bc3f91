# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal, InvalidOperation

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ....formats import count, exact_amount, percentage
from ....lib.financial_address import mask
from ....lib.reasons import reason_words
from ...disbursement.account_sql import ACCOUNT, PLACE, WHOLE
from ...disbursement.disbursement_states import LEAVING, LEFT

#: Rows of each finding that are shown.
ROWS = 10
# Where the money would go. Cancelled disbursements are nowhere in a preview.
DESTINATIONS = """
    SELECT state, COALESCE(account_type, ''), COALESCE(CASE account_type
               WHEN 'MOBILE_WALLET' THEN mobile_wallet_provider
               WHEN 'EMAIL_WALLET' THEN email_wallet_provider ELSE bank_code END, ''),
           COUNT(*), SUM(disbursement_amount)::text
      FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
     GROUP BY 1, 2, 3 ORDER BY SUM(disbursement_amount) DESC, 2, 3
"""
# Materialized, so that nobody reads the whole table in the order of its IDs for a few rows.
UNRESOLVED = """
    WITH own AS MATERIALIZED (
        SELECT id, beneficiary_id, beneficiary_name, reason_code, disbursement_amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state = 'unresolved'
    )
    SELECT id, beneficiary_id, beneficiary_name, reason_code, disbursement_amount::text,
           COUNT(*) OVER (), (SUM(disbursement_amount) OVER ())::text
      FROM own ORDER BY id LIMIT %(limit)s
"""
SAME_BENEFICIARY = """
    WITH repeated AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, COUNT(*) AS lines,
               SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
         GROUP BY beneficiary_id HAVING COUNT(*) > 1
    )
    SELECT beneficiary_id, name, lines, amount::text, COUNT(*) OVER (),
           (SUM(amount) OVER ())::text
      FROM repeated ORDER BY lines DESC, repeated.amount DESC, beneficiary_id LIMIT %(limit)s
"""
# Accounts are the same however they are spaced. Least and greatest differ where there are
# several beneficiaries: how many there are is counted for the rows that are shown only.
SAME_ACCOUNT = f"""
    WITH accounts AS (
        SELECT id, beneficiary_id, disbursement_amount AS amount, account_type,
               {PLACE} AS place, {ACCOUNT} AS account
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
    ), shared AS (
        SELECT account_type, place, account, SUM(amount) AS amount, MIN(id) AS line
          FROM accounts WHERE account <> '' GROUP BY account, place, account_type
        HAVING MIN(beneficiary_id) <> MAX(beneficiary_id)
    ), shown AS (
        SELECT *, COUNT(*) OVER () AS found, SUM(amount) OVER () AS together
          FROM shared ORDER BY shared.amount DESC, line LIMIT %(limit)s
    )
    SELECT s.place, s.account, COUNT(DISTINCT a.beneficiary_id), s.amount::text, s.found,
           s.together::text, (array_agg(a.id ORDER BY a.id))[1:500]
      FROM shown s JOIN accounts a ON a.account = s.account AND a.place = s.place
           AND a.account_type IS NOT DISTINCT FROM s.account_type
     GROUP BY s.place, s.account, s.amount, s.found, s.together, s.line
     ORDER BY s.amount DESC, s.line
"""
# Who has several accounts in a cycle is compared by the least and the greatest of them.
OTHER_ACCOUNT = f"""
    WITH present AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, MIN({WHOLE}) AS least,
               MAX({WHOLE}) AS most, MIN({ACCOUNT}) AS account, SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement
         WHERE envelope_id = %(envelope)s AND state <> 'cancelled' AND {ACCOUNT} <> ''
         GROUP BY beneficiary_id
    ), former AS (
        SELECT beneficiary_id, MIN({WHOLE}) AS least, MAX({WHOLE}) AS most,
               MIN({ACCOUNT}) AS account
          FROM g2p_bridge_disbursement
         WHERE envelope_id = %(former)s AND state <> 'cancelled' AND {ACCOUNT} <> ''
         GROUP BY beneficiary_id
    )
    SELECT n.beneficiary_id, n.name, f.account, n.account, n.amount::text, COUNT(*) OVER (),
           (SUM(n.amount) OVER ())::text
      FROM present n JOIN former f USING (beneficiary_id)
     WHERE n.least <> f.least OR n.most <> f.most
     ORDER BY n.amount DESC, n.beneficiary_id LIMIT %(limit)s
"""
# The first rows of each finding, and its sums. Amounts of other currencies are not compared.
CHANGES = """
    WITH present AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(envelope)s AND state <> 'cancelled'
         GROUP BY beneficiary_id
    ), former AS (
        SELECT beneficiary_id, MIN(beneficiary_name) AS name, SUM(disbursement_amount) AS amount
          FROM g2p_bridge_disbursement WHERE envelope_id = %(former)s AND state <> 'cancelled'
         GROUP BY beneficiary_id
    ), compared AS (
        SELECT beneficiary_id, COALESCE(n.name, f.name) AS name, n.amount AS now,
               f.amount AS before,
               CASE WHEN f.amount IS NULL THEN 'new' WHEN n.amount IS NULL THEN 'missing'
                    WHEN %(comparable)s AND n.amount >= f.amount * %(ratio)s THEN 'more'
                    WHEN %(comparable)s AND n.amount * %(ratio)s <= f.amount THEN 'less'
                END AS finding
          FROM present n FULL JOIN former f USING (beneficiary_id)
    ), ranked AS (
        SELECT *, COUNT(*) OVER whole AS found, SUM(now) OVER whole AS all_now,
               SUM(before) OVER whole AS all_before,
               ROW_NUMBER() OVER (PARTITION BY finding ORDER BY CASE finding
                   WHEN 'more' THEN now / before WHEN 'less' THEN before / now
                   ELSE COALESCE(now, before) END DESC, beneficiary_id) AS place
          FROM compared WHERE finding IS NOT NULL WINDOW whole AS (PARTITION BY finding)
    )
    SELECT finding, beneficiary_id, name, COALESCE(now, 0)::text, COALESCE(before, 0)::text,
           found, COALESCE(all_now, 0)::text, COALESCE(all_before, 0)::text
      FROM ranked WHERE place <= %(limit)s ORDER BY finding, place
"""


class EnvelopePreview(models.AbstractModel):
    """The dry run of an envelope: what would be shipped, and what is odd about it.

    Everything is read, nothing is written, and nothing leaves. A finding is a dict of ``key``,
    ``title``, ``help``, ``columns`` [{label, number}], ``found`` (int), ``count`` and ``amount``
    (texts) and ``rows`` [{cells, link}]; a link is {title, domain}: the disbursements that the row
    speaks of.
    """

    _name = "g2p.bridge.envelope.preview"
    _description = "Preview of an Envelope"

    def _of(self, envelope, ratio, compare_with=None):
        """What ``preview_release`` gives, with its parameters."""
        envelope.check_access("read")
        self.env["g2p.bridge.disbursement"].check_access("read")
        ratio = self._ratio(ratio)
        self.env.flush_all()
        earlier = envelope._earlier_envelopes()
        former = envelope._compared_with(earlier, compare_with)
        destinations = self._destinations(envelope)
        return {
            "revision": envelope.sudo()._revision_text(),
            "can_review": envelope.can_review,
            "head": self._head(envelope),
            "notes": self._notes(envelope, destinations),
            "leaving": self._leaving(envelope, destinations),
            "staying": self._staying(envelope, destinations),
            "ratio": f"{ratio.normalize():f}",
            "former": former.id,
            "earlier": [{"id": one.id, "name": self._title(one)} for one in earlier],
            "findings": [
                *self._inner_findings(envelope, ROWS),
                *(self._outer_findings(envelope, former, ratio, ROWS) if former else []),
            ],
        }

    def _ratio(self, text):
        try:
            ratio = Decimal(str(text).strip().replace(",", "."))
        except InvalidOperation:
            ratio = Decimal(0)
        if not (ratio.is_finite() and 1 < ratio <= 1000):
            raise UserError(
                self.env._(
                    "The threshold has to be a number above 1, such as 2 or 1.5, and not %s.", text
                )
            )
        return ratio

    def _title(self, envelope):
        day = format_date(self.env, envelope.disbursement_schedule_date)
        return f"{envelope.cycle_code_mnemonic}, {day} ({envelope.display_name})"

    def _head(self, envelope):
        return {
            "envelope": envelope.display_name,
            "program": envelope.program_id.display_name,
            "cycle": envelope.cycle_code_mnemonic,
            "date": format_date(self.env, envelope.disbursement_schedule_date),
            "bank": envelope.sponsor_bank_id.display_name,
            "account": envelope.sponsor_bank_account_masked,
        }

    def _notes(self, envelope, destinations):
        """[{level, text}]: what stands in the way of shipping, or will."""
        notes = []
        if envelope.waiting_for:
            notes.append(("info", self.env._("Waiting: %s", envelope.waiting_for)))
        declared, received = envelope._declared(), _together(destinations)
        if declared != received:
            notes.append(
                (
                    "danger",
                    self.env._(
                        "Received are %(received)s, declared %(declared)s: nothing leaves "
                        "before both are the same.",
                        received=self._sum(envelope, *received),
                        declared=self._sum(envelope, *declared),
                    ),
                )
            )
        unresolved = _together(destinations, ("unresolved",))
        if unresolved[0]:
            notes.append(self._note_unresolved(envelope, *unresolved))
        return [{"level": level, "text": text} for level, text in notes]

    def _note_unresolved(self, envelope, number, amount):
        what = self._sum(envelope, number, amount)
        if envelope.sudo().program_id._policy().unresolved == "hold":
            text = self.env._("Unresolved beneficiaries hold the whole envelope: %s.", what)
            return "danger", text
        return "warning", self.env._("Unresolved beneficiaries would be left out: %s.", what)

    def _leaving(self, envelope, destinations):
        """What would be shipped, by kind of account and by bank or provider."""
        total = _together(destinations, LEAVING)
        groups = {}
        for state, kind, place, number, amount in destinations:
            if state in LEAVING:
                former = groups.get((kind, place), (0, Decimal(0)))
                groups[kind, place] = former[0] + number, former[1] + amount
        ordered = sorted(groups.items(), key=lambda group: (-group[1][1], group[0]))
        return {
            "total": self._cells(envelope, *total),
            "groups": [
                {
                    "kind": self._kind(envelope, kind),
                    "place": place or self.env._("not named"),
                    "share": percentage(self.env, what[1], total[1]),
                    **self._cells(envelope, *what),
                }
                for (kind, place), what in ordered
            ],
        }

    def _kind(self, envelope, kind):
        if kind:
            line = self.env["g2p.bridge.disbursement"]
            return dict(line._fields["account_type"]._description_selection(self.env))[kind]
        if envelope.id_mapper_resolution_required:
            return self.env._("Not resolved yet")
        return self.env._("By beneficiary ID")

    def _staying(self, envelope, destinations):
        """[{label, count, amount}] of what would not be shipped now, by state."""
        line = self.env["g2p.bridge.disbursement"]
        labels = dict(line._fields["state"]._description_selection(self.env))
        return [
            {"label": labels[state], **self._cells(envelope, *_together(destinations, (state,)))}
            for state in ("unresolved", "rejected", *LEFT)
            if _together(destinations, (state,))[0]
        ]

    def _cells(self, envelope, number, amount):
        return {
            "count": count(self.env, number),
            "amount": exact_amount(self.env, amount, envelope.currency_id),
        }

    def _sum(self, envelope, number, amount):
        return self.env._("%(count)s of %(amount)s", **self._cells(envelope, number, amount))

    def _inner_findings(self, envelope, limit):
        """What is odd about the envelope by itself."""
        return [
            self._unresolved(envelope, limit),
            self._same_beneficiary(envelope, limit),
            self._same_account(envelope, limit),
        ]

    def _unresolved(self, envelope, limit):
        rows = self._preview_rows(envelope, UNRESOLVED, limit=limit)
        found, amount = rows[0][-2:] if rows else (0, "0")
        return self._finding(
            envelope,
            "unresolved",
            self.env._("Unresolved beneficiaries"),
            self.env._("No usable address is known: they are not paid."),
            [self.env._("Beneficiary"), self.env._("Reason")],
            [self.env._("Amount")],
            (found, Decimal(amount)),
            [
                (
                    [self._person(identity, name), reason_words(self.env, reason)],
                    [self._amount(envelope, own)],
                    [("id", "=", line)],
                )
                for line, identity, name, reason, own, *_sums in rows
            ],
        )

    def _same_beneficiary(self, envelope, limit):
        rows = self._preview_rows(envelope, SAME_BENEFICIARY, limit=limit)
        found, amount = rows[0][-2:] if rows else (0, "0")
        return self._finding(
            envelope,
            "same_beneficiary",
            self.env._("Paid more than once"),
            self.env._("The same beneficiary has several disbursements in this envelope."),
            [self.env._("Beneficiary")],
            [self.env._("Disbursements"), self.env._("Together")],
            (found, Decimal(amount)),
            [
                (
                    [self._person(identity, name)],
                    [count(self.env, lines), self._amount(envelope, own)],
                    self._of_beneficiary(envelope, identity),
                )
                for identity, name, lines, own, *_sums in rows
            ],
        )

    def _same_account(self, envelope, limit):
        rows = self._preview_rows(envelope, SAME_ACCOUNT, limit=limit)
        found, amount = rows[0][4:6] if rows else (0, "0")
        return self._finding(
            envelope,
            "same_account",
            self.env._("One account for several beneficiaries"),
            self.env._("Several beneficiaries would be paid to the same account or wallet."),
            [self.env._("Account"), self.env._("Bank or Provider")],
            [self.env._("Beneficiaries"), self.env._("Together")],
            (found, Decimal(amount)),
            [
                (
                    [mask(account), place],
                    [count(self.env, owners), self._amount(envelope, own)],
                    [("id", "in", lines)],
                )
                for place, account, owners, own, _found, _sum, lines in rows
            ],
        )

    def _outer_findings(self, envelope, former, ratio, limit):
        """What has changed since an earlier envelope of the program."""
        changes = self._changes(envelope, former, ratio, limit)
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
            self._other_account(envelope, former, limit),
            *(
                self._change(envelope, kind, *texts[kind], rows, former)
                for kind, rows in changes.items()
                if rows or kind in ("new", "missing") or former.currency_id == envelope.currency_id
            ),
        ]

    def _other_account(self, envelope, former, limit):
        rows = self._preview_rows(envelope, OTHER_ACCOUNT, former=former.id, limit=limit)
        found, amount = rows[0][-2:] if rows else (0, "0")
        return self._finding(
            envelope,
            "other_account",
            self.env._("Another account than before"),
            self.env._("In the earlier cycle they were paid to another account or wallet."),
            [self.env._("Beneficiary"), self.env._("Before"), self.env._("Now")],
            [self.env._("Amount")],
            (found, Decimal(amount)),
            [
                (
                    [self._person(identity, name), mask(before), mask(now)],
                    [self._amount(envelope, own)],
                    self._of_beneficiary(envelope, identity),
                )
                for identity, name, before, now, own, *_sums in rows
            ],
        )

    def _change(self, envelope, kind, title, help_text, rows, former):
        """One finding of the comparison; amounts of the missing are those of before."""
        missing = kind == "missing"
        columns = {"before": self.env._("Before"), "now": self.env._("Now")}
        shown = {"new": ("now",), "missing": ("before",)}.get(kind, tuple(columns))
        found, all_now, all_before = rows[0][-3:] if rows else (0, "0", "0")
        lines = []
        for identity, name, now, before, *_sums in rows:
            amounts = {
                "before": self._amount(envelope, before, former.currency_id),
                "now": self._amount(envelope, now),
            }
            lines.append(
                (
                    [self._person(identity, name)],
                    [amounts[column] for column in shown],
                    self._of_beneficiary(former if missing else envelope, identity),
                )
            )
        return self._finding(
            envelope,
            kind,
            title,
            help_text,
            [self.env._("Beneficiary")],
            [columns[column] for column in shown],
            (found, Decimal(all_before if missing else all_now)),
            lines,
            former.currency_id if missing else None,
        )

    def _finding(self, envelope, key, title, help_text, words, numbers, total, rows, currency=None):
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
            "amount": self._amount(envelope, amount, currency),
            "more": count(self.env, found - len(rows)) if found > len(rows) else "",
            "rows": [
                {"cells": [*texts, *figures], "link": {"title": texts[0], "domain": domain}}
                for texts, figures, domain in rows
            ],
        }

    def _person(self, identity, name):
        return f"{name} ({identity})" if name else identity

    def _amount(self, envelope, amount, currency=None):
        return exact_amount(self.env, Decimal(amount), currency or envelope.currency_id)

    def _of_beneficiary(self, envelope, identity):
        return [
            ("envelope_id", "=", envelope.id),
            ("beneficiary_id", "=", identity),
            ("state", "!=", "cancelled"),
        ]

    def _preview_rows(self, envelope, query, few_groups=False, **arguments):
        """:param few_groups: whether the query puts many rows into few groups"""
        # PostgreSQL's guess of how many rows come out of a grouping is far off. To compile such
        # a query takes longer than to run it, and where almost every row is a group of its own,
        # sorting them is cheaper than a table of a hundred thousand sums.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute("SET LOCAL enable_hashagg = %s", [few_groups])
        self.env.cr.execute(query, {"envelope": envelope.id, **arguments})
        return self.env.cr.fetchall()

    def _destinations(self, envelope):
        """[(state, account type, bank or provider, int, Decimal)], the largest first"""
        rows = self._preview_rows(envelope, DESTINATIONS, few_groups=True)
        return [(*group, Decimal(amount)) for *group, amount in rows]

    def _changes(self, envelope, former, ratio, limit):
        """{new, missing, more, less: rows of ``CHANGES`` without the finding}"""
        rows = self._preview_rows(
            envelope,
            CHANGES,
            former=former.id,
            ratio=ratio,
            limit=limit,
            comparable=former.currency_id == envelope.currency_id,
        )
        found = {"more": [], "less": [], "new": [], "missing": []}
        for finding, *row in rows:
            found[finding].append(row)
        return found


def _together(destinations, states=None):
    """(int, Decimal) of the rows in these states, or in any."""
    rows = [row for row in destinations if states is None or row[0] in states]
    return sum(row[3] for row in rows), sum((row[4] for row in rows), Decimal(0))
