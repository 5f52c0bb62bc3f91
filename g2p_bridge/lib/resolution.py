# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From a mapper's answers to the columns of the disbursement table."""

from .mapper_answer import NO_ANSWER


def address_columns(requests, answers):
    """One row of texts per request, resolved or with the reason why not.

    :param requests: [(reference_id, beneficiary_id)]
    :param answers: {reference_id: Resolution}
    :return: tuples (disbursement_id, state, reason_code, account_type, account_number,
        bank_code, branch_code, phone, email, mobile_wallet_provider,
        email_wallet_provider, name_from_mapper)
    """
    return [
        _columns(reference_id, answers.get(reference_id))
        for reference_id, _beneficiary_id in requests
    ]


def _columns(reference_id, answer):
    address = answer and answer.address
    if not address:
        # The code only: words of a mapper may hold an account number.
        reason = answer and answer.reason_code
        return (reference_id, "unresolved", reason or NO_ANSWER, *[None] * 9)
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
