"""Statements of banks: taken in, read, matched with payments, and corrected."""

from . import statement_place
from . import statement_format
from . import statement_file
from . import statement
from . import statement_account
from . import statement_correction
from . import statement_intake
from . import statement_lines
from . import statement_part
from . import statement_queue
from . import statement_numbering
from . import statement_entry_record
from . import statement_entry
from . import entry_actions
from . import statement_total
from . import matching
from . import reconciliation
from . import entry_words
from . import entry_help
from . import entry_known
from . import entry_decision
from . import entry_second
from . import statement_proof
from . import entry_suggestion
from . import statement_warnings
from . import statement_result
