# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal, InvalidOperation

from odoo import api, models

from odoo.addons.g2p_bridge_bank_connector.lib.values import (
    Acknowledgement,
    BatchState,
    Capabilities,
    FundsBlock,
    FundsCheck,
    PaymentStatus,
)
from odoo.addons.g2p_bridge_base.lib.errors import OutcomeUnknown, Rejected

from ..lib import mt940

#: The bank's texts that mean something of their own; every other refusal is REJECTED_BY_BANK.
CODES = {
    "Insufficient funds": "INSUFFICIENT_FUNDS",
    "Account not found": "ACCOUNT_NOT_FOUND",
}
#: How a server says that it has no such operation.
NO_SUCH_PATH = ("HTTP_404", "HTTP_405")
#: An account, hold or batch that no bank knows.
NOBODY = "connection-test"
#: What OpenG2P's own example bank does not have → a question about nothing.
OWN_OPERATIONS = {
    "payment_status": {"batch_reference": NOBODY},
    "release_funds": {"block_reference_no": NOBODY},
}
#: Fields of a payment that travel under their own names.
SAME_NAME = (
    "remitting_account",
    "remitting_account_currency",
    "payment_amount",
    "funds_blocked_reference_number",
    "beneficiary_name",
    "beneficiary_account",
    "beneficiary_account_currency",
    "beneficiary_account_type",
    "beneficiary_bank_code",
    "beneficiary_branch_code",
    "beneficiary_mobile_wallet_provider",
    "beneficiary_phone_no",
    "beneficiary_email",
    "beneficiary_email_wallet_provider",
)


class ExampleBankConnector(models.AbstractModel):
    """Speaks to the simulated bank as to any other: over HTTP, knowing only its messages."""

    _name = "g2p.bridge.bank.connector.example_bank"
    _inherit = "g2p.bridge.bank.connector.http"
    _description = "Example Bank Connector"

    is_simulation = True

    @api.model
    def capabilities(self):
        return Capabilities(release_funds=True, payment_status=True, idempotent_block=True)

    @api.model
    def test_connection(self):
        try:
            answer = self._http_call("ping", {})
        except Rejected as refusal:
            if refusal.code not in NO_SUCH_PATH:
                raise
            return self._test_another_bank()
        if answer != "pong":
            raise OutcomeUnknown("INVALID_ANSWER", self.env._("This is not the example bank."))
        return self.env._("The example bank answers. It is a simulation and moves no money.")

    @api.model
    def _test_another_bank(self):
        """Reach a bank that speaks these messages and is not ours, as OpenG2P's own one.

        :raises Rejected: ``CAPABILITIES``: its record says more than it can do
        """
        try:
            self.check_funds(NOBODY, NOBODY, 1)
        except Rejected as refusal:
            if refusal.code.startswith("HTTP_"):
                raise
        bank = self.bank
        said = {
            "payment_status": bank.can_query_payment_status,
            "release_funds": bank.can_release_funds,
        }
        # Nothing without an effect shows whether it holds twice: that came with these.
        doubted = [name for name, can in said.items() if can or bank.has_idempotent_block]
        missing = [operation for operation in doubted if self._is_missing(operation)]
        if missing:
            raise Rejected(
                "CAPABILITIES",
                self.env._(
                    "The bank has no %(operations)s. Such a bank, as OpenG2P's own example bank, "
                    "also holds money once more each time a request is repeated.",
                    operations=", ".join(missing),
                ),
            )
        return self.env._("The bank answers, with the messages of the example bank.")

    @api.model
    def _is_missing(self, operation):
        """Whether the bank has no such operation; it is asked about nothing that it could know."""
        try:
            self._http_call(operation, OWN_OPERATIONS[operation])
        except Rejected as refusal:
            return refusal.code in NO_SUCH_PATH
        return False

    @api.model
    def check_funds(self, account_number, currency, amount):
        payload = {
            "account_number": account_number,
            "account_currency": currency,
            "total_funds_needed": amount,
        }
        try:
            answer = self._http_call("check_funds", payload)
        except Rejected as refusal:
            if refusal.code != "INSUFFICIENT_FUNDS":
                raise
            return FundsCheck(False, refusal.code, refusal.message)
        return FundsCheck(self._field(answer, "has_sufficient_funds", bool))

    @api.model
    def block_funds(self, account_number, currency, amount, reference):
        payload = {"account_number": account_number, "currency": currency, "amount": amount}
        answer = self._http_call("block_funds", payload, reference)
        return FundsBlock(self._field(answer, "block_reference_no", str))

    @api.model
    def release_funds(self, block_reference, reference):
        payload = {"block_reference_no": block_reference}
        answer = self._http_call("release_funds", payload, reference)
        try:
            return Decimal(str(answer["released_amount"]))
        except (KeyError, InvalidOperation) as error:
            raise self._invalid("released_amount") from error

    @api.model
    def initiate_payment(self, batch_reference, payments):
        payload = [self._payment_message(payment) for payment in payments]
        answer = self._http_call("initiate_payment", payload, batch_reference)
        return Acknowledgement(rejected=self._rejected(answer))

    @api.model
    def get_payment_status(self, batch_reference):
        answer = self._http_call("payment_status", {"batch_reference": batch_reference})
        try:
            state = BatchState(answer.get("batch_status"))
        except ValueError:
            state = BatchState.UNKNOWN
        text = answer.get("error_message") or ""
        return PaymentStatus(
            state=state,
            rejected=self._rejected(answer),
            error_code=self._code(text) if state is BatchState.REJECTED else "",
            error_message=text,
        )

    @api.model
    def retrieve_disbursement_id(self, entry):
        reference = entry.customer_reference
        return "" if reference == mt940.NO_REFERENCE else reference

    @api.model
    def retrieve_batch_reference(self, entry):
        return entry.batch_reference or mt940.batch_reference(entry.narratives)

    @api.model
    def retrieve_beneficiary_name(self, entry):
        return mt940.beneficiary_name(entry.narratives)

    @api.model
    def retrieve_reversal_reason(self, entry):
        return mt940.reversal_reason(entry.narratives)

    @api.model
    def _http_rejection(self, body):
        if body == "pong":
            return None
        if not isinstance(body, dict) or body.get("status") not in ("success", "failed"):
            raise self._invalid("status")
        if body["status"] == "success":
            return None
        text = str(body.get("error_message") or "")
        return Rejected(self._code(text), text)

    @api.model
    def _payment_message(self, payment):
        return {
            "payment_reference_number": payment.disbursement_id,
            **{name: getattr(payment, name) for name in SAME_NAME},
            "narrative_1": payment.disbursement_narrative,
            "narrative_2": payment.benefit_program_mnemonic,
            "narrative_3": payment.cycle_code_mnemonic,
            "narrative_4": payment.beneficiary_id,
            "narrative_5": "",
            "narrative_6": "",
            "payment_date": payment.payment_date.isoformat(),
        }

    @api.model
    def _rejected(self, answer):
        """:return: dict disbursement_id → reason code of single payments"""
        try:
            return {
                item["payment_reference_number"]: item["error_code"]
                for item in answer.get("rejected") or ()
            }
        except (KeyError, TypeError) as error:
            raise self._invalid("rejected") from error

    @api.model
    def _field(self, answer, name, kind):
        value = answer.get(name)
        if not value or not isinstance(value, kind):
            raise self._invalid(name)
        return value

    @api.model
    def _code(self, text):
        return CODES.get(text, "REJECTED_BY_BANK")

    @api.model
    def _invalid(self, name):
        return OutcomeUnknown(
            "INVALID_ANSWER", self.env._("The bank's answer has no usable %s.", name)
        )
