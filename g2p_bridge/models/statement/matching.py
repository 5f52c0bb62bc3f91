from odoo import models
from odoo.exceptions import ConcurrencyError
from odoo.tools import SQL
from psycopg2.errors import UniqueViolation

from .. import matching_sql as sql

#: Payments that an alarm names one by one.
MOST_NAMED = 5


class StatementMatching(models.Model):
    """Which payments lines of statements prove: the rule is told in ``matching_sql``.

    Statements of one account are matched one after the other. A person who decides about lines
    of a payment meanwhile is turned into a conflict and starts over: every matching, and every
    decision, writes the rows of the payments that it is about.
    """

    _inherit = "g2p.bridge.statement"

    def _match_lines(self, blocks):
        """Match all lines of this statement at once, and write them block by block.

        :param blocks: list of ``lib.block.Block``
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
        self._judge(every, values)
        if len(blocks) > 1:
            execute("CREATE INDEX ON g2p_bridge_judged (entry_sequence)")
        execute("ANALYZE g2p_bridge_judged (entry_sequence, entry_id, outcome, disbursement_id)")
        kept = sum(self._keep_block(block) for block in blocks)
        # Before the lines move: jobs lock a batch before its lines as well.
        self.env["g2p.bridge.bank.batch"]._prove_by_statement(self)
        self._move(values)
        execute(SQL(sql.KEEP_TOTALS, **values))
        execute(sql.SUMS)
        counts = self.env.cr.fetchone()
        if kept != counts[0]:
            raise ValueError(f"{counts[0]} lines were judged and {kept} written")
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
        self._judge(SQL(sql.NO_LINES), values)
        self._move(values)
        self._end_matching()

    def _judge(self, lines, values):
        """Say what becomes of lines, in the temporary table ``g2p_bridge_judged``."""
        execute = self.env.cr.execute
        values.setdefault("payments", [])
        values.setdefault("batches", [])
        execute(SQL(sql.FIND, lines=lines, **values))
        execute("ANALYZE g2p_bridge_found (disbursement_id)")
        for query in (sql.HINTED, sql.WHOLE, sql.WHOLE_SUMS, sql.CROWD, sql.JUDGE):
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
        """Write what was judged to older lines and to payments."""
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
        model.browse([batch for batch, beyond in batches if not beyond])._lines_changed()
        model.browse([batch for batch, beyond in batches if beyond])._lines_changed_beyond()

    def _end_matching(self):
        self.env.cr.execute(sql.DROP)
        self.env.invalidate_all()

    def _count_changed(self, envelope_ids):
        """Older lines of this statement have found what they lacked, or have lost it."""
        self._count_totals(envelope_ids)
        self._count_entries()
        self._message_log(
            body=self.env._(
                "Lines of this statement were matched anew: what was missing, or speaks against "
                "them, has come since."
            )
        )
        self.env["g2p.bridge.envelope"].browse(envelope_ids)._enqueue_advance()

    def _count_totals(self, envelope_ids):
        """Count anew what these statements prove of envelopes."""
        values = {"statements": self.ids, "envelopes": list(envelope_ids)}
        self.env.cr.execute(SQL(sql.FORGET_TOTALS, **values))
        self.env.cr.execute(SQL(sql.COUNT_TOTALS, **values))
        self.env.invalidate_all()

    def _count_entries(self):
        """Count what became of this statement's lines anew."""
        self.ensure_one()
        self.env.flush_all()
        self.env.cr.execute(SQL(sql.COUNTS, statement=self.id))
        counts = self.env.cr.fetchone()
        self.with_context(mail_notrack=True).write(dict(zip(sql.COUNT_NAMES, counts, strict=True)))

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


class _conflicts:
    """Somebody has just decided about one of these payments: start over and see it."""

    def __enter__(self):
        return self

    def __exit__(self, _kind, error, _traceback):
        if isinstance(error, UniqueViolation):
            raise ConcurrencyError(str(error)) from error
