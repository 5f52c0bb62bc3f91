from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..step.step_words import in_words

#: Kinds of trouble that are told apart; what is more is told by its number.
MOST_KINDS = 5


class EnvelopeAttention(models.Model):
    """What of an envelope has failed or is unknown, in words."""

    _inherit = "g2p.bridge.envelope"

    def _problems(self):
        """:return: list of dicts: ``text``, ``level`` (danger, warning), ``part`` to open"""
        if self.state == "cancelled" and not self._funds_step("release"):
            return []
        problems = [
            self._problem_of_funds(step)
            for step in self.funds_step_ids
            if step.state in ("failed", "uncertain")
        ]
        held = self._held_count()
        if held:
            text = self.env._(
                "Held, because nobody has approved their account: %s.", self._payments(held)
            )
            problems.append({"text": text, "level": "warning", "part": "held"})
        for model in ("g2p.bridge.mapper.batch", "g2p.bridge.bank.batch"):
            rows = self._batch_problems(model)
            problems += [self._problem_of_batches(model, *row) for row in rows[:MOST_KINDS]]
            if len(rows) > MOST_KINDS:
                problems.append(self._other_problems(model, rows[MOST_KINDS:]))
        return problems

    def _batch_problems(self, model):
        """[(state, code, message, batches, payments, amount)], the most frequent first."""
        table = SQL.identifier(self.env[model]._table)
        has_amount = model == "g2p.bridge.bank.batch"
        amount = SQL("SUM(line_amount)::text") if has_amount else SQL("NULL")
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT state, latest_error_code, MIN(latest_error_message), COUNT(*),"
                " SUM(line_count), %s FROM %s WHERE envelope_id = %s"
                " AND state IN ('failed', 'uncertain') GROUP BY state, latest_error_code"
                " ORDER BY state DESC, COUNT(*) DESC",
                amount,
                table,
                self.id,
            )
        )

    def _problem_of_funds(self, step):
        kind = dict(step._fields["kind"]._description_selection(self.env))[step.kind]
        why = step.problem or ""
        if step.state == "uncertain":
            text = self.env._(
                "%(step)s: it is not known whether the bank has done it. %(why)s",
                step=kind,
                why=why,
            )
        else:
            text = self.env._(
                "%(step)s: failed, and is not tried again by itself. %(why)s",
                step=kind,
                why=why,
            )
        level = "warning" if step.state == "uncertain" else "danger"
        return {"text": text.strip(), "level": level, "part": "funds"}

    def _problem_of_batches(self, model, state, code, message, batches, payments, amount):
        why = in_words(self.env, code, message)
        if model == "g2p.bridge.mapper.batch":
            text = self.env._(
                "Mapper batches that have failed: %(batches)s, with %(payments)s. %(why)s",
                batches=self._count(batches),
                payments=self._payments(payments),
                why=why,
            )
            return {"text": text, "level": "danger", "part": "mapper_failed"}
        values = {
            "batches": self._count(batches),
            "payments": self._payments(payments),
            "amount": self._money(Decimal(amount)),
            "why": why,
        }
        if state == "uncertain":
            text = self.env._(
                "Bank batches of which it is not known whether the bank has them: %(batches)s, "
                "with %(payments)s (%(amount)s). %(why)s",
                **values,
            )
            return {"text": text, "level": "warning", "part": "bank_uncertain"}
        text = self.env._(
            "Bank batches that the bank did not take: %(batches)s, with %(payments)s "
            "(%(amount)s). %(why)s",
            **values,
        )
        return {"text": text, "level": "danger", "part": "bank_failed"}

    def _other_problems(self, model, rows):
        text = self.env._(
            "More batches, for other reasons: %s.", self._count(sum(row[3] for row in rows))
        )
        part = "bank_batches" if model == "g2p.bridge.bank.batch" else "mapper_failed"
        return {"text": text, "level": "warning", "part": part}
