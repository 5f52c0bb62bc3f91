from decimal import Decimal

from odoo import fields, models

#: Milliseconds after which the page asks again: while jobs run, and while nothing moves.
FAST, SLOW = 2000, 15000


class EnvelopePipeline(models.Model):
    """The story of an envelope at a glance: what has reached each stage.

    Everything is summed over batches and statements, never over disbursements, so an
    envelope of a million payments is read as quickly as one of ten.
    """

    _inherit = "g2p.bridge.envelope"

    pipeline = fields.Json(compute="_compute_pipeline")

    def _compute_pipeline(self):
        for envelope in self:
            envelope.pipeline = envelope.sudo()._pipeline() if envelope.id else False

    def _pipeline(self):
        """The stages in their order, what went wrong, and what stands beside.

        :return: dict: ``stages``; ``totals``; ``problems``; ``facts``; ``refresh``
            (milliseconds until the page should ask again, 0 for never); ``waiting_for``;
            ``form`` (the page's own values: when they change, the page is read again)
        """
        sums = self._exact_sums()
        mapper = self._batch_states("g2p.bridge.mapper.batch")
        bank = self._batch_states("g2p.bridge.bank.batch")
        stages = [
            self._stage_received(sums),
            self._stage_resolved(sums, mapper),
            self._stage_funds("check", self.env._("Funds checked")),
            self._stage_funds("block", self.env._("Funds blocked")),
            self._stage_shipped(sums, bank),
            self._stage_reconciled(sums),
        ]
        self._hold_stages(stages)
        labels = self._mark_labels()
        for stage in stages:
            stage["mark_label"] = labels[stage["mark"]]
        return {
            "stages": stages,
            "totals": self._totals(),
            "problems": self._problems(),
            "facts": self._facts(sums),
            "refresh": self._refresh_after(mapper, bank),
            # Why it was sent back stands above the stages already.
            "waiting_for": self.waiting_for if not self.rejected_by_id else False,
            "form": [
                self.state,
                self.paused,
                self.can_try_again,
                self.can_start,
                self.can_release_hold,
            ],
        }

    # Stages

    def _stage_received(self, sums):
        count, amount = sums["received"]
        mark = "done" if self._is_complete() else "running" if count else "todo"
        return self._stage("received", self.env._("Received"), mark, count, amount)

    def _stage_resolved(self, sums, mapper):
        label = self.env._("Resolved")
        if not self.id_mapper_resolution_required:
            stage = self._stage("resolved", label, "skipped")
            return {**stage, "note": self.env._("The sender names the accounts.")}
        count, amount = sums["resolved"]
        going = sum(mapper.get(state, 0) for state in ("open", "pending", "in_progress", "waiting"))
        if mapper.get("failed"):
            mark = "attention"
        elif mapper.get("done") and not going and self._is_complete():
            mark = "waiting" if self._is_held_by_unresolved() else "done"
        else:
            asked = mapper.get("in_progress") or mapper.get("waiting")
            begun = count or sums["unresolved"][0] or asked
            mark = "running" if begun else "todo"
        stage = self._stage("resolved", label, mark, count, amount)
        if mark == "running" and mapper.get("waiting"):
            return {**stage, "note": self.env._("The mapper has the IDs and will call back.")}
        return stage

    def _stage_funds(self, kind, label):
        step = self._funds_step(kind)
        done = step.state == "done"
        count = self.number_of_disbursements if done else 0
        amount = step._exact_amount() if done else Decimal(0)
        stage = self._stage(kind, label, self._mark_of(step), count, amount)
        # What is said of a step that was tried and is not done.
        note = step.problem if step.attempts and not done else False
        return {**stage, "part": "funds", "note": note}

    def _stage_shipped(self, sums, bank):
        count, amount = sums["shipped"]
        if bank.get("failed") or bank.get("uncertain"):
            mark = "attention"
        elif self.state in ("shipped", "reconciled"):
            mark = "done"
        else:
            mark = "running" if count or bank.get("in_progress") else "todo"
        return self._stage("shipped", self.env._("Shipped"), mark, count, amount)

    def _stage_reconciled(self, sums):
        count, amount = sums["reconciled"]
        over = self.state in ("shipped", "reconciled") and count >= sums["shipped"][0]
        mark = "done" if over else "running" if count else "todo"
        return self._stage("reconciled", self.env._("Reconciled"), mark, count, amount)

    # Helpers

    def _stage(self, key, label, mark, count=0, amount=Decimal(0)):
        declared = self.number_of_disbursements
        return {
            "key": key,
            "part": key,
            "label": label,
            "mark": mark,
            "count": count,
            "total": declared,
            "percent": _percent(count, declared),
            "amount": self._money(amount),
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

    def _hold_stages(self, stages):
        """Mark what does not go on because the envelope is cancelled or paused."""
        rest = [stage for stage in stages if stage["mark"] in ("todo", "running", "waiting")]
        if self.state == "cancelled":
            for stage in rest:
                stage["mark"] = "stopped"
        elif self.paused:
            for stage in rest[:1]:
                stage["mark"] = "paused"

    def _totals(self):
        """The control totals: what was declared, what has arrived, what is missing."""
        declared, received = self._declared(), self._received()
        missing = [whole - part for whole, part in zip(declared, received, strict=True)]
        names = ("declared", "received", "missing")
        return {
            name: {"count": count, "amount": self._money(amount), "none": not (count or amount)}
            for name, (count, amount) in zip(names, (declared, received, missing), strict=True)
        }

    def _batch_states(self, model):
        """{state: number of batches} of one kind."""
        return dict(
            self.env[model]._read_group([("envelope_id", "=", self.id)], ["state"], ["__count"])
        )

    def _facts(self, sums):
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
                "amount": self._money(sums[key][1]),
            }
            for key, label in labels.items()
            if sums[key][0]
        ]
        released = self._funds_step("release")
        if released.state == "done" and released.amount:
            label = self.env._("Given back to the account")
            amount = self._money(released._exact_amount())
            facts.append({"key": "released", "part": "funds", "label": label, "amount": amount})
        return facts

    def _refresh_after(self, mapper, bank):
        """Milliseconds until there may be news; 0 where there will be none."""
        release = self._funds_step("release")
        if self.state in ("reconciled", "cancelled"):
            going = release.state in ("pending", "in_progress")
            return FAST if going else 0
        running = {"in_progress", "pending"}
        moving = (
            self.state in ("funding", "shipping")
            or self.state == "receiving"
            and not self.rejected_by_id
            or running & {*mapper}
            or bank.get("in_progress")
        )
        return FAST if moving and not self.paused else SLOW


def _percent(count, total):
    """Whole percent; 100 only of all, 0 only of none."""
    if count <= 0 or not total:
        return 0
    return 100 if count >= total else min(max(100 * count // total, 1), 99)
