# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError
from psycopg2.errors import UniqueViolation

from odoo.addons.g2p_bridge_base.exact import write_exact

from ..exceptions import BridgeError
from ..lib.reference import make_references, moment_of
from .checks import is_storable, is_text, shown
from .wire import FREQUENCIES, FREQUENCY_NAMES

#: Decimals that a total may have while its currency is not known yet.
MOST_DECIMALS = 3


class EnvelopeOperations(models.AbstractModel):
    _inherit = "g2p.bridge.service"

    @api.model
    def create_disbursement_envelope(self, values):
        """Declare an envelope by its control totals.

        :param dict values: benefit_program_mnemonic, disbursement_frequency,
            cycle_code_mnemonic, number_of_beneficiaries, number_of_disbursements,
            total_disbursement_amount (Decimal, text or number, major units),
            disbursement_currency_code, disbursement_schedule_date (YYYY-MM-DD)
        :return: the same with disbursement_envelope_id
        :raises BridgeError: the first check that fails, in the order of the wire
        """
        return self._operator("officer")._create_envelope(values)

    @api.model
    def _create_envelope(self, values):
        values = values if isinstance(values, dict) else {}
        mnemonic = self._text(values, "benefit_program_mnemonic", "INVALID_PROGRAM_MNEMONIC")
        frequency = self._frequency(values)
        cycle = self._text(values, "cycle_code_mnemonic", "INVALID_CYCLE_CODE_MNEMONIC")
        program = self._reachable_programs().filtered(
            lambda one: one.active and one.benefit_program_mnemonic == mnemonic
        )
        currency = program.currency_id or self._currency(values)
        decimals = currency.decimal_places if currency else MOST_DECIMALS
        beneficiaries, disbursements, total = self._check_totals(values, decimals)
        self._check_currency(values, currency)
        policy = program._policy() if program else program._default_policy()
        today = (program.company_id or self.env.company)._g2p_bridge_today()
        day = self._schedule_date(values, today + timedelta(days=policy.disbursement_sla_days))
        if program and not program.is_confirmed:
            raise BridgeError(
                "INVALID_PROGRAM_MNEMONIC",
                self.env._(
                    "The benefit program %s waits for another administrator's confirmation and "
                    "takes no envelope before.",
                    mnemonic,
                ),
            )
        if not program:
            raise BridgeError(
                "INVALID_PROGRAM_MNEMONIC",
                self.env._(
                    "There is no benefit program %s. Configure it first, or correct "
                    "benefit_program_mnemonic.",
                    mnemonic,
                ),
            )
        vals = {
            "program_id": program.id,
            "disbursement_frequency": frequency,
            "cycle_code_mnemonic": cycle,
            "number_of_beneficiaries": beneficiaries,
            "number_of_disbursements": disbursements,
            "currency_id": currency.id,
            "disbursement_schedule_date": day,
        }
        return self._wire(self._declare(values, vals, total))

    @api.model
    def _declare(self, values, vals, total):
        """The envelope that is asked for: the one that is there, or a new one.

        :param dict values: as they were sent
        :param dict vals: what was understood of them, as fields of the envelope
        """
        return self._known_envelope(vals, total) or self._new_envelope(vals, total)

    @api.model
    def _known_envelope(self, vals, total):
        """The live envelope of this program and cycle, if its content is the same."""
        known = self.env["g2p.bridge.envelope"].search(
            [
                ("program_id", "=", vals["program_id"]),
                ("cycle_code_mnemonic", "=", vals["cycle_code_mnemonic"]),
                ("cancellation_status", "=", "not_cancelled"),
            ]
        )
        if not known:
            return known
        same = known._convert_to_write(known.read(list(vals), load=False)[0])
        del same["id"]
        if same == vals and known._declared()[1] == total:
            return known
        raise BridgeError(
            "DUPLICATE_ENVELOPE",
            self.env._(
                "The cycle %(cycle)s has the live envelope %(envelope)s with other content. "
                "Amend or cancel it, or name another cycle.",
                cycle=vals["cycle_code_mnemonic"],
                envelope=known.disbursement_envelope_id,
            ),
        )

    @api.model
    def _new_envelope(self, vals, total):
        program = self.env["g2p.bridge.program"].browse(vals["program_id"])
        now = fields.Datetime.now()
        try:
            with self.env.cr.savepoint():
                envelope = self.env["g2p.bridge.envelope"].create(
                    {
                        **vals,
                        "total_disbursement_amount": total,
                        "company_id": program.company_id.id,
                        "receipt_time_stamp": now,
                        "sponsor_bank_id": program.sponsor_bank_id.id,
                        "sponsor_bank_account_number": program.sponsor_bank_account_number,
                        "id_mapper_resolution_required": program.id_mapper_resolution_required,
                        "mapper_id": program.mapper_id.id,
                        "approval": program._policy().approval,
                        "maker_ids": [fields.Command.link(self.env.uid)],
                        "funds_step_ids": [
                            fields.Command.create({"kind": kind}) for kind in ("check", "block")
                        ],
                    }
                )
        except UniqueViolation as error:
            # Somebody has just created it: start over and find it.
            raise ConcurrencyError(str(error)) from error
        # The letter keeps it apart from the ID of a disbursement.
        (reference,) = make_references([envelope.id], moment_of(now))
        envelope.disbursement_envelope_id = f"E{reference}"
        write_exact(envelope, total_disbursement_amount=total)
        self._envelope_received(envelope)
        self.env["g2p.bridge.audit"]._record_fact(
            "declare",
            envelope,
            self.env._("Control totals and schedule date"),
            new_value=self._declaration(envelope),
        )
        return envelope

    @api.model
    def _envelope_received(self, envelope):
        """Hook: an envelope was declared, its control totals are written."""

    @api.model
    def _envelope_amended(self, envelope):
        """Hook: an envelope was declared anew, its control totals are written."""

    @api.model
    def amend_disbursement_envelope(self, values):
        """Change the control totals or the date of an envelope before its funds steps.

        :param dict values: disbursement_envelope_id, number_of_beneficiaries,
            number_of_disbursements, total_disbursement_amount, disbursement_schedule_date
        :return: the same
        """
        return self._operator("officer")._amend_envelope(values)

    @api.model
    def _amend_envelope(self, values):
        values = values if isinstance(values, dict) else {}
        envelope_id = self._text(
            values, "disbursement_envelope_id", "INVALID_DISBURSEMENT_ENVELOPE_ID"
        )
        found = self._find_envelope(envelope_id)
        decimals = found.currency_id.decimal_places if found else MOST_DECIMALS
        beneficiaries, disbursements, total = self._check_totals(values, decimals)
        policy = found.program_id._policy() if found else found.program_id._default_policy()
        today = self.env.company._g2p_bridge_today()
        day = self._schedule_date(values, today + timedelta(days=policy.disbursement_sla_days))
        envelope = self._live_envelope(envelope_id)
        envelope._lock_as_maker()
        self._check_amendable(envelope, today)
        self._check_covers_received(envelope, disbursements, total)
        self._redeclare(envelope, beneficiaries, disbursements, total, day)
        return {**values, "disbursement_envelope_id": envelope_id}

    @api.model
    def _redeclare(self, envelope, beneficiaries, disbursements, total, day):
        """Give a locked envelope these control totals and this schedule date.

        Nobody has released what it says now, and the trail says what it said before.

        :param total: Decimal
        """
        before = self._declaration(envelope)
        envelope.write(
            {
                "number_of_beneficiaries": beneficiaries,
                "number_of_disbursements": disbursements,
                "total_disbursement_amount": total,
                "disbursement_schedule_date": day,
                **envelope._unreviewed(),
            }
        )
        write_exact(envelope, total_disbursement_amount=total)
        self._envelope_amended(envelope)
        self.env["g2p.bridge.audit"]._record_fact(
            "amend",
            envelope,
            self.env._("Control totals and schedule date"),
            old_value=before,
            new_value=self._declaration(envelope),
        )
        if envelope._is_complete():
            envelope._close_batches()
        envelope._go_on()

    @api.model
    def _declaration(self, envelope):
        """What was declared, as the audit trail says it."""
        count, total = envelope._declared()
        return (
            f"{envelope.number_of_beneficiaries} / {count} / {total} / "
            f"{envelope.disbursement_schedule_date}"
        )

    @api.model
    def _check_amendable(self, envelope, today):
        # What was sent back waits for its amendment, however long that takes.
        late = not envelope.rejected_by_id and self._is_too_late(envelope, today)
        if envelope._has_money_begun() or late:
            raise BridgeError(
                "DISBURSEMENT_ENVELOPE_DATE_PASSED",
                self.env._(
                    "The schedule date of %s is reached or its funds are being worked on, so "
                    "it can't be amended any more.",
                    envelope.disbursement_envelope_id,
                ),
            )

    @api.model
    def _is_too_late(self, envelope, today):
        """Whether the days on which an envelope may be amended are over."""
        return envelope.disbursement_schedule_date <= today

    @api.model
    def _check_covers_received(self, envelope, disbursements, total):
        count, amount = envelope._received()
        if disbursements < count:
            raise BridgeError(
                "INVALID_NO_OF_DISBURSEMENTS",
                self.env._(
                    "number_of_disbursements is %(value)s, but %(count)s were received. "
                    "Cancel some first.",
                    value=disbursements,
                    count=count,
                ),
            )
        if total < amount:
            raise BridgeError(
                "INVALID_TOTAL_DISBURSEMENT_AMOUNT",
                self.env._(
                    "total_disbursement_amount is %(value)s, but %(amount)s was received. "
                    "Cancel some disbursements first.",
                    value=total,
                    amount=amount,
                ),
            )

    @api.model
    def _wire(self, envelope):
        """An envelope as the wire shows it."""
        _count, total = envelope._declared()
        return {
            "disbursement_envelope_id": envelope.disbursement_envelope_id,
            "benefit_program_mnemonic": envelope.program_id.benefit_program_mnemonic,
            "disbursement_frequency": FREQUENCY_NAMES[envelope.disbursement_frequency],
            "cycle_code_mnemonic": envelope.cycle_code_mnemonic,
            "number_of_beneficiaries": envelope.number_of_beneficiaries,
            "number_of_disbursements": envelope.number_of_disbursements,
            "total_disbursement_amount": total,
            "disbursement_currency_code": envelope.currency_id.name,
            "disbursement_schedule_date": envelope.disbursement_schedule_date.isoformat(),
        }

    @api.model
    def _text(self, values, name, code):
        value = values.get(name)
        if not is_text(value):
            raise BridgeError(
                code,
                self.env._(
                    "%(name)s is %(value)s, but has to be a text of 1 to 255 characters.",
                    name=name,
                    value=shown(value),
                ),
            )
        return value.strip()

    @api.model
    def _frequency(self, values):
        name = values.get("disbursement_frequency")
        if not isinstance(name, str) or name not in FREQUENCIES:
            raise BridgeError(
                "INVALID_DISBURSEMENT_FREQUENCY",
                self.env._(
                    "disbursement_frequency is %(value)s, but has to be one of %(names)s.",
                    value=shown(name),
                    names=", ".join(FREQUENCIES),
                ),
            )
        return FREQUENCIES[name]

    @api.model
    def _currency(self, values):
        code = values.get("disbursement_currency_code")
        return (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", code)])
            if is_storable(code)
            else self.env["res.currency"]
        )

    @api.model
    def _check_currency(self, values, currency):
        code = values.get("disbursement_currency_code")
        if not currency or code != currency.name:
            raise BridgeError(
                "INVALID_DISBURSEMENT_CURRENCY_CODE",
                self.env._(
                    "disbursement_currency_code is %(value)s, but has to be the currency of "
                    "the program's account%(currency)s.",
                    value=shown(code),
                    currency=f" ({currency.name})" if currency else "",
                ),
            )
