# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Every code that a caller may get, what it means and what to do about it."""

#: Code → (cause, remedy). Of requests that are no message at all, with the HTTP status.
REQUEST_CODES = {
    "G2P-REQ-102": (
        "400: The body is not the message that it should be",
        "Correct the fields that are named",
    ),
    "G2P-REQ-404": ("404: There is nothing at this address", "See openapi.json"),
    "G2P-REQ-405": ("405: The address is called by another method", "See the header Allow"),
    "G2P-REQ-411": ("411: The body comes in chunks", "Send it in one piece, with Content-Length"),
    "G2P-REQ-413": ("413: The body is too large", "Send it in several calls"),
    "G2P-REQ-415": (
        "415: The body is of another type, or compressed",
        "Send application/json (upload_mt940: multipart/form-data) as it is",
    ),
    "G2P-REQ-429": ("429: Too many calls", "Wait as long as the header Retry-After says"),
    "G2P-AUT-403": (
        "403: The caller may not do this",
        "Ask the bridge's administrator for it",
    ),
    "G2P-SRV-500": (
        "500: A fault of the bridge; nothing was changed",
        "Tell the bridge's administrator the message_id and the time",
    ),
    "G2P-SRV-503": (
        "503: The bridge is too busy; nothing was changed",
        "Send the very same message again later",
    ),
}
#: Of the header.
HEADER_CODES = {
    "rjct.version.invalid": ("The version or the dialect is not accepted", "Send version 1.0.0"),
    "rjct.message_id.duplicate": (
        "Another message had this message_id, or this one was carried out before and does not "
        "hold any more",
        "Give each message a new one; only the very same message may be sent again, and it has "
        "no second effect",
    ),
    "rjct.message_ts.invalid": (
        "No time, or one too far from now",
        "Send the time of sending with its offset, and set the clock",
    ),
    "rjct.action.invalid": (
        "The action names another operation than the address",
        "Send the name of the operation as action",
    ),
    "rjct.action.not_supported": (
        "This partner is not allowed this operation",
        "Ask the bridge's administrator for it",
    ),
    "rjct.total_count.invalid": (
        "total_count is not the number of items",
        "Count the items of the message",
    ),
    "rjct.total_count.limit_exceeded": (
        "More items than are taken in one call",
        "Send the rest in another call",
    ),
    "rjct.jwt.invalid": (
        "No signature, or one that can't be read",
        "Sign the body as the integrator's guide describes",
    ),
    "rjct.signature.invalid": (
        "The signature or API key does not prove the sender",
        "Sign the exact bytes with a key that is registered for this sender_id",
    ),
}
#: Of the operations.
OPERATION_CODES = {
    "REQUEST_VALIDATION_ERROR": (
        "The bridge's own rules forbid it; the explanation says which",
        "Do as the explanation says",
    ),
    "INVALID_PROGRAM_MNEMONIC": (
        "No such benefit program, or none that this partner may speak of",
        "Send the mnemonic as configured",
    ),
    "INVALID_DISBURSEMENT_FREQUENCY": ("Not a known frequency", "Send Monthly or the like"),
    "INVALID_CYCLE_CODE_MNEMONIC": ("Empty or too long", "Send 1 to 255 characters"),
    "INVALID_NO_OF_BENEFICIARIES": ("Below 1", "Send how many people are paid"),
    "INVALID_NO_OF_DISBURSEMENTS": (
        "Below the number of beneficiaries, or of what was received",
        "Send how many payments there are",
    ),
    "INVALID_TOTAL_DISBURSEMENT_AMOUNT": (
        "Not above zero, too many decimals, or below what was received",
        "Send the sum of all amounts, with the decimals of the currency",
    ),
    "INVALID_DISBURSEMENT_CURRENCY_CODE": (
        "Not the currency of the program's account",
        "Send that currency",
    ),
    "INVALID_DISBURSEMENT_SCHEDULE_DATE": (
        "No date, or one that is too early",
        "Send a day, YYYY-MM-DD, with the days of notice that are agreed",
    ),
    "DUPLICATE_ENVELOPE": (
        "The program and cycle have a live envelope with other content",
        "Amend or cancel that one, or name another cycle",
    ),
    "INVALID_DISBURSEMENT_ENVELOPE_ID": ("Empty or too long", "Send the ID of the envelope"),
    "DISBURSEMENT_ENVELOPE_NOT_FOUND": (
        "No such envelope, or none of this partner's",
        "Send the ID as it was given",
    ),
    "DISBURSEMENT_ENVELOPE_ALREADY_CANCELED": ("It is cancelled", "Create another one"),
    "DISBURSEMENT_ENVELOPE_DATE_PASSED": (
        "Its schedule date is reached or its funds are being worked on",
        "It can't be amended any more",
    ),
    "DISBURSEMENT_ENVELOPE_SCHEDULE_DATE_REACHED": (
        "Its schedule date is reached or its funds are being worked on",
        "Ask an officer to cancel it on screen, as long as nothing has left",
    ),
    "MULTIPLE_ENVELOPES_FOUND": ("Rows of several envelopes", "Send one call per envelope"),
    "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED": (
        "More disbursements than the envelope declares",
        "Send fewer, or amend the envelope",
    ),
    "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED": (
        "More money than the envelope declares",
        "Send less, or amend the envelope",
    ),
    "INVALID_DISBURSEMENT_PAYLOAD": (
        "Rows are wrong, or there are none; response_error_codes of each row says what",
        "Correct them and send all rows again: none was taken",
    ),
    "STATEMENT_UPLOAD_ERROR": (
        "The file is empty, too large, not text or not MT940",
        "Send the file as the bank made it",
    ),
    "BENEFIT_PROGRAM_CONFIGURATION_ALREADY_EXISTS": (
        "There is a program with this mnemonic",
        "Ask the bridge's administrator to change it",
    ),
    "BENEFIT_PROGRAM_CONFIGURATION_UNCONFIRMED": (
        "No refusal: the program is kept and takes no envelopes yet",
        "Wait until the bridge's administrator has confirmed it",
    ),
    "BENEFIT_PROGRAM_CONFIGURATION_INVALID": (
        "A value is missing or unknown",
        "Correct the value that is named",
    ),
    "INVALID_CURSOR": (
        "No cursor of this list",
        "Send next_cursor of the page before, or none to begin",
    ),
    "CURSOR_EXPIRED": (
        "Changes after this cursor are not kept any more",
        "Read your envelopes by list_disbursements, then begin without a cursor",
    ),
    "INVALID_LIMIT": ("Not a whole number from 1 to the largest page", "Send one, or none"),
    "INVALID_DISBURSEMENT_STATUS": (
        "states is no list of disbursement_status",
        "Send a list of some of them, or none",
    ),
    "INVALID_START": ("Neither now nor beginning", "Send one of them, or none"),
    "INVALID_INCLUDE": (
        "include is no list of events and disbursements",
        "Send a list of one or both, or none",
    ),
    "INVALID_BENEFIT_TYPE": (
        "Newer PBMS: not CASH_DIGITAL",
        "Send other benefits to whoever hands them out",
    ),
    "INVALID_MEASUREMENT_UNIT": (
        "Newer PBMS: not the currency of the program's account",
        "Send that currency",
    ),
    "INVALID_DISBURSEMENT_QUANTITY": (
        "Newer PBMS: not above zero, or too many decimals",
        "Send an amount with the decimals of the currency",
    ),
    "NO_OF_DISBURSEMENTS_EXCEEDS_DECLARED": (
        "Newer PBMS: more disbursements than the envelope declares",
        "Send fewer",
    ),
    "TOTAL_DISBURSEMENT_QUANTITY_EXCEEDS_DECLARED": (
        "Newer PBMS: more money than the envelope declares",
        "Send less",
    ),
}
#: Of single rows, in their response_error_codes.
ROW_CODES = {
    "INVALID_DISBURSEMENT_ENVELOPE_ID": ("The row names no envelope", "Send its ID"),
    "INVALID_DISBURSEMENT_AMOUNT": (
        "Not above zero, or too many decimals",
        "Send an amount with the decimals of the currency",
    ),
    "INVALID_BENEFICIARY_ID": ("Empty or too long", "Send 1 to 255 characters"),
    "INVALID_BENEFICIARY_NAME": ("Empty or too long", "Send 1 to 255 characters"),
    "INVALID_NARRATIVE": ("Empty or too long", "Send 1 to 255 characters"),
    "INVALID_MIS_REFERENCE_NUMBER": (
        "Too long; or missing, from a sender whose cycle codes come again",
        "Send 1 to 255 characters",
    ),
    "DUPLICATE_MIS_REFERENCE_NUMBER": (
        "This key was used in the envelope, with other content; or, by a sender whose cycle codes "
        "come again, in another envelope",
        "Give each payment a key of its own, and send each to one envelope",
    ),
    "INVALID_FINANCIAL_ADDRESS": (
        "The address is incomplete or of an unknown type",
        "Send what its type needs, or none of it",
    ),
    "NUMBER_TOO_LONG": (
        "An ID, account, code or telephone number whose digits a spreadsheet has not kept "
        "(1.23457E+17)",
        "Send it as it was, as a text; response_error_details names it",
    ),
    "NUMBER_WITH_DECIMALS": (
        "An ID, account, code or telephone number that was made a number with decimals "
        "(123456789012.0)",
        "Send it as it was, as a text; response_error_details names it",
    ),
    "ERROR_CELL": (
        "An ID, account, code or telephone number that is an error of a spreadsheet (#N/A, #####)",
        "Send what belongs there; response_error_details names it",
    ),
    "INVALID_REISSUE": (
        "reissue_of names none that can be reissued, or one that was reissued already",
        "Name one that was not paid or came back",
    ),
    "INVALID_DISBURSEMENT_ID": ("No such disbursement", "Send the ID as it was given"),
    "DISBURSEMENT_ALREADY_CANCELED": ("It is cancelled", "Leave the row out"),
    "DUPLICATE_DISBURSEMENT": (
        "Newer PBMS: this ID stands for another disbursement",
        "Give each disbursement an ID of its own",
    ),
}
CODES = {**REQUEST_CODES, **HEADER_CODES, **ROW_CODES, **OPERATION_CODES}
