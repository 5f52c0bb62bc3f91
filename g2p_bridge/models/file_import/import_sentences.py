# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

#: Code → what is wrong and what to do. ``row``, ``column``, ``value`` and what the fault
#: brings besides can be quoted.
SENTENCES = {
    # The file
    "EMPTY_FILE": _lt("The file is empty. Choose the file that holds the disbursements."),
    "FILE_CHANGED": _lt(
        "This is not the file that was chosen: its content was replaced outside of the bridge. "
        "Nothing of it is imported. Tell an administrator, and choose the file again."
    ),
    "NO_ROWS": _lt("The file has a header and no rows below it. Add the disbursements."),
    "OLD_OR_LOCKED_EXCEL": _lt(
        "This is an old Excel file (.xls) or one with a password. Save it as .xlsx, without a "
        "password."
    ),
    "NOT_XLSX": _lt(
        "This is not an Excel workbook (.xlsx) that can be read. Open it in a spreadsheet and "
        "save it as .xlsx or as CSV UTF-8."
    ),
    "DAMAGED_XLSX": _lt(
        "The workbook is damaged at row %(row)s. Open it in a spreadsheet and save it anew."
    ),
    "XLSX_TOO_LARGE": _lt(
        "Unpacked, the workbook takes %(megabytes)s MB, more than rows of payments need. Copy "
        "the rows into a new workbook, or save them as CSV UTF-8."
    ),
    "NOT_TEXT": _lt(
        "This is neither a CSV file nor an Excel workbook (.xlsx). Save it as one of them; a CSV "
        "as UTF-8."
    ),
    "NOT_UTF8": _lt(
        "Line %(row)s is not in UTF-8 (byte %(value)s). Save the file as CSV UTF-8, or as .xlsx."
    ),
    "BROKEN_CSV": _lt(
        "The CSV can't be read from row %(row)s on: %(reason)s. Mostly a double quote has no "
        "partner; inside a text it is written twice."
    ),
    "RECORD_TOO_LONG": _lt(
        "Row %(row)s has more than %(limit)s characters. Mostly a double quote has no partner, or "
        "the file is no table; inside a text a double quote is written twice."
    ),
    "XLSX_ODD": _lt(
        "The workbook holds something that rows of payments don't need, such as entities or very "
        "much between two rows. Copy the rows into a new workbook, or save them as CSV UTF-8."
    ),
    "TOO_MANY_ROWS": _lt(
        "The file has more than %(limit)s rows. Split it into several files and import each."
    ),
    "TOO_MANY_COLUMNS": _lt(
        "The header has more than %(limit)s columns. Keep those of the template only."
    ),
    "UNKNOWN_COLUMN": _lt(
        "The column “%(value)s” is not known. Rename it or take it out; known are: %(known)s."
    ),
    "MISSING_COLUMN": _lt("The column %(column)s is missing. Name it in the header."),
    "REPEATED_COLUMN": _lt("The column %(column)s is there more than once. Keep one."),
    "ADDRESS_NOT_USED": _lt(
        "The program asks an ID mapper where the money goes, so %(column)s would be ignored. "
        "Take the column out, or change the program first."
    ),
    "NO_OF_DISBUESEMENTS_EXCEEDS_DECLARED": _lt(
        "%(received)s disbursements were received and the file brings %(more)s more, but the "
        "envelope declares %(declared)s. Take rows out or amend the envelope."
    ),
    "TOTAL_DISBURSEMENT_AMOUNT_EXCEEDS_DECLARED": _lt(
        "%(received)s was received and the file brings %(more)s more, but the envelope declares "
        "%(declared)s. Correct the amounts or amend the envelope."
    ),
    # Cells
    "FORMULA_CELL": _lt(
        "The cell has a formula, and what that gives can change. Replace it by its value (copy, "
        "then paste values only)."
    ),
    "DATE_CELL": _lt(
        "The spreadsheet holds a date or time here. Format the cell as text (as a number for an "
        "amount) and type the value again."
    ),
    "ERROR_CELL": _lt("The cell shows an error. Enter the value that belongs here."),
    "BOOLEAN_CELL": _lt("The cell is true or false. Format it as text and type the value again."),
    "NUMBER_TOO_LONG": _lt(
        "A spreadsheet has not kept all digits of this number. Format the column as text, enter "
        "the value as it was, and save the file again."
    ),
    "NUMBER_WITH_DECIMALS": _lt(
        "A spreadsheet has made a number with decimals of this. Format the column as text, and "
        "enter the value as it was."
    ),
    "INVALID_CHARACTER": _lt(
        "The value holds an invisible control character (shown as �). Type the value again."
    ),
    "VALUE_WITHOUT_COLUMN": _lt(
        "The value stands below no column name. Take it out; in a CSV, a text that contains the "
        "delimiter has to be in double quotes."
    ),
    # Rows
    "ENVELOPE_DIFFERS": _lt(
        "The row is for another envelope than %(envelope)s. Choose that envelope, or take the "
        "row out."
    ),
    "REPEATED_MIS_REFERENCE_NUMBER": _lt(
        "Row %(first)s has this reference already. Give every payment a reference of its own."
    ),
    "DISBURSEMENT_ALREADY_CANCELED": _lt(
        "A disbursement with the reference “%(value)s” was cancelled. Give what is to be paid "
        "in its place a reference of its own."
    ),
    "DUPLICATE_MIS_REFERENCE_NUMBER": _lt(
        "The envelope has a disbursement with this reference and other content. Correct the row, "
        "or give it a reference of its own."
    ),
    "INVALID_MIS_REFERENCE_NUMBER": _lt(
        "The reference has to be a text of at most 255 characters, or empty."
    ),
    "INVALID_DISBURSEMENT_ENVELOPE_ID": _lt("The envelope ID is missing."),
    "INVALID_DISBURSEMENT_AMOUNT": _lt(
        "The amount has to be above zero, with at most 12 digits before the point and "
        "%(decimals)s decimals. Write it like 1234.50 where there are decimals: a point, no "
        "thousands separator, no currency."
    ),
    "INVALID_BENEFICIARY_ID": _lt("Give the ID of the beneficiary, at most 255 characters."),
    "INVALID_BENEFICIARY_NAME": _lt("Give the name of the beneficiary, at most 255 characters."),
    "INVALID_NARRATIVE": _lt(
        "Give the narrative, at most 255 characters: beneficiaries see it at their bank."
    ),
    "INVALID_FINANCIAL_ADDRESS": _lt(
        "The address is not complete. beneficiary_account_type is BANK_ACCOUNT (needs "
        "beneficiary_account), MOBILE_WALLET (needs beneficiary_phone_no) or EMAIL_WALLET "
        "(needs beneficiary_email); no part has more than 255 characters. Or leave all empty."
    ),
    "INVALID_DISBURSEMENT_PAYLOAD": _lt("The row can't be read as a disbursement."),
}

UNKNOWN_CODE = _lt("The row was refused: %(code)s.")
