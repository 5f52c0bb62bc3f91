# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Nobody alone makes a payment payable again, and nobody who did releases its reissue."""

from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from ..statement.entry_common import EntryCase

GROUP = "g2p_bridge_base.group_"
REASON = "The bank's portal says so"


class SecondCase(EntryCase):
    """A program without approval: what is asked for here is asked whatever the policy says."""

    def hand_in(self, *entries, user=None, **values):
        """A person uploads a statement of these lines, and it is processed.

        :param user: record; the person of finance if not given
        """
        statements = self.env["g2p.bridge.statement"].with_user(user or self.users["finance"])
        self.format_script.files.append((self.statement(*entries, **values),))
        content = str(len(self.format_script.files) - 1).encode()
        received = statements.sudo()._receive(self.format, content, "home.sta")
        self.run_jobs()
        return received.statements.with_env(self.env)

    def home_made(self, lines, **values):
        """Each payment debited and given back, by a file that a person has made."""
        entries = [self.entry(mark, line) for line in lines for mark in ("D", "RD")]
        return self.hand_in(*entries, **values)

    def confirm(self, statements, user=None):
        self.window_of(user or self.second, statements, "action_confirm", reason=REASON)

    def reissue(self, lines, name="finance"):
        action = self.rpc(name, lines, "action_reissue")
        wizard = self.rpc_model(
            name, action["res_model"], "create", {"reason": "Again"}, context=action["context"]
        )
        opened = self.rpc(name, self.env[action["res_model"]].browse(wizard), "action_reissue")
        return self.env["g2p.bridge.envelope"].browse(opened["res_id"])

    def approver(self, login, *groups):
        return new_test_user(
            self.env, login, groups=",".join(GROUP + name for name in ("approver", *groups))
        )

    def become_approver(self, *users):
        for user in users:
            user.group_ids += self.env.ref(f"{GROUP}approver")

    def tasks(self):
        """{kind of task: how much of it waits}, as finance sees it"""
        tasks = self.rpc_model("finance", "g2p.bridge.dashboard", "read_dashboard")["tasks"]
        return {task["key"]: task["value"] for task in tasks}

    def assertHeld(self, envelope, *users):
        """None of these approvers may release it, and nothing of it is paid."""
        self.assertEqual(envelope.state, "to_approve")
        self.become_approver(*users)
        for user in users:
            with self.subTest(user=user.login):
                self.assertForbidden(envelope.with_user(user).action_approve)
                self.assertFalse(
                    self.env["g2p.bridge.envelope"]
                    .with_user(user)
                    .search_count(
                        self.env["g2p.bridge.envelope"].with_user(user)._waits_for_me_domain()
                    )
                )
        self.run_jobs()
        self.assertEqual(set(envelope.disbursement_ids.mapped("state")), {"resolved"})


class TestHomeMadeProof(SecondCase):
    """What a person uploads proves that money left. That it came back, others have to say too."""

    def test_a_home_made_return_makes_nothing_payable_again(self):
        lines = self.shipped("10.00", "20.00")
        record = self.home_made(lines)
        self.assertEqual(set(lines.mapped("state")), {"reconciled"})
        self.assertEqual(self.outcomes(record), ["matched", "UNCONFIRMED"] * 2)
        self.assertFalse(any(lines.mapped("can_reissue")))
        with self.assertRaisesRegex(UserError, "is reconciled"), self.env.cr.savepoint():
            self.reissue(lines)
        # Nor by a PBMS, or an officer over RPC, that names the payment as reissued.
        again = self.later(
            cycle_code_mnemonic="AGAIN",
            number_of_beneficiaries=1,
            number_of_disbursements=1,
            total_disbursement_amount="10.00",
        )
        rows = self.rows(again, "10.00", reissue_of=lines[0].disbursement_id)
        service = self.service.with_user(self.users["officer"])
        self.assertRefused("INVALID_DISBURSEMENT_PAYLOAD", service.create_disbursements, rows)

    def test_another_person_of_finance_confirms_it(self):
        lines = self.shipped("10.00", "20.00")
        record = self.home_made(lines)
        self.assertFalse(record.with_user(self.users["finance"]).can_confirm)
        self.assertTrue(record.with_user(self.second).can_confirm)
        with self.assertRaisesRegex(UserError, "handed .* in yourself"), self.env.cr.savepoint():
            self.confirm(record, self.users["finance"])
        self.assertEqual(set(lines.mapped("state")), {"reconciled"})
        self.confirm(record)
        self.assertEqual(set(lines.mapped("state")), {"reversed"})
        self.assertEqual(self.outcomes(record), ["matched"] * 4)
        self.assertEqual(record.confirmed_by_id, self.second)
        self.assertEqual(record.reversed_count, 2)
        self.assertInvariants(record)
        self.assertIn(REASON, self.history(record))
        told = self.env["g2p.bridge.audit"].search(
            [("action", "=", "confirm_statement"), ("res_id", "=", record.id)]
        )
        self.assertEqual(told.user_id, self.second)

    def test_only_finance_confirms(self):
        record = self.home_made(self.shipped("10.00"))
        self.users["finance"], uploader = self.second, self.users["finance"]
        self.assertOnly(
            ("finance",),
            lambda name: self.window_of(self.users[name], record, "action_confirm", reason=REASON),
        )
        self.assertEqual(record.create_uid, uploader)

    def test_the_bank_itself_delivers_the_same(self):
        lines = self.shipped("10.00")
        record = self.home_made(lines)
        again, known = self.receive(
            self.statement(*[self.entry(mark, lines) for mark in ("D", "RD")]),
            sponsor_bank=self.bank,
        )
        self.assertEqual((again, known), (record, record))
        self.run_jobs()
        self.assertEqual(lines.state, "reversed")
        self.assertTrue(record.bank_brought_at)
        self.assertFalse(record.awaits_confirmation or record.confirmed_by_id)

    def test_the_same_from_another_person_is_no_confirmation(self):
        lines = self.shipped("10.00")
        record = self.home_made(lines)
        entries = [self.entry(mark, lines) for mark in ("D", "RD")]
        self.assertEqual(self.hand_in(*entries, user=self.second), record)
        self.assertTrue(record.awaits_confirmation)
        self.assertEqual(lines.state, "reconciled")

    def test_returns_of_whole_batches_wait_too(self):
        lines = self.shipped("10.00", "20.00")
        batch = lines.bank_batch_id
        total = {"amount": "30.00", "batch_reference": batch.reference, "batch_count": 2}
        record = self.hand_in(
            self.entry("D", "NONREF", **total), self.entry("C", "NONREF", **total)
        )
        self.assertEqual(self.outcomes(record), ["matched", "UNCONFIRMED"])
        self.assertEqual(set(lines.mapped("state")), {"reconciled"})
        self.confirm(record)
        self.assertEqual(set(lines.mapped("state")), {"reversed"})

    def test_a_home_made_return_of_what_the_bank_has_proved(self):
        line = self.shipped("10.00")
        self.process(self.entry("D", line))
        self.hand_in(self.entry("RD", line), **self.following())
        self.assertEqual(line.state, "reconciled")
        # The bank's own word still counts at once, and the home-made line is one too many.
        self.process(self.entry("RD", line), **self.following(days=2, number=3))
        self.assertEqual(line.state, "reversed")

    def test_it_cannot_be_matched_by_hand_before(self):
        line = self.shipped("10.00")
        record = self.hand_in(self.entry("D", line), self.entry("RD", line, "9.50"))
        with self.assertRaisesRegex(UserError, "has to confirm it"), self.env.cr.savepoint():
            self.match_alone(record.entry_ids[1], line)
        self.confirm(record)
        self.match_alone(record.entry_ids[1], line)
        self.assertEqual(line.state, "reconciled")

    def test_a_context_does_not_make_a_bank_of_a_person(self):
        statements = self.env["g2p.bridge.statement"].with_user(self.users["finance"])
        self.format_script.files.append((self.statement(),))
        found = (
            statements.with_context(
                default_channel="bank", default_awaits_confirmation=False, uid=1, su=True
            )
            .sudo()
            ._receive(self.format, b"0", "home.sta")
        )
        self.assertEqual(found.statements.channel, "person")
        for values in ({"channel": "bank"}, {"awaits_confirmation": False}):
            for name in self.users:
                self.assertForbidden(self.rpc, name, found.statements, "write", values)

    def test_it_is_a_task_of_finance(self):
        self.home_made(self.shipped("10.00"))
        values = self.tasks()
        self.assertEqual((values["unconfirmed"], values["unmatched"]), (1, 0))


class TestDifferences(SecondCase):
    """What a person handed in, and what the bank itself delivered, do not say the same."""

    def assertAlarm(self, record, bank_record):
        self.assertEqual(record.differs_from_id, bank_record)
        asked = record.activity_ids.user_id
        self.assertLessEqual(self.second | self.users["auditor"], asked)
        self.assertNotIn(self.users["finance"], asked)
        for name in ("finance", "auditor"):
            health = self.rpc_model(name, "g2p.bridge.health", "read_health")
            self.assertEqual(health["unproved"]["differing"], 1)
            self.assertFalse(health["well"])
            tasks = self.rpc_model(name, "g2p.bridge.dashboard", "read_dashboard")["tasks"]
            values = {task["key"]: task["value"] for task in tasks}
            self.assertEqual(values["differing_statement"], 1)
        self.assertIn(bank_record.statement_id, self.history(record))

    def test_the_bank_delivers_another_one_of_the_same_number(self):
        line = self.shipped("10.00")
        record = self.home_made(line)
        of_bank, _known = self.receive(
            self.statement(self.entry("D", line)), sponsor_bank=self.bank
        )
        self.assertAlarm(record, of_bank)
        with self.assertRaisesRegex(UserError, "something else"), self.env.cr.savepoint():
            self.confirm(record)
        self.assertEqual(line.state, "reconciled")

    def test_the_bank_was_first(self):
        line = self.shipped("10.00")
        of_bank = self.process(self.entry("D", line))
        self.assertAlarm(self.home_made(line), of_bank)

    def test_the_same_day_without_a_number(self):
        line = self.shipped("10.00")
        record = self.home_made(line, statement_number="0")
        of_bank = self.process(self.entry("D", line), statement_number="7")
        self.assertEqual(record.differs_from_id, of_bank)

    def test_other_days_numbers_and_accounts_are_no_differences(self):
        line = self.shipped("10.00")
        record = self.hand_in(self.entry("D", line))
        self.make_program("OTHER")
        self.process(**self.following(days=0, number=2))
        self.process(**self.following())
        self.process(account_number="OTHER-ACCOUNT")
        self.assertFalse(record.differs_from_id)

    def test_it_ends_when_the_bank_delivers_it_after_all(self):
        record = self.hand_in(statement_number="0")
        self.process(self.entry("D", "FEE"), statement_number="0")
        self.assertTrue(record.differs_from_id)
        self.receive(self.statement(statement_number="0"), sponsor_bank=self.bank)
        self.assertFalse(record.differs_from_id or record.activity_ids)

    def test_another_person_looks_into_it(self):
        record = self.hand_in(statement_number="0")
        self.process(self.entry("D", "FEE"), statement_number="0")
        button = "action_settle_difference"
        with self.assertRaisesRegex(UserError, "in yourself"), self.env.cr.savepoint():
            self.window_of(self.users["finance"], record, button, reason=REASON)
        self.window_of(self.second, record, button, reason=REASON)
        self.assertFalse(record.differs_from_id or record.activity_ids)
        self.assertIn(REASON, self.history(record))


class TestByHand(SecondCase):
    """Other words of one person by which a payment would be payable again."""

    def test_a_return_that_is_matched_by_hand(self):
        line = self.shipped("10.00")
        record = self.process(self.entry("D", line), self.entry("C", "FUNDING", "10.00"))
        credit = record.entry_ids[1]
        self.reopen(credit)
        self.match_alone(credit, line)
        self.assertEqual((line.state, credit.outcome), ("reconciled", "error"))
        self.assertEqual(credit.error_reason, "UNCONFIRMED")
        for attempt in (
            lambda: self.match_alone(credit, line),
            lambda: self.rpc("finance", credit, "action_confirm"),
        ):
            with self.assertRaisesRegex(UserError, "another person"), self.env.cr.savepoint():
                attempt()
        self.assertEqual(line.state, "reconciled")
        self.by_second(credit, "action_confirm")
        self.assertEqual((line.state, credit.outcome), ("reversed", "matched"))
        self.assertInvariants(record)

    def test_a_second_person_who_says_something_else_is_the_first_one_again(self):
        first, other = self.shipped("10.00", "10.00")
        record = self.process(
            self.entry("D", first), self.entry("D", other), self.entry("C", "FUNDING", "10.00")
        )
        credit = record.entry_ids[2]
        self.reopen(credit)
        self.match_alone(credit, first)
        self.users["finance"], self.second = self.second, self.users["finance"]
        self.match_alone(credit, other)
        self.assertEqual({first.state, other.state}, {"reconciled"})
        self.by_second(credit, "action_confirm")
        self.assertEqual((first.state, other.state), ("reconciled", "reversed"))

    def test_debits_need_no_second_person(self):
        line = self.shipped("10.00")
        record = self.process(self.entry("D", "NO-ID", "10.00"))
        self.match_alone(record.entry_ids, line)
        self.assertEqual(line.state, "reconciled")

    def test_a_later_debit_that_is_taken_up_again(self):
        line = self.shipped("10.00")
        record = self.process(*[self.entry(mark, line) for mark in ("D", "RD", "RC")])
        self.assertEqual(line.state, "reconciled")
        again = record.entry_ids.filtered(lambda entry: entry.mark == "RC")
        finance = self.users["finance"]
        self.window_of(finance, again, "action_reopen", reason=REASON)
        self.assertEqual(line.state, "reconciled")
        with self.assertRaisesRegex(UserError, "another person"), self.env.cr.savepoint():
            self.window_of(finance, again, "action_reopen", reason=REASON)
        self.by_second(again, "action_confirm")
        self.assertEqual(line.state, "reversed")

    def test_a_debit_to_be_taken_up_again_is_a_task_of_finance(self):
        line = self.shipped("10.00")
        record = self.process(*[self.entry(mark, line) for mark in ("D", "RD", "RC")])
        again = record.entry_ids.filtered(lambda entry: entry.mark == "RC")
        self.window_of(self.users["finance"], again, "action_reopen", reason=REASON)
        self.assertEqual(self.tasks()["unconfirmed"], 1)
        self.by_second(again, "action_confirm")
        self.assertEqual(self.tasks()["unconfirmed"], 0)

    def test_the_first_of_two_debits_that_is_taken_up_again(self):
        line = self.shipped("10.00")
        record = self.process(*[self.entry(mark, line) for mark in ("D", "RD", "D")])
        first = record.entry_ids.sorted("entry_sequence")[0]
        self.window_of(self.users["finance"], first, "action_reopen", reason=REASON)
        self.assertEqual(line.state, "reconciled")
        # Together with the return nothing is payable again, and nobody else is needed.
        self.window_of(self.users["finance"], record.entry_ids, "action_reopen", reason=REASON)
        self.assertEqual(line.state, "shipped")

    def uncertain(self):
        self.bank_script.script["initiate_payment"] = [OutcomeUnknown("TIMEOUT", "lost")]
        envelope = self.filled_envelope("10.00")
        self.run_jobs()
        batch = envelope.bank_batch_ids
        self.assertEqual(batch.state, "uncertain")
        return batch

    def deny(self, batch, user=None):
        user = user or self.users["finance"]
        self.window_of(user, batch, "action_bank_denies", reason=REASON)

    def test_one_person_alone_has_no_batch_sent_again(self):
        batch = self.uncertain()
        self.deny(batch)
        self.assertEqual((batch.state, batch.denied_by_id), ("uncertain", self.users["finance"]))
        with self.assertRaisesRegex(UserError, "another person"), self.env.cr.savepoint():
            self.deny(batch)
        self.run_jobs()
        self.assertEqual(len(self.sent(batch)), 1)
        self.deny(batch, self.second)
        self.run_jobs()
        self.assertEqual((batch.state, len(self.sent(batch))), ("done", 2))
        self.assertFalse(batch.denied_by_id)

    def sent(self, batch):
        return [
            call
            for call in self.bank_script.calls
            if call[:2] == ("initiate_payment", batch.reference)
        ]

    def test_a_denial_is_of_one_attempt(self):
        batch = self.uncertain()
        self.deny(batch)
        self.window_of(self.second, batch, "action_bank_confirms", reason=REASON)
        self.assertEqual((batch.state, batch.denied_by_id.ids), ("done", []))


class TestReissueApproval(SecondCase):
    """A reissue of what was paid once is released by somebody who had no part in it."""

    def test_who_handed_in_confirmed_matched_or_reissued_releases_nothing(self):
        line, other = self.shipped("10.00", "20.00")
        record = self.home_made(line)
        self.confirm(record)
        matched = self.process(
            self.entry("D", other), self.entry("C", "X", "20.00"), **self.following()
        )
        credit = matched.entry_ids[1]
        self.reopen(credit)
        matcher = new_test_user(self.env, "matcher", groups=f"{GROUP}finance")
        self.users["matcher"] = matcher
        self.match_alone(credit, other, "matcher")
        self.by_second(credit, "action_confirm")
        self.assertEqual((line | other).mapped("state"), ["reversed"] * 2)
        envelope = self.reissue(line | other, "officer")
        makers = self.users["officer"] | self.users["finance"] | self.second | matcher
        self.assertLessEqual(makers, envelope.maker_ids)
        self.assertHeld(envelope, *makers)
        self.approve("approver", envelope)
        self.run_jobs()
        self.assertEqual(envelope.state, "shipped")

    def test_whatever_the_policy_says(self):
        lines = self.shipped("10.00", "20.00")
        self.process(*[self.entry(mark, line) for line in lines for mark in ("D", "RD")])
        for line, policy in zip(lines, ("none", "any"), strict=True):
            self.program.write({"own_policies": True, "approval": policy})
            with self.subTest(policy):
                envelope = self.reissue(line)
                self.assertTrue(envelope.pays_again)
                self.assertHeld(envelope, self.users["finance"])

    def test_what_was_given_up_by_a_person(self):
        self.program.write({"own_policies": True, "ship_attempts": 1})
        batch = self.failed_batch()
        self.window_of(self.users["finance"], batch, "action_give_up", reason=REASON)
        envelope = self.reissue(batch.envelope_id.disbursement_ids, "officer")
        self.assertHeld(envelope, self.users["officer"], self.users["finance"])

    def failed_batch(self):
        self.bank_script.script["initiate_payment"] = [Rejected("INVALID_AMOUNT", "no")]
        envelope = self.filled_envelope("10.00")
        self.run_jobs()
        self.assertEqual(envelope.bank_batch_ids.state, "failed")
        return envelope.bank_batch_ids

    def test_what_was_never_paid_follows_the_policy(self):
        self.program.write({"id_mapper_resolution_required": True, "mapper_id": self.mapper.id})
        self.mapper_script.unknown = {"ID1"}
        envelope = self.filled_envelope("10.00", "20.00")
        self.run_jobs()
        self.mapper_script.unknown = set()
        again = self.reissue(envelope.disbursement_ids[0], "officer")
        self.assertFalse(again.pays_again)
        self.run_jobs()
        self.assertEqual(again.disbursement_ids.state, "shipped")
