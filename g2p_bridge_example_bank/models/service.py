# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, models

from ..lib.message import exact_amount
from ..lib.refusal import ACCOUNT_NOT_FOUND, INSUFFICIENT_FUNDS, MalformedRequest, Refused

#: Longest idempotency key.
KEY_LIMIT = 128
#: What a refusal answers beside ``status`` and ``error_message``.
REFUSED_WITH = {
    "check_funds": {"has_sufficient_funds": False},
    "block_funds": {"block_reference_no": ""},
    "release_funds": {"released_amount": 0},
    "initiate_payment": {},
    "payment_status": {"batch_status": "", "rejected": []},
    "generate_account_statement": {"account_statement_id": ""},
    "list_account_statements": {"account_statement_ids": []},
}


class ExampleBankService(models.AbstractModel):
    """The bank's operations: checked messages in, answers out. HTTP calls nothing else."""

    _name = "g2p.bridge.example.bank.service"
    _description = "Example Bank Service"

    @api.model
    def _serve(self, operation, message, key="", effect=None):
        """Do what a client asks for.

        :param message: as ``lib/message.read`` gives it
        :param str key: idempotency key, or ""
        :param effect: :class:`Effect` of a simulated fault
        :return: dict, the answer's JSON
        :raises MalformedRequest: the key cannot be kept
        """
        if len(key) > KEY_LIMIT or not key.isprintable():
            raise MalformedRequest(f"Idempotency-Key should have at most {KEY_LIMIT} characters")
        try:
            if effect and effect.kind == "refuse" and operation != "initiate_payment":
                raise Refused("Refused by the bank (simulated fault)")
            serve = {
                "check_funds": self._serve_check_funds,
                "block_funds": self._serve_block_funds,
                "release_funds": self._serve_release_funds,
                "initiate_payment": self._serve_initiate_payment,
                "payment_status": self._serve_payment_status,
                "generate_account_statement": self._serve_generate_account_statement,
                "list_account_statements": self._serve_list_account_statements,
            }[operation]
            return serve(message, key, effect)
        except Refused as refusal:
            answer = {"status": "failed", **REFUSED_WITH[operation]}
            if operation == "check_funds":
                answer["account_number"] = message["account_number"]
            return {**answer, "error_message": str(refusal)}

    @api.model
    def _serve_check_funds(self, message, _key, _effect):
        account = self._account(message["account_number"], message["account_currency"])
        amount = self._amount(account, "total_funds_needed", message)
        book, blocked = account._balances()[account.id]
        if amount > book - blocked:
            raise Refused(INSUFFICIENT_FUNDS)
        return {
            "status": "success",
            "account_number": account.account_number,
            "has_sufficient_funds": True,
            "error_message": "",
        }

    @api.model
    def _serve_block_funds(self, message, key, _effect):
        account = self._account(message["account_number"], message["currency"])
        amount = self._amount(account, "amount", message)
        block = self.env["g2p.bridge.example.bank.block"]._block_funds(account, amount, key)
        return {
            "status": "success",
            "block_reference_no": block.block_reference,
            "error_message": "",
        }

    @api.model
    def _serve_release_funds(self, message, key, _effect):
        block = self.env["g2p.bridge.example.bank.block"].search(
            [("block_reference", "=", message["block_reference_no"])], limit=1
        )
        if not block:
            raise Refused("Block not found")
        released = block._release(key)
        decimals = block.currency_id.decimal_places
        return {
            "status": "success",
            "released_amount": released.quantize(Decimal(1).scaleb(-decimals)),
            "error_message": "",
        }

    @api.model
    def _serve_initiate_payment(self, payments, key, effect):
        if not payments:
            return {"status": "success", "error_message": ""}
        batches = self.env["g2p.bridge.example.bank.payment.batch"]
        return batches._take_payments(payments, key, effect)._answer()

    @api.model
    def _serve_payment_status(self, message, _key, _effect):
        batch = self.env["g2p.bridge.example.bank.payment.batch"].search(
            [("reference", "=", message["batch_reference"])], limit=1
        )
        state = "never_received"
        if batch:
            state = "rejected" if batch.state == "rejected" else "accepted"
        return {
            "status": "success",
            "batch_status": state,
            "rejected": batch._rejected_payments() if batch else [],
            "error_message": batch.error_message or "",
        }

    @api.model
    def _serve_generate_account_statement(self, message, _key, _effect):
        account = self._account(message["program_account_number"])
        statement = self.env["g2p.bridge.example.bank.statement"]._request(account)
        return {
            "status": "success",
            "account_statement_id": statement.reference,
            "error_message": "",
        }

    @api.model
    def _serve_list_account_statements(self, message, _key, _effect):
        account = self._account(message["program_account_number"])
        made = account.statement_ids.filtered(lambda item: item.state == "made")
        return {
            "status": "success",
            "account_statement_ids": made.sorted("number").mapped("reference"),
            "error_message": "",
        }

    @api.model
    def _account(self, number, currency=None):
        """:raises Refused: no account has this number, or it has another currency"""
        account = self.env["g2p.bridge.example.bank.account"].search(
            [("account_number", "=", number)], limit=1
        )
        if not account or (currency is not None and account.currency_id.name != currency):
            raise Refused(ACCOUNT_NOT_FOUND)
        return account

    @api.model
    def _amount(self, account, name, message):
        return exact_amount(name, message[name], account.currency_id.decimal_places)
