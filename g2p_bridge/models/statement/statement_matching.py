# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL
from psycopg2.errors import QueryCanceled, UniqueViolation

from odoo.addons.g2p_bridge_bank_connector.lib.entry import BACK
from odoo.addons.g2p_bridge_base.lib.bulk_copy import bulk_copy

from ...formats import money_words
from ...lib.near_reference import contained_references
from ...lib.reference import is_reference
from . import matching_sql as sql
from .statement_place import PLACE, PLACE_BACK

#: Payments that an alarm names one by one.
MOST_NAMED = 5
#: What a statement waits with for payments that are being brought back.
WAITS_FOR_ARCHIVE = "ARCHIVED"

# The statement next to one in the order of its account and currency, with the closing balance of
# the former and the opening balance of the latter. It is not what was processed before or after
# it: a missing statement may come late.
_BESIDE = f"""
      FROM (SELECT company_id, account_number, sponsor_bank_id, currency_id, opening_balance,
                   closing_balance, {PLACE} FROM g2p_bridge_statement WHERE id = %(id)s)
           own (company, account, bank, currency, opening, closing, day, number, sequence, last)
      JOIN g2p_bridge_statement ON company_id = own.company AND account_number = own.account
       AND sponsor_bank_id IS NOT DISTINCT FROM own.bank
       AND currency_id IS NOT DISTINCT FROM own.currency AND state = 'done'
"""
FORMER = f"""
    SELECT id, closing_balance::text, own.opening::text {_BESIDE}
       AND ({PLACE}) < (own.day, own.number, own.sequence, own.last)
     ORDER BY {PLACE_BACK} LIMIT 1
"""
FOLLOWER = f"""
    SELECT id, own.closing::text, opening_balance::text {_BESIDE}
       AND ({PLACE}) > (own.day, own.number, own.sequence, own.last)
     ORDER BY {PLACE} LIMIT 1
"""


class MentionsArchived(Exception):
    """Lines of a statement mention payments that are archived."""

    def __init__(self, envelope_ids):
        super().__init__()
        self.envelope_ids = envelope_ids


class StatementMatching(models.Model):
    """How a statement becomes proof: lines in by COPY, then a handful of statements in SQL.

    The rule is told in ``matching_sql``. Statements of one account are matched one after the
    other. A person who decides about lines of a payment meanwhile is turned into a conflict and
    starts over: every matching, and every decision, writes the rows of the payments that it is
    about.

    What does not add up in a statement is kept on it as a warning, and never passed in silence.
    """

    _inherit = "g2p.bridge.statement"

    # === Fields ===

    is_gap_before = fields.Boolean(
        "One Missing Before",
        readonly=True,
        index=True,
        help="A statement seems to be missing before this one: its number or its opening balance "
        "does not follow from the statement before. Ask the bank for it.",
    )
    gap_warnings = fields.Text(
        "Warnings of What Is Missing",
        readonly=True,
        help="Those of the warnings that say that the statement does not follow on the one before.",
    )

    # === Steps ===

    def _reconcile(self, parsed):
        """Keep and match every line of a statement.

        :param parsed: ``lib.statement.Statement``
        :raises MentionsArchived: nothing of it is kept
        """
        self.currency_id = self._currency_of(parsed)
        self.env.flush_all()
        *counts, movement = self._match_lines(self._lines(parsed))
        self._forget_lines()
        self.env.invalidate_all()
        self._write_header(parsed, counts)
        self._write_warnings(parsed, Decimal(movement))
        self._keep_mentioned_at_hand()

    def _keep_mentioned_at_hand(self):
        """Let nobody archive what lines of this statement mention, until it is recorded."""
        away = self._mentioned()._keep_at_hand()
        if away:
            raise MentionsArchived(away.ids)
        if self.latest_error_code == WAITS_FOR_ARCHIVE:
            self.write({"latest_error_code": False, "latest_error_message": False})

    def _currency_of(self, parsed):
        """The currency that the statement names; if it names none, that of its account."""
        if not parsed.currency:
            payer = self._payer()
            return payer.currency if payer else self.env["res.currency"]
        currencies = self.env["res.currency"].with_context(active_test=False)
        return currencies.search([("name", "=", parsed.currency)], limit=1)

    def _write_header(self, parsed, counts):
        # What changes after this is a person's decision, and only that is worth a note.
        self.with_context(mail_notrack=True).write(
            {
                "statement_date": parsed.statement_date,
                # Committed together with the entries: they are never read in twice.
                "state": "done",
                **dict(zip(sql.COUNT_NAMES, counts, strict=True)),
            }
        )
        # In SQL: the ORM would round as floats do and take a missing balance for zero.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE g2p_bridge_statement SET opening_balance = %s, closing_balance = %s"
            " WHERE id = %s",
            [parsed.opening_balance, parsed.closing_balance, self.id],
        )
        self.invalidate_recordset(["opening_balance", "closing_balance"])

    def _lines(self, parsed):
        """Bring all lines into the database; those of parts are there.

        :param parsed: ``lib.statement.Statement``, its entries not yet read
        :return: list of :class:`matching_sql.Block`, in order
        """
        if self.part_ids:
            return self.part_ids._blocks()
        self.env.cr.execute(sql.CREATE_LINES)
        count = self._copy_lines("g2p_bridge_lines", parsed.entries)
        self.env.cr.execute("ANALYZE g2p_bridge_lines (entry_sequence, mark, reference)")
        return [sql.Block(SQL("SELECT * FROM g2p_bridge_lines"), 0, count)]

    def _forget_lines(self):
        """What became entries is needed no more."""
        if self.part_ids:
            self.part_ids.unlink()
        else:
            self.env.cr.execute("DROP TABLE g2p_bridge_lines")

    def _copy_lines(self, table, entries, **more):
        """Copy what is to be known of each entry into a table.

        :param more: columns and the values that they have in every row
        :return: how many rows there are
        """
        connector, raised = self._bank()._get_connector(), []
        rows = _remembering(_rows(entries, connector, tuple(more.values())), raised)
        try:
            bulk_copy(self.env.cr, table, (*more, *sql.COLUMNS), rows)
        except QueryCanceled as error:
            # What the format or the connector says of a line is hidden in a text of COPY's.
            raise (raised[0] if raised else error) from None
        return self.env.cr.rowcount

    def _match_lines(self, blocks):
        """Match all lines of this statement at once, and write them block by block.

        :param blocks: list of ``matching_sql.Block``
        :return: the counts of :data:`matching_sql.COUNT_NAMES`, then the text of what the lines
            add up to
        """
        execute = self.env.cr.execute
        total = blocks[-1].upto
        # Sorts and hash tables of a whole statement, for this transaction alone.
        execute(f"SET LOCAL work_mem = '{sql.work_megabytes(total)}MB'; SET LOCAL jit = off")
        every = SQL("(%s)", SQL(" UNION ALL ").join(block.lines for block in blocks))
        values = {
            "statement": self.id,
            "account": self.account_number,
            "company": self.company_id.id,
            "currency": self.currency_id.id or None,
            "trusted": not self.awaits_confirmation,
        }
        self._match(every, values)
        if len(blocks) > 1:
            execute("CREATE INDEX ON g2p_bridge_result (entry_sequence)")
        execute("ANALYZE g2p_bridge_result (entry_sequence, entry_id, outcome, disbursement_id)")
        kept = sum(self._keep_block(block) for block in blocks)
        # Before the lines move: jobs lock a batch before its lines as well.
        self.env["g2p.bridge.bank.batch"]._prove_by_statement(self)
        self._move(values)
        self.env["g2p.bridge.statement.total"]._keep(SQL(sql.PROVED, statement=self.id))
        execute(sql.SUMS)
        counts = self.env.cr.fetchone()
        if kept != counts[0]:
            raise ValueError(f"{counts[0]} lines were matched and {kept} written")
        alarms = self._alarms()
        self._end_matching()
        self._raise_alarms(alarms)
        return counts

    def _match_again(self, payments=(), batches=()):
        """Look again at what is recorded of payments, and of lines for whole bank batches.

        Called where something has changed but no line has come: a person has decided, a batch
        has left after all.

        :param payments: record IDs of disbursements
        :param batches: record IDs of bank batches
        """
        nothing = {"account": None, "company": None, "currency": None, "trusted": False}
        values = {**nothing, "payments": list(payments), "batches": list(batches)}
        self.env.flush_all()
        self._match(SQL(sql.NO_LINES), values)
        self._move(values)
        self._end_matching()

    def _match(self, lines, values):
        """Say what becomes of lines, in the temporary table ``g2p_bridge_result``."""
        execute = self.env.cr.execute
        values.setdefault("payments", [])
        values.setdefault("batches", [])
        execute(SQL(sql.FIND, lines=lines, **values))
        execute("ANALYZE g2p_bridge_found (disbursement_id)")
        for query in (sql.HINTED, sql.WHOLE, sql.WHOLE_SUMS, sql.CROWD, sql.RESULTS):
            execute(SQL(query, **values))
        execute(sql.MARK_REISSUED)

    def _keep_block(self, block):
        """:return: how many lines became entries"""
        bounds = {"above": block.above, "upto": block.upto}
        lines = SQL("(%s)", block.lines)
        with _conflicts():
            self.env.cr.execute(SQL(sql.KEEP, lines=lines, statement=self.id, **bounds))
        return self.env.cr.rowcount

    def _move(self, values):
        """Write the results to older lines and to payments."""
        execute = self.env.cr.execute
        execute(sql.CHANGED)
        with _conflicts():
            execute(sql.PUT_ASIDE)
            execute(sql.CHANGE)
        self.env.flush_all()
        for query in (sql.MOVE_WHOLE, sql.MOVE, sql.MOVE_CROWD):
            execute(SQL(query, **values))
        execute(sql.CHANGED_STATEMENTS)
        changed = self.env.cr.fetchall()
        execute(SQL(sql.BATCHES, **values))
        batches = self.env.cr.fetchall()
        self.env.invalidate_all()
        for statement_id, envelope_ids in changed:
            self.browse(statement_id)._count_changed(envelope_ids or [])
        model = self.env["g2p.bridge.bank.batch"]
        model.browse([batch for batch, beyond in batches if not beyond])._lines_changed("proved")
        model.browse([batch for batch, beyond in batches if beyond])._lines_changed("matched")

    def _end_matching(self):
        self.env.cr.execute(sql.DROP)
        self.env.invalidate_all()

    def _alarms(self):
        self.env.cr.execute(sql.ALARMS)
        return self.env.cr.fetchall()

    def _raise_alarms(self, alarms):
        """Ask for help where money left for payments that were paid in another place."""
        for envelope_id, names in alarms:
            named = ", ".join(names[:MOST_NAMED])
            if len(names) > MOST_NAMED:
                named = self.env._(
                    "%(names)s and %(more)s more", names=named, more=len(names) - MOST_NAMED
                )
            self.env["g2p.bridge.envelope"].browse(envelope_id)._ask_for_help(
                self.env._(
                    "Paid although it was reissued: %(payments)s, on %(statement)s. Find out "
                    "whether it was paid twice.",
                    payments=named,
                    statement=self.display_name,
                )
            )

    def _mentioned(self):
        """:return: the envelopes that lines of this statement mention"""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                sql.MENTIONED,
                statement=self.id,
                company=self.company_id.id,
                account=self.account_number,
            )
        )
        return self.env["g2p.bridge.envelope"].browse([row[0] for row in rows])

    # === Helpers ===

    def _count_changed(self, envelope_ids):
        """Older lines of this statement have found what they lacked, or have lost it."""
        self.env["g2p.bridge.statement.total"]._count_anew(self, envelope_ids)
        self._count_entries()
        self._message_log(
            body=self.env._(
                "Lines of this statement were matched anew: what was missing, or speaks against "
                "them, has come since."
            )
        )
        self.env["g2p.bridge.envelope"].browse(envelope_ids)._enqueue_advance()

    def _count_entries(self):
        """Count what became of this statement's lines anew."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(SQL(sql.COUNTS, statement=self.id))
        counts = self.env.cr.fetchone()
        self.with_context(mail_notrack=True).write(dict(zip(sql.COUNT_NAMES, counts, strict=True)))

    def _count_again(self, note, decision, **facts):
        """Count the entries anew; the note goes with what changes into the history.

        :param decision: what was decided, for the audit trail, with further facts
        """
        self.ensure_one()
        before = {name: self[name] for name in sql.COUNT_NAMES}
        self._count_entries()
        tracked = self.fields_get(sql.COUNT_NAMES, ["string", "type", "currency_field"])
        _changed, values = self._mail_track(tracked, before)
        # Logged here, not left to the tracking of fields: no context of a caller keeps it out.
        self._message_log(body=note, tracking_value_ids=values)
        self.env["g2p.bridge.audit"]._record_fact(decision, self, note, **facts)

    def _write_warnings(self, parsed, movement):
        """Compare the statement with itself and with the one before it.

        Then the one after it is compared anew: it may have missed this one.

        :param parsed: ``lib.statement.Statement``
        :param movement: Decimal sum of its entries, credits positive
        """
        own = [*self._currency_warnings(parsed), *self._balance_warnings(parsed, movement)]
        self._keep_warnings(own, list(self._gap_warnings()))
        follower, _closing, _opening = self._beside(FOLLOWER)
        follower._compare_with_former()

    def _compare_with_former(self):
        """Say anew what may be missing before these, and tell in their history what has changed."""
        for statement in self:
            known, gaps = statement.gap_warnings or "", list(statement._gap_warnings())
            if "\n".join(gaps) == known:
                continue
            own = (statement.warnings or "").removesuffix(known).splitlines()
            statement._keep_warnings(own, gaps)
            statement._message_log(
                body=self.env._("The statement before it is another one now: it was compared anew.")
            )

    def _keep_warnings(self, own, gaps):
        self.write(
            {
                "warnings": "\n".join([*own, *gaps]),
                "has_warnings": bool(own or gaps),
                "gap_warnings": "\n".join(gaps),
                "is_gap_before": bool(gaps),
            }
        )

    def _currency_warnings(self, parsed):
        if not self.currency_id:
            yield self.env._("The currency %s of the statement is not known.", parsed.currency)

    def _balance_warnings(self, parsed, movement):
        opening, closing = parsed.opening_balance, parsed.closing_balance
        if opening is None or closing is None:
            yield self.env._("The statement gives no opening or no closing balance.")
        elif opening + movement != closing:
            yield self.env._(
                "Opening balance %(opening)s and entries of %(movement)s do not give the "
                "closing balance %(closing)s.",
                opening=self._amount_words(opening),
                movement=self._amount_words(movement),
                closing=self._amount_words(closing),
            )

    def _gap_warnings(self):
        former, closing, opening = self._beside(FORMER)
        if not former:
            return
        if closing is not None and opening not in (None, closing):
            yield self.env._(
                "Opening balance %(opening)s is not the closing balance %(closing)s of %(former)s.",
                opening=self._amount_words(opening),
                closing=self._amount_words(closing),
                former=former.display_name,
            )
        if not self._follows(former):
            yield self.env._(
                "Statement number %(number)s does not follow %(former)s: one may be missing.",
                number="/".join(map(str, self._order_key())),
                former="/".join(map(str, former._order_key())),
            )

    def _amount_words(self, amount):
        return money_words(self.currency_id, amount) if self.currency_id else str(amount)

    def _beside(self, query):
        """The statement before or behind this one, of the same account and currency.

        :param query: :data:`FORMER` or :data:`FOLLOWER`
        :return: (statement, Decimal closing balance of the former of the two, Decimal opening
            balance of the latter); no record if there is none, None for what is not given
        """
        self.env.flush_all()
        rows = self.env.execute_query(SQL(query, id=self.id))
        beside, *balances = rows[0] if rows else (None, None, None)
        return self.browse(beside), *(text and Decimal(text) for text in balances)


class _conflicts:
    """Somebody has just decided about one of these payments: start over and see it."""

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        if isinstance(error, UniqueViolation):
            raise ConcurrencyError(str(error)) from error


def _rows(entries, connector, more):
    """The values of one entry after the other; the connector says what a line speaks of."""
    find, find_batch = connector.retrieve_disbursement_id, connector.retrieve_batch_reference
    name, reason = connector.retrieve_beneficiary_name, connector.retrieve_reversal_reason
    for entry in entries:
        reference = find(entry)
        is_ours = is_reference(reference)
        yield (
            *more,
            entry.sequence,
            entry.value_date,
            entry.entry_date,
            entry.mark,
            entry.amount,
            entry.customer_reference,
            entry.bank_reference,
            "\n".join(entry.narratives),
            entry.raw,
            entry.transaction_type,
            entry.supplementary_details,
            entry.end_to_end_id,
            entry.instruction_id,
            entry.batch_reference,
            entry.batch_count,
            entry.reason_code,
            entry.counterparty_name,
            entry.counterparty_account,
            reference,
            is_ours,
            "" if is_ours else " ".join(contained_references(*entry.texts)),
            "" if is_ours else find_batch(entry),
            name(entry),
            reason(entry) if entry.mark in BACK else "",
        )


def _remembering(lines, raised):
    """The same lines; an error on the way is put into ``raised`` before it goes on."""
    try:
        yield from lines
    except Exception as error:
        raised.append(error)
        raise
