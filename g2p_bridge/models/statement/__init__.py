# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Statements of banks: taken in, read, matched with payments, and corrected.

* ``statement``: the record, and what came of it; its pieces are ``statement_intake`` (how a file
  comes in, and whose its statements are), ``statement_number``, ``statement_matching`` (how lines
  become proof), ``statement_proof`` (who says what it says) and ``statement_step`` (its turn)
* ``statement_states``, ``statement_entry_states``: groups of states and the rules that ask for them
* ``matching_sql``: the rule of matching, in the order in which it runs
* ``statement_place``: the order of the statements of an account
* ``statement_file``, ``statement_format``, ``statement_part``, ``statement_total``: beside it
* ``statement_entry``: one line, and what it turned out to be; its pieces are ``entry_decision``
  (what a person decides about it), ``entry_messages`` (what people are told about it) and
  ``entry_suggestion``; ``statement_entry_record`` is what is kept of it, live or archived
"""

from . import statement_format
from . import statement_file
from . import statement
from . import statement_intake
from . import statement_number
from . import statement_part
from . import statement_entry_record
from . import statement_entry
from . import statement_total
from . import statement_matching
from . import entry_messages
from . import entry_decision
from . import statement_proof
from . import entry_suggestion
from . import statement_step
