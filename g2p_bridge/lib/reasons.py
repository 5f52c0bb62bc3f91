# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the codes of mappers, banks and statements mean, in words that people read.

The one place for it: screens, exports and reports all say the same of the same code.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: The beneficiary's register says that nobody is to pay them any more.
GONE = "BENEFICIARY_DISABLED"
#: Code → a sentence that says what happened and, where somebody can do something, what.
REASONS = {
    # The mapper said (lib.mapper_answer)
    "NOT_LINKED": _lt("The mapper does not know the beneficiary ID, or has no address for it."),
    "INACTIVE": _lt("The mapper has an address and says that it must not be used."),
    "ITEM_REJECTED": _lt("The mapper refused the question: check the beneficiary ID."),
    "NO_ANSWER": _lt("The mapper did not answer this question."),
    "DUPLICATE_ANSWER": _lt("The mapper gave two answers to one question."),
    "WRONG_ID": _lt("The mapper answered for another beneficiary ID."),
    "INCOMPLETE_ANSWER": _lt("The mapper left some of the questions unanswered."),
    "NO_CALL_BACK": _lt("The mapper took the questions and never called back with the answers."),
    # It gave an address that can't be used
    "ADDRESS_EMPTY": _lt("The mapper gave an empty address."),
    "ADDRESS_UNREADABLE": _lt("The address is in no form that the mapper's settings describe."),
    "ADDRESS_INCOMPLETE": _lt("The address lacks a part that a payment needs."),
    "ADDRESS_INVALID": _lt("A part of the address can't be one: too long, or not of its kind."),
    "ADDRESS_TYPE_UNKNOWN": _lt("The address is of a type that can't be paid to."),
    # Nobody has approved the address (models.account_seen)
    "SHARED_ACCOUNT": _lt(
        "Held: several people would be paid to this account, which was found out only after the "
        "approval. An approver releases it, or an officer leaves it out."
    ),
    "OTHER_ACCOUNT": _lt(
        "Held: the account is another one than in the earlier cycle, which was found out only "
        "after the approval. An approver releases it, or an officer leaves it out."
    ),
    # The bank said
    "ACCOUNT_CLOSED": _lt("The account is closed."),
    "ACCOUNT_NOT_FOUND": _lt("The bank does not know the account."),
    "ACCOUNT_DORMANT": _lt("The account is dormant: its owner has to wake it up at the bank."),
    "ACCOUNT_DECEASED": _lt("The owner of the account has died."),
    "ACCOUNT_BLOCKED": _lt("The account is blocked."),
    "INVALID_ACCOUNT": _lt("The bank does not accept the account number."),
    "INVALID_AMOUNT": _lt("The bank does not accept the amount."),
    "LIMIT_EXCEEDED": _lt("The amount is above a limit of the account."),
    "NAME_MISMATCH": _lt("The name is not that of the account's owner."),
    "INSUFFICIENT_FUNDS": _lt("The sponsor bank's account does not hold enough money."),
    "REJECTED_BY_BANK": _lt("The bank refused the payment and gave no reason."),
    "NEVER_RECEIVED": _lt("The bank never received it."),
    # The bank said, in codes of ISO 20022 (ExternalReturnReason1Code)
    "AC01": _lt("The account number is wrong."),
    "AC03": _lt("The account number of the beneficiary is wrong."),
    "AC04": _lt("The account is closed."),
    "AC06": _lt("The account is blocked."),
    "AG01": _lt("The account takes no payments of this kind."),
    "AM05": _lt("The bank takes it for a payment that was made before."),
    "BE01": _lt("The name is not that of the account's owner."),
    "CUST": _lt("The beneficiary has sent it back."),
    "FOCR": _lt("It was called back."),
    "MD07": _lt("The owner of the account has died."),
    "MS02": _lt("The beneficiary has sent it back and gave no reason."),
    "MS03": _lt("The bank has sent it back and gave no reason."),
    "NARR": _lt("The reason stands in the text of the line."),
    "RC01": _lt("The code of the beneficiary's bank is wrong."),
    "RR04": _lt("A rule of the authorities keeps the bank from paying it."),
    "TECH": _lt("The bank had a technical problem."),
    # The call to a bank or a mapper
    "CONNECTION_FAILED": _lt("The other side could not be reached."),
    "TIMEOUT": _lt("The other side did not answer in time."),
    "INVALID_ANSWER": _lt("The other side's answer can't be read."),
    "INVALID_CREDENTIAL": _lt("The other side does not accept the credential."),
    "NO_SIGNING_KEY": _lt("The request has to be signed, and no key signs yet."),
    "UNEXPECTED": _lt("The attempt ended unexpectedly; the server's log says more."),
    "UNKNOWN": _lt("The bank can't say what became of it."),
    # A person decided, or nobody was left to
    GONE: _lt("The beneficiary was disabled in the registry before the payment left."),
    "GIVEN_UP": _lt("A person gave it up."),
    "HOLD_RELEASED": _lt("The rest of the hold was released before it left."),
    "ATTEMPTS_EXHAUSTED": _lt("All attempts are used up."),
    # A line of a statement
    "INVALID_DISBURSEMENT": _lt("The line names no payment that was handed to the bank."),
    "DUPLICATE_DISBURSEMENT": _lt("The payment was debited before: the line waits for its return."),
    "INVALID_REVERSAL": _lt("Money came back without a debit: the line waits for it."),
    "AMOUNT_MISMATCH": _lt("The bank booked another amount than it was handed."),
    "CURRENCY_MISMATCH": _lt("The bank booked another currency than it was handed."),
    "BATCH_MISMATCH": _lt("The line books a whole batch, but not its total or its count."),
    "REISSUED": _lt("Money left once more for a payment that was reissued."),
    "ID_IN_TEXT": _lt("The line names no payment where its ID belongs; its text holds one."),
    "REOPENED": _lt("A person has taken the line up again."),
    "UNCONFIRMED": _lt("Money is said to be back, and a second person has to confirm it."),
    # A statement as a whole
    "INVALID_ACCOUNT_NUMBER": _lt("No benefit program is paid from the account."),
    "INVALID_FORMAT": _lt("The file can't be read."),
}


def reason_words(env, code):
    """A code in the user's language.

    :param code: None or empty gives an empty text
    :return: the sentence; for a code that only the bank or the mapper knows, one that
        quotes it
    """
    if not code:
        return ""
    sentence = REASONS.get(code)
    if sentence:
        return env._(sentence)
    return env._("The other side's own reason: %s", code)
