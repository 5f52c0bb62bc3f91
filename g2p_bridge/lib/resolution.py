# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a mapper's answers to the columns of the disbursement table."""

from .financial_address import AddressError
from .mapper_answer import NO_ANSWER


def address_columns(requests, answers, parse):
    """One row of texts per request, resolved or with the reason why not.

    :param requests: [(reference_id, beneficiary_id)]
    :param answers: {reference_id: Resolution}
    :param parse: reads an address text, raises AddressError
    :return: tuples (disbursement_id, state, reason_code, account_type, account_number,
        bank_code, branch_code, phone, email, mobile_wallet_provider,
        email_wallet_provider, name_from_mapper)
    """
    return [
        _columns(reference_id, answers.get(reference_id), parse)
        for reference_id, _beneficiary_id in requests
    ]


def _columns(reference_id, answer, parse):
    if answer is None:
        return _unresolved(reference_id, NO_ANSWER)
    if not answer.fa:
        return _unresolved(reference_id, answer.reason_code or NO_ANSWER)
    try:
        address = parse(answer.fa)
    except AddressError as error:
        # The code only: the text of the error may hold an account number.
        return _unresolved(reference_id, error.code)
    return (
        reference_id,
        "resolved",
        None,
        address.account_type,
        address.account_number or None,
        address.bank_code or None,
        address.branch_code or None,
        address.phone or None,
        address.email or None,
        address.mobile_wallet_provider or None,
        address.email_wallet_provider or None,
        answer.name or None,
    )


def _unresolved(reference_id, reason):
    return (reference_id, "unresolved", reason, *[None] * 9)
