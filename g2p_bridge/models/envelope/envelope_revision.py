# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal, InvalidOperation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date
from odoo.tools.misc import hmac
from psycopg2.errors import SerializationFailure

from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import Job

from ...services.wire import ADDRESS
from ..disbursement import account_seen
from ..disbursement.disbursement_states import ADDRESSED, CANCELLED

# The digest of 16,384 IDs at a time, in their order, then of those digests: whatever the size of an
# envelope, no value is larger than that. A text stands behind its length, so that no two contents
# are one text. A million lines take 1.5 s of a processor.
REVISION = f"""
    SELECT COALESCE(SUM(lines), 0)::bigint, COALESCE(SUM(amount), 0)::text,
           COALESCE(MAX(last), 0), COALESCE(SUM(gone), 0)::bigint,
           COALESCE(SUM(corrected), 0)::bigint, COALESCE(SUM(resolved), 0)::bigint,
           encode(sha256(COALESCE(string_agg(digest, ''::bytea ORDER BY place)
                                  FILTER (WHERE lines > 0), '')), 'hex')
      FROM (
        SELECT id >> 14 AS place, COUNT(*) FILTER (WHERE live) AS lines,
               SUM(amount) FILTER (WHERE live) AS amount, MAX(id) AS last,
               COUNT(*) FILTER (WHERE NOT live) AS gone,
               COUNT(*) FILTER (WHERE live AND corrected) AS corrected,
               COUNT(*) FILTER (WHERE resolved) AS resolved,
               sha256(convert_to(COALESCE(string_agg(content, E'\\n' ORDER BY id)
                                          FILTER (WHERE live), ''), 'UTF8')) AS digest
          FROM (
            SELECT id, disbursement_amount AS amount, {(~CANCELLED).sql("d")} AS live,
                   beneficiary_id_received IS NOT NULL AS corrected,
                   {ADDRESSED.sql("d")} AS resolved,
                   concat(disbursement_id, '|', disbursement_amount, '|', reissue_of_id
                          %(texts)s) AS content
              FROM g2p_bridge_disbursement d WHERE envelope_id = %(envelope)s) line
         GROUP BY id >> 14) portion
"""
#: What is said of a payment by its sender, in texts.
TEXTS = ("beneficiary_id", "beneficiary_name", "narrative")
#: What a revision says besides its digest, and what kind of value that is.
NUMBERS = ("beneficiaries", "declared", "lines", "last", "gone", "corrected", "resolved")


class EnvelopeRevision(models.Model):
    """What an envelope would pay, as one value: what was seen is what is approved and paid.

    A revision is a digest over all live lines and over what directs them (bank, account, mapper),
    and a few sums that say in words what has changed. An approver hands over the one that he
    saw; the one that was approved is kept, and compared once more before any money is touched.
    Where a mapper is asked the addresses are its answers, and no part of it: what is found out
    only after the approval, and that an approver would look at, is held instead.
    """

    _inherit = "g2p.bridge.envelope"

    # === Fields ===

    approved_revision = fields.Text(
        readonly=True,
        copy=False,
        help="What was approved: a digest of the payments and of what directs them. It stays "
        "when the approval is taken back.",
    )

    # === CRUD ===

    def init(self):
        super().init()
        self.env.cr.execute(account_seen.CREATE)

    # === Actions ===

    @api.readonly
    def content_revisions(self):
        """What these envelopes would pay now, for who approves them.

        :return: {record ID as text: revision}; a revision is a text for ``action_approve``
        """
        self.check_access("read")
        self.env["g2p.bridge.disbursement"].check_access("read")
        return {str(envelope.id): envelope._revision_text() for envelope in self.sudo()}

    # === Steps ===

    def _enqueue_moved(self):
        self.env["queue.job"]._enqueue_once(
            Job(
                envelope._job_moved,
                identity_key=f"{self._name}-moved-{envelope.id}",
                description=self.env._("Take the approval of %s back", envelope.display_name),
            )
            for envelope in self
        )

    def _job_moved(self):
        """Take the approval of an envelope back that is not what was approved."""
        self = self.exists().sudo()
        try:
            self._lock_for_change()
            if self.approved_by_id and any(map(self._has_moved, (False, True))):
                self._reapprove_moved()
            self.env.flush_all()
        except SerializationFailure as error:
            raise RetryableJobError(str(error), seconds=1, ignore_retry=True) from error

    def _reapprove_moved(self):
        """Nobody has approved what would be paid now: ask the approvers, and say so to people."""
        approved = _read(self.approved_revision)
        now = self._revision()
        changes = self._moved_sentence(approved, now) if approved else ""
        said = self.env._("It is not what was approved, so its approval is taken back: %s", changes)
        reason = self.env._("its payments (%s)", changes)
        self.write({**self._unapproved(), "reapproval_reason": reason})
        self._log_decision(
            "take_back",
            said,
            old_value=self.approved_revision,
            new_value=json.dumps(now, sort_keys=True),
        )
        self._ask_for_help(said)
        self._go_on()

    def _note_accounts(self):
        """Remember what the approver of these envelopes has seen, where more is to be found out."""
        for envelope in self:
            if not envelope.id_mapper_resolution_required or not envelope._holds_odd_accounts():
                continue
            if not envelope._awaits_addresses():
                continue
            self.env.flush_all()
            self.env.cr.execute(account_seen.SEE_ENVELOPE, {"envelope": envelope.id})
            former = envelope._compared_with(envelope._earlier_envelopes())
            if former and envelope.program_id._policy().odd_accounts == "changed":
                self.env.cr.execute(
                    account_seen.SEE_FORMER, {"envelope": envelope.id, "former": former.id}
                )

    def _hold_odd_accounts(self, batch):
        """Hold what a mapper batch has just found out and no approver has seen.

        An approval at this moment and this are a conflict, and one of them begins anew.

        :param batch: the mapper batch whose answers were recorded in this transaction
        """
        if self.state == "receiving" or not self._holds_odd_accounts():
            return
        self.env.cr.execute(
            "SELECT approved_by_id FROM g2p_bridge_envelope WHERE id = %s FOR SHARE", [self.id]
        )
        if not self.env.cr.fetchone()[0]:
            return
        self.env.cr.execute(account_seen.SEE_BATCH, {"batch": batch.id})
        self.env.cr.execute(account_seen.HOLD, {"batch": batch.id})
        held = [row[0] for row in self.env.cr.fetchall()]
        if held:
            self._hold_earlier(held)

    def _hold_earlier(self, held):
        """Hold those too who were resolved before to an account that is held now."""
        self.env.cr.execute(account_seen.MARK, {"held": held})
        self.env.cr.execute(account_seen.EARLIER, {"held": held})
        rows = self.env.cr.fetchall()
        if not rows:
            return
        # As jobs do: a batch before its lines.
        self.env["g2p.bridge.bank.batch"].browse(sorted({row[0] for row in rows}))._step_lock()
        self.env.cr.execute(account_seen.HOLD_EARLIER, {"lines": [row[1] for row in rows]})
        batches = {row[0] for row in self.env.cr.fetchall()}
        for batch in self.env["g2p.bridge.mapper.batch"].browse(sorted(batches)):
            batch._count_results()

    def _ask_about_held(self):
        """Have somebody look at what is held: it is neither paid nor given up by itself."""
        if self._held_count():
            self._ask_for_help(
                self.env._(
                    "Payments are held: their account is shared by several people, or another "
                    "one than in the earlier cycle, and nobody has approved that. Release them "
                    "or leave them out."
                )
            )

    def _release_lines(self, lines, reason):
        """Put held lines into bank batches that will leave."""
        if self.cancellation_status == "cancelled" or self._funds_step("release"):
            raise UserError(
                self.env._(
                    "%s pays nobody any more. Reissue the held payments: a new envelope pays them.",
                    self.display_name,
                )
            )
        self.env["g2p.bridge.restore"]._check_confirmed()
        size = self.program_id._policy().bank_batch_size
        self.env["g2p.bridge.bank.batch"]._move_in(self, lines.ids, size, "resolved")
        self.env.cr.execute(
            "UPDATE g2p_bridge_disbursement SET left_out = FALSE WHERE id = ANY(%s)", [lines.ids]
        )
        lines.invalidate_recordset()
        for batch in lines.mapper_batch_id:
            batch._count_results()
        self._close_batches()
        title = self.env._(
            "Held payments released (%(count)s): %(reason)s", count=len(lines), reason=reason
        )
        self._log_decision(
            "release_held",
            lines._note(title),
            what=title,
            reason=reason,
            lines=lines.mapped("disbursement_id"),
        )
        self.bank_batch_ids.filtered(lambda batch: batch.state == "pending")._lines_changed(
            "released"
        )

    # === Helpers ===

    def _revision_text(self):
        return json.dumps(self._revision(), sort_keys=True)

    def _revision(self):
        """:return: dict of plain values: ``digest``, and what :meth:`_moved_sentence` compares"""
        self.env.flush_all()
        address = () if self.id_mapper_resolution_required else ADDRESS.values()
        columns = [SQL.identifier(column) for column in (*TEXTS, *address)]
        texts = SQL("").join(SQL(", '|', length(%s), ':', %s", name, name) for name in columns)
        # To compile it takes longer than to run it.
        self.env.cr.execute("SET LOCAL jit = off")
        rows = self.env.execute_query(SQL(REVISION, texts=texts, envelope=self.id))
        lines, amount, last, gone, corrected, resolved, digest = rows[0]
        content = {
            **self._revision_head(),
            "lines": int(lines),
            "amount": amount,
            "corrected": int(corrected),
        }
        # Keyed, so that nobody finds accounts by trying which give this digest.
        whole = repr((sorted(content.items()), self.sponsor_bank_account_number, digest))
        # What was cancelled is no content; how much was tells what has gone. Nor are addresses
        # of a mapper, but an approver has to have seen those that are there.
        return {
            **content,
            "resolved": int(resolved),
            "last": last,
            "gone": int(gone),
            "digest": hmac(self.env(su=True), "g2p_bridge.revision", whole),
        }

    def _revision_head(self):
        """What is declared, and what directs the money, as plain values; costs nothing."""
        count, total = self._declared()
        return {
            "beneficiaries": self.number_of_beneficiaries,
            "declared": count,
            "total": str(total),
            "date": self.disbursement_schedule_date.isoformat(),
            "currency": self.currency_id.name,
            "bank": self.sponsor_bank_id.id,
            "account": self.sponsor_bank_account_masked,
            "mapper": self.id_mapper_resolution_required and self.mapper_id.id,
        }

    def _check_revision(self, seen):
        """What this approver has seen is what is there.

        :param seen: the revision that he has seen, as a text
        :return: that of now, as a text
        :raises UserError: he has not said what he saw, or it has changed
        """
        former = _read(seen)
        if not former:
            raise UserError(
                self.env._(
                    "It is not known what you saw of %s, so it is not approved. Open it again, "
                    "look at it, and approve it there.",
                    self.display_name,
                )
            )
        now = self._revision()
        if any(former[name] != now[name] for name in ("digest", "resolved")):
            raise UserError(
                self.env._(
                    "%(envelope)s is not what you saw any more: %(changes)s Look at it again; "
                    "nothing was approved.",
                    envelope=self.display_name,
                    changes=self._moved_sentence(former, now),
                )
            )
        return json.dumps(now, sort_keys=True)

    def _moved_sentence(self, former, now):
        """What has changed between two revisions, in words."""
        changes = [*self._moved_head(former, now), *self._moved_lines(former, now)]
        if not changes:
            changes = [
                self.env._("its payments are others, though their number and sum are the same")
            ]
        return "; ".join(changes) + "."

    def _moved_head(self, former, now):
        if (former["declared"], former["total"]) != (now["declared"], now["total"]):
            yield self.env._(
                "declared were %(before)s, now %(after)s",
                before=self._moved_sum(former["declared"], former["total"]),
                after=self._moved_sum(now["declared"], now["total"]),
            )
        if former["beneficiaries"] != now["beneficiaries"]:
            yield self.env._(
                "the number of beneficiaries was %(before)s, now %(after)s",
                before=self._count(former["beneficiaries"]),
                after=self._count(now["beneficiaries"]),
            )
        if former["date"] != now["date"]:
            yield self.env._("the schedule date is now %s", format_date(self.env, now["date"]))
        names = ("bank", "account", "mapper", "currency")
        if any(former.get(name) != now[name] for name in names):
            yield self.env._("it is directed by another bank, account or mapper")

    def _moved_lines(self, former, now):
        if (former["lines"], former["amount"]) != (now["lines"], now["amount"]):
            yield self.env._(
                "received were %(before)s, now %(after)s",
                before=self._moved_sum(former["lines"], former["amount"]),
                after=self._moved_sum(now["lines"], now["amount"]),
            )
        gone = (
            self.env.execute_query(
                SQL(
                    "SELECT COUNT(*) FROM g2p_bridge_disbursement"
                    " WHERE envelope_id = %s AND state = 'cancelled' AND id <= %s",
                    self.id,
                    former["last"],
                )
            )[0][0]
            - former["gone"]
        )
        came = now["lines"] - (former["lines"] - gone)
        changed = now["corrected"] - former["corrected"]
        if came > 0:
            yield self.env._("payments that came: %s", self._count(came))
        if gone > 0:
            yield self.env._("payments that were cancelled: %s", self._count(gone))
        if former["resolved"] != now["resolved"]:
            yield self.env._(
                "addresses that were found meanwhile: %s",
                self._count(now["resolved"] - former["resolved"]),
            )
        if changed:
            yield self.env._("payments whose beneficiary was corrected: %s", self._count(changed))

    def _moved_sum(self, number, amount):
        return self.env._(
            "%(payments)s (%(amount)s)",
            payments=self._payments(number),
            amount=self._money(Decimal(amount)),
        )

    def _moved_refusal(self, whole):
        """Why nothing of an approved envelope may be paid: it is not what was approved.

        Its approval is taken back then, by a job of its own.

        :param whole: whether each line is looked at; else only the sums of the batches and what
            directs the money, which costs nothing
        :return: words, None if it is what was approved or needs no approval
        """
        if not self.approved_by_id or not self._has_moved(whole):
            return None
        self._enqueue_moved()
        return self.env._("The envelope is not what was approved.")

    def _has_moved(self, whole):
        approved = _read(self.approved_revision)
        if not approved or not whole:
            head = self._revision_head()
            received = self._received()
            return not approved or (
                received != (approved["lines"], Decimal(approved["amount"]))
                or any(approved.get(name) != value for name, value in head.items())
            )
        return self._revision()["digest"] != approved["digest"]

    def _unapproved(self):
        """The values of an envelope whose approval is taken back."""
        return {"approved_by_id": False, "approved_at": False, "reapproval_reason": False}

    def _holds_odd_accounts(self):
        """Whether somebody has to look at what is found out only after the approval."""
        return self._approval() != "none" and self.program_id._policy().odd_accounts != "pay"

    def _awaits_addresses(self):
        """Whether the mapper may still give an address: it has not, or was not able to."""
        batches = self.mapper_batch_ids
        return any(batch.state != "done" or batch.unresolved_count for batch in batches)

    def _held_count(self):
        """How many payments are held, and nobody has decided about."""
        if not self.id_mapper_resolution_required:
            return 0
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(held_count), 0)::integer FROM g2p_bridge_mapper_batch"
                " WHERE envelope_id = %s",
                self.id,
            )
        )[0][0]

    def _compared_with(self, earlier, chosen=None):
        """The envelope to compare with: the chosen one, else the last of this frequency.

        :param earlier: of ``_earlier_envelopes``
        :param chosen: record ID of one of them
        """
        if chosen:
            return earlier.filtered(lambda envelope: envelope.id == chosen)
        frequency = self.disbursement_frequency
        same = earlier.filtered(lambda envelope: envelope.disbursement_frequency == frequency)
        return (same or earlier)[:1]

    def _earlier_envelopes(self, limit=6):
        """Earlier live envelopes of the program that were complete, the latest first."""
        self.ensure_one()
        day = self.disbursement_schedule_date
        return self.search(
            [
                ("program_id", "=", self.program_id.id),
                ("cancellation_status", "=", "not_cancelled"),
                ("state", "!=", "receiving"),
                "|",
                ("disbursement_schedule_date", "<", day),
                "&",
                ("disbursement_schedule_date", "=", day),
                ("id", "<", self.id),
            ],
            order="disbursement_schedule_date desc, id desc",
            limit=limit,
        )


def _read(text):
    """A revision that came as a text, None if it is none."""
    try:
        values = json.loads(text) if isinstance(text, str) else None
        if not isinstance(values, dict):
            return None
        for name in NUMBERS:
            if type(values[name]) is not int or not 0 <= values[name] < 2**31:
                return None
        for name in ("total", "amount"):
            if not Decimal(values[name]).is_finite():
                return None
        texts = [values[name] for name in ("digest", "date", "total", "amount")]
    except (ValueError, KeyError, TypeError, InvalidOperation, RecursionError):
        return None
    return values if all(isinstance(text, str) for text in texts) else None
