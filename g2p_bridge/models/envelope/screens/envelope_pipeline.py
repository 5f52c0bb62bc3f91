# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ...step.step_mixin import in_words
from ...step.step_states import PROBLEM
from ..envelope_states import ENDED, SHIPPED, WITH_THE_BANK

#: Milliseconds after which the page asks again: while jobs run, and while nothing moves.
FAST, SLOW = 2000, 15000
#: Kinds of trouble that are told apart; what is more is told by its number.
MOST_KINDS = 5


class EnvelopePipeline(models.AbstractModel):
    """The story of an envelope at a glance: what has reached each stage, and what went wrong.

    Everything is summed over batches and statements, never over disbursements, so an
    envelope of a million payments is read as quickly as one of ten.
    """

    _name = "g2p.bridge.envelope.pipeline"
    _description = "Pipeline of an Envelope"

    def _of(self, envelope):
        """The stages in their order, what went wrong, and what stands beside.

        :return: dict: ``stages``; ``totals``; ``problems``; ``facts``; ``refresh``
            (milliseconds until the page should ask again, 0 for never); ``waiting_for``;
            ``form`` (the page's own values: when they change, the page is read again)
        """
        sums = envelope._exact_sums()
        mapper = self._batch_states(envelope, "g2p.bridge.mapper.batch")
        bank = self._batch_states(envelope, "g2p.bridge.bank.batch")
        stages = [
            self._stage_received(envelope, sums),
            self._stage_resolved(envelope, sums, mapper),
            self._stage_funds(envelope, "check", self.env._("Funds checked")),
            self._stage_funds(envelope, "block", self.env._("Funds blocked")),
            self._stage_shipped(envelope, sums, bank),
            self._stage_reconciled(envelope, sums),
        ]
        self._hold_stages(envelope, stages)
        labels = self._mark_labels()
        for stage in stages:
            stage["mark_label"] = labels[stage["mark"]]
        return {
            "stages": stages,
            "totals": self._totals(envelope),
            "problems": self._problems(envelope),
            "facts": self._facts(envelope, sums),
            "refresh": self._refresh_after(envelope, mapper, bank),
            # Why it was sent back stands above the stages already.
            "waiting_for": envelope.waiting_for if not envelope.rejected_by_id else False,
            "form": [
                envelope.state,
                envelope.paused,
                envelope.can_try_again,
                envelope.can_start,
                envelope.can_release_hold,
            ],
        }

    def _stage_received(self, envelope, sums):
        count, amount = sums["received"]
        mark = "done" if envelope._is_complete() else "running" if count else "todo"
        return self._stage(envelope, "received", self.env._("Received"), mark, count, amount)

    def _stage_resolved(self, envelope, sums, mapper):
        label = self.env._("Resolved")
        if not envelope.id_mapper_resolution_required:
            stage = self._stage(envelope, "resolved", label, "skipped")
            return {**stage, "note": self.env._("The sender names the accounts.")}
        count, amount = sums["resolved"]
        going = sum(mapper.get(state, 0) for state in ("open", "pending", "in_progress", "waiting"))
        if mapper.get("failed"):
            mark = "attention"
        elif mapper.get("done") and not going and envelope._is_complete():
            mark = "waiting" if envelope._is_held_by_unresolved() else "done"
        else:
            asked = mapper.get("in_progress") or mapper.get("waiting")
            begun = count or sums["unresolved"][0] or asked
            mark = "running" if begun else "todo"
        stage = self._stage(envelope, "resolved", label, mark, count, amount)
        if mark == "running" and mapper.get("waiting"):
            return {**stage, "note": self.env._("The mapper has the IDs and will call back.")}
        return stage

    def _stage_funds(self, envelope, kind, label):
        step = envelope._funds_step(kind)
        done = step.state == "done"
        count = envelope.number_of_disbursements if done else 0
        amount = step._exact_amount() if done else Decimal(0)
        stage = self._stage(envelope, kind, label, self._mark_of(step), count, amount)
        # What is said of a step that was tried and is not done.
        note = step.problem if step.attempts and not done else False
        return {**stage, "part": "funds", "note": note}

    def _stage_shipped(self, envelope, sums, bank):
        count, amount = sums["shipped"]
        if any(map(bank.get, PROBLEM)):
            mark = "attention"
        elif envelope.state in SHIPPED:
            mark = "done"
        else:
            mark = "running" if count or bank.get("in_progress") else "todo"
        return self._stage(envelope, "shipped", self.env._("Shipped"), mark, count, amount)

    def _stage_reconciled(self, envelope, sums):
        count, amount = sums["reconciled"]
        over = envelope.state in SHIPPED and count >= sums["shipped"][0]
        mark = "done" if over else "running" if count else "todo"
        return self._stage(envelope, "reconciled", self.env._("Reconciled"), mark, count, amount)

    def _stage(self, envelope, key, label, mark, count=0, amount=Decimal(0)):
        declared = envelope.number_of_disbursements
        return {
            "key": key,
            "part": key,
            "label": label,
            "mark": mark,
            "count": count,
            "total": declared,
            "percent": _percent(count, declared),
            "amount": envelope._money(amount),
            "note": False,
        }

    def _mark_labels(self):
        return {
            "todo": self.env._("Not begun"),
            "running": self.env._("Under way"),
            "waiting": self.env._("Waiting"),
            "done": self.env._("Done"),
            "attention": self.env._("Needs attention"),
            "skipped": self.env._("Not needed"),
            "paused": self.env._("Paused"),
            "stopped": self.env._("Stopped"),
        }

    def _mark_of(self, step):
        """The mark of a stage that is one step."""
        if step.state == "pending":
            return "waiting" if step.attempts else "todo"
        marks = {"done": "done", "in_progress": "running", "cancelled": "stopped"}
        return marks.get(step.state, "attention")

    def _hold_stages(self, envelope, stages):
        """Mark what does not go on because the envelope is cancelled or paused."""
        rest = [stage for stage in stages if stage["mark"] in ("todo", "running", "waiting")]
        if envelope.state == "cancelled":
            for stage in rest:
                stage["mark"] = "stopped"
        elif envelope.paused:
            for stage in rest[:1]:
                stage["mark"] = "paused"

    def _totals(self, envelope):
        """The control totals: what was declared, what has arrived, what is missing."""
        declared, received = envelope._declared(), envelope._received()
        missing = [whole - part for whole, part in zip(declared, received, strict=True)]
        names = ("declared", "received", "missing")
        return {
            name: {"count": count, "amount": envelope._money(amount), "none": not (count or amount)}
            for name, (count, amount) in zip(names, (declared, received, missing), strict=True)
        }

    def _batch_states(self, envelope, model):
        """{state: number of batches} of one kind."""
        return dict(
            self.env[model]._read_group([("envelope_id", "=", envelope.id)], ["state"], ["__count"])
        )

    def _facts(self, envelope, sums):
        """What stands beside the stages, where there is any: left out, rejected, reversed."""
        labels = {
            "unresolved": self.env._("Unresolved"),
            "rejected": self.env._("Rejected by the bank"),
            "reversed": self.env._("Came back"),
        }
        facts = [
            {
                "key": key,
                "part": key,
                "label": label,
                "count": sums[key][0],
                "amount": envelope._money(sums[key][1]),
            }
            for key, label in labels.items()
            if sums[key][0]
        ]
        released = envelope._funds_step("release")
        if released.state == "done" and released.amount:
            label = self.env._("Given back to the account")
            amount = envelope._money(released._exact_amount())
            facts.append({"key": "released", "part": "funds", "label": label, "amount": amount})
        return facts

    def _refresh_after(self, envelope, mapper, bank):
        """Milliseconds until there may be news; 0 where there will be none."""
        release = envelope._funds_step("release")
        if envelope.state in ENDED:
            going = release.state in ("pending", "in_progress")
            return FAST if going else 0
        running = {"in_progress", "pending"}
        moving = (
            envelope.state in WITH_THE_BANK
            or envelope.state == "receiving"
            and not envelope.rejected_by_id
            or running & {*mapper}
            or bank.get("in_progress")
        )
        return FAST if moving and not envelope.paused else SLOW

    def _problems(self, envelope):
        """:return: list of dicts: ``text``, ``level`` (danger, warning), ``part`` to open"""
        if envelope.state == "cancelled" and not envelope._funds_step("release"):
            return []
        problems = [
            self._problem_of_funds(step)
            for step in envelope.funds_step_ids
            if step.state in PROBLEM
        ]
        held = envelope._held_count()
        if held:
            text = self.env._(
                "Held, because nobody has approved their account: %s.", envelope._payments(held)
            )
            problems.append({"text": text, "level": "warning", "part": "held"})
        for model in ("g2p.bridge.mapper.batch", "g2p.bridge.bank.batch"):
            rows = self._batch_problems(envelope, model)
            problems += [
                self._problem_of_batches(envelope, model, *row) for row in rows[:MOST_KINDS]
            ]
            if len(rows) > MOST_KINDS:
                problems.append(self._other_problems(envelope, model, rows[MOST_KINDS:]))
        return problems

    def _batch_problems(self, envelope, model):
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
                envelope.id,
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

    def _problem_of_batches(self, envelope, model, state, code, message, batches, payments, amount):
        why = in_words(self.env, code, message)
        if model == "g2p.bridge.mapper.batch":
            text = self.env._(
                "Mapper batches that have failed: %(batches)s, with %(payments)s. %(why)s",
                batches=envelope._count(batches),
                payments=envelope._payments(payments),
                why=why,
            )
            return {"text": text, "level": "danger", "part": "mapper_failed"}
        values = {
            "batches": envelope._count(batches),
            "payments": envelope._payments(payments),
            "amount": envelope._money(Decimal(amount)),
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

    def _other_problems(self, envelope, model, rows):
        text = self.env._(
            "More batches, for other reasons: %s.", envelope._count(sum(row[3] for row in rows))
        )
        part = "bank_batches" if model == "g2p.bridge.bank.batch" else "mapper_failed"
        return {"text": text, "level": "warning", "part": part}


def _percent(count, total):
    """Whole percent; 100 only of all, 0 only of none."""
    if count <= 0 or not total:
        return 0
    return 100 if count >= total else min(max(100 * count // total, 1), 99)
