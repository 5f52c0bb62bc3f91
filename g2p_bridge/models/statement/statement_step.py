# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from ...lib.policy import StatementPolicy, from_parameters
from ...lib.statement import UNKNOWN_ACCOUNT, StatementFormatError
from ...lib.step import Outcome
from .statement_matching import WAITS_FOR_ARCHIVE, MentionsArchived
from .statement_part import ENDED
from .statement_place import PLACE
from .statement_states import TO_COME, WAITS_FOR_ACCOUNT, WAITS_FOR_DECISION

SECONDS_UNTIL_FREE = 5
#: Minutes until a statement that waits for the archive is looked at again, whatever happens.
MINUTES_TO_WAIT = 10

# Of each account of some statements, the one that is to be processed first.
HEADS = f"""
    SELECT head.id
      FROM (SELECT DISTINCT company_id, account_number FROM g2p_bridge_statement
             WHERE id = ANY(%(ids)s)) account,
           LATERAL (
           SELECT id FROM g2p_bridge_statement
            WHERE company_id = account.company_id AND account_number = account.account_number
              AND state IN {tuple(TO_COME)}
            ORDER BY {PLACE} LIMIT 1) head
     ORDER BY head.id
"""
# Of some statements, the first one of each account.
FIRSTS = f"""
    SELECT DISTINCT ON (company_id, account_number) id FROM g2p_bridge_statement
     WHERE id = ANY(%(ids)s) AND state IN {tuple(TO_COME)}
     ORDER BY company_id, account_number, {PLACE}
"""


class StatementStep(models.Model):
    """When a statement is processed: those of one account one after the other, in their order.

    One of them at a time has a job: N statements take about N jobs. Each that ends gives a job
    to the next one. Nothing is lost between the two: what arrives gets a job itself, without
    regard to what is under way. If that job finds another one of the account at work or before
    it, it leaves it at that, because what it waits for has not ended yet, and sees it when it
    does.

    The parts of a long statement are read first. One that mentions archived payments has them
    brought back and waits for them, so that a late return or a second debit finds the payment
    as if it had never been away.
    """

    _inherit = "g2p.bridge.statement"

    # === Fields ===

    part_ids = fields.One2many("g2p.bridge.statement.part", "statement_id", readonly=True)
    part_count = fields.Integer("Parts", compute="_compute_parts")
    read_part_count = fields.Integer("Parts Read", compute="_compute_parts")

    # === Constraints ===

    _to_come = models.Index(
        f"(company_id, account_number, {PLACE}) WHERE state IN {tuple(TO_COME)}"
    )

    # === Compute ===

    @api.depends("part_ids.state")
    def _compute_parts(self):
        for statement in self:
            statement.part_count = len(statement.part_ids)
            statement.read_part_count = len(
                statement.part_ids.filtered(lambda part: part.state in ENDED)
            )

    # === Actions ===

    def action_try_again(self):
        """Failed ones are processed again; what waits for a decision or an account is not.

        :raises UserError: one of them waits for a decision
        """
        self._step_check_operator()
        undecided = self.filtered(WAITS_FOR_DECISION.holds)
        if undecided:
            raise UserError(
                self.env._(
                    "%s has the number of another statement: decide whether it is another one.",
                    undecided[0].display_name,
                )
            )
        failed = self.filtered(lambda one: one.state == "failed")
        unknown = failed.filtered(WAITS_FOR_ACCOUNT.holds)
        unknown.sudo()._take_up()
        again = failed - unknown
        super(StatementStep, again).action_try_again()
        again.sudo()._check_numbers()
        return True

    # === Steps ===

    def _job_step(self):
        self = self.exists().sudo()
        if not self:
            return None
        if self._lock_account():
            return super()._job_step()
        words = self.env._("Another statement of the account is being processed.")
        if self.state == "pending" and not self._is_account_at_work():
            # The holder of the lock is through, and may have looked for the next one before.
            raise RetryableJobError(words, seconds=SECONDS_UNTIL_FREE, ignore_retry=True)
        return words

    def _step_enqueue(self):
        """A job for the first of these of each account; the others follow one by one.

        The parts of long ones are read before, side by side: such a statement has its job when
        the last of its parts is read.
        """
        first = self._find_by(FIRSTS)
        unread = first._unread_parts()
        unread.filtered(lambda part: part.state == "open")._step_enqueue()
        unread._enqueue_open()  # reading a part waits for nothing, so its job misses nothing
        super(StatementStep, first - unread.statement_id)._step_enqueue()
        (self - first)._unread_parts()._step_enqueue()

    def _step_refusal(self, now):
        refusal = super()._step_refusal(now)
        if refusal:
            return refusal
        if self._unread_parts():
            return self.env._("Its parts are still being read.")
        if self._heads() != self:
            return self.env._("An earlier statement of the account comes first.")
        return None

    def _step_call(self, payload):
        try:
            return self._in_own_transaction("_reconcile_file")
        except StatementFormatError as error:
            return Outcome("rejected", code="INVALID_FORMAT", message=str(error))
        except MentionsArchived as error:
            return self._await_archive(error.envelope_ids)

    def _reconcile_file(self):
        """Read the file and classify every line of it; all in one transaction."""
        if not self._payer():
            return Outcome(
                "rejected",
                code=UNKNOWN_ACCOUNT,
                message=self._account_refusal(self.account_number, ()),
            )
        with self.file_id._open() as stream:
            parsed = self._read_file(stream)
            return self._refusal_of_parts() or self._reconcile(parsed)

    def _await_archive(self, envelope_ids):
        """Have archived payments brought back; the statement goes on once they are there."""
        names = self._in_own_transaction("_fetch_from_archive", envelope_ids)
        return Outcome(
            "archived",
            code=WAITS_FOR_ARCHIVE,
            message=self.env._(
                "It speaks of archived payments, of %s. They are being brought back, and "
                "it goes on by itself once they are there.",
                names,
            ),
        )

    def _step_recorders(self):
        return {**super()._step_recorders(), "archived": self._step_record_archived}

    def _step_record_archived(self, outcome):
        """Waiting for the archive is no failed attempt."""
        later = fields.Datetime.add(fields.Datetime.now(), minutes=MINUTES_TO_WAIT)
        self.write(
            {
                "state": "pending",
                "attempts": self.attempts - 1,
                "begun_at": False,
                "next_attempt_at": later,
            }
        )

    def _step_continue(self):
        super()._step_continue()
        # A program may have got the account while it was looked for in vain.
        self._take_up()
        ended = self.filtered(lambda statement: statement.state not in TO_COME)
        ended._heads().filtered(lambda head: head.state == "pending")._enqueue_open()
        self.total_ids.envelope_id._enqueue_advance()

    def _step_give_up(self, code, message):
        self.part_ids._start_over()
        super()._step_give_up(code, message)

    @api.model
    def _cron_heartbeat(self):
        running = TO_COME.domain()
        self.sudo().search(running)._heads()._enqueue_open()
        self.env["g2p.bridge.statement.part"].sudo().search(running)._enqueue_open()
        self._take_up_all()

    def _step_max_attempts(self):
        return self._policy().statement_attempts

    def _step_retry_delay(self):
        return self._policy().statement_delay

    @api.model
    def _policy(self):
        """:return: the :class:`StatementPolicy` of Settings"""
        return from_parameters(self.env["ir.config_parameter"].sudo().get_param, StatementPolicy)

    def _step_check_operator(self):
        self.env["res.users"]._g2p_bridge_check_role("finance")
        self.check_access("read")

    def _is_abandoned(self):
        """Nothing but its job processes a statement."""
        return True

    # === Helpers ===

    def _lock_account(self):
        """Let nobody else process a statement of this account until this transaction ends.

        :return: False if somebody does
        """
        self.env.cr.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('g2p_bridge_account'), hashtext(%s))",
            [f"{self.company_id.id} {self.account_number or ''}"],
        )
        return self.env.cr.fetchone()[0]

    def _is_account_at_work(self):
        """Whether a statement is being processed that will give a job to the next one."""
        at_work = [
            ("company_id", "=", self.company_id.id),
            ("account_number", "=", self.account_number),
            ("state", "=", "in_progress"),
        ]
        return bool(self.search_count(at_work, limit=1))

    def _heads(self):
        """Of each account of these statements, the one that comes first of all that wait."""
        return self._find_by(HEADS)

    def _find_by(self, query):
        self.env.flush_all()
        rows = self.env.execute_query(SQL(query, ids=self.ids))
        return self.browse([row[0] for row in rows])

    def _read_file(self, stream):
        reader = self._format_model(self.format)
        encoding = self._encoding()
        place = self.part_ids[:1].place or self.place
        if place:
            return reader._read_part(stream, place, encoding)
        return reader._read(stream, reader._scan(stream, encoding)[self.file_position])

    def _encoding(self):
        """In which encoding the bank writes; empty: the format finds it out."""
        return self._bank().statement_encoding or ""

    def _unread_parts(self):
        """Parts that have still to be read, of statements that are to be processed."""
        return self.env["g2p.bridge.statement.part"].search(
            [
                ("statement_id", "in", self.ids),
                ("statement_id.state", "in", tuple(TO_COME)),
                ("state", "not in", ENDED),
            ]
        )

    def _refusal_of_parts(self):
        """:return: :class:`Outcome` if not every line of every part is there, else None"""
        failed = self.part_ids.filtered(lambda part: part.state == "failed")[:1]
        if failed:
            return Outcome(
                "rejected", code=failed.latest_error_code, message=failed.latest_error_message
            )
        lost = self.part_ids._without_lines()
        if lost:
            lost._start_over()
            return Outcome(
                "never_received",
                code="LINES_LOST",
                message=self.env._("The database has restarted; lines are read once more."),
            )
        return None

    def _fetch_from_archive(self, envelope_ids):
        """:return: names of the envelopes"""
        envelopes = self.env["g2p.bridge.envelope"].browse(envelope_ids)
        envelopes.filtered(
            lambda envelope: envelope.archive_state in ("archived", "archiving")
        )._bring_back(self.env._("%s speaks of it", self.display_name))
        return ", ".join(envelopes.mapped("display_name"))

    def _responsible_user(self):
        """Of the program's people only who may decide about statements; else somebody who may."""
        payer = self._payer()
        responsible = payer.program.responsible_id if payer else self.env["res.users"]
        if responsible and responsible.has_group("g2p_bridge_base.group_finance"):
            return responsible
        return self._somebody_in_charge() or responsible or self.create_uid

    def _somebody_in_charge(self):
        """Who looks after statements of the company: of finance, else an administrator."""
        people = self._people("finance") or self._people("admin")
        return people.sorted("id")[:1]

    def _ask(self, kind, title):
        self.env["res.users"]._g2p_bridge_check_role("finance")
        return self.env["g2p.bridge.decision"]._open(self, kind, title)

    def _end_activities(self, text):
        """What the bridge has asked people for is done."""
        warning = self.env.ref("mail.mail_activity_data_warning")
        asked = self.activity_ids.filtered(lambda activity: activity.activity_type_id == warning)
        if asked:
            asked.action_feedback(feedback=text)
