# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Where a statement stands among those of its account, in SQL over its row."""

from .statement_states import TO_COME

#: Where a statement stands among those of its account: by day, then by number and sequence
#: number (0 for what is no number), then as it came.
DAY = "COALESCE(statement_date, upload_timestamp::date)"
NUMBER = "(CASE WHEN statement_number ~ '^[0-9]{1,9}$' THEN statement_number::integer ELSE 0 END)"
SEQUENCE = "(CASE WHEN sequence_number ~ '^[0-9]{1,9}$' THEN sequence_number::integer ELSE 0 END)"
PLACE = f"{DAY}, {NUMBER}, {SEQUENCE}, id"
PLACE_BACK = f"{DAY} DESC, {NUMBER} DESC, {SEQUENCE} DESC, id DESC"
#: Of each account, the statement that comes first of those that are to be processed.
FIRST_TO_COME = f"""
    SELECT DISTINCT ON (company_id, account_number) id, company_id, account_number
      FROM g2p_bridge_statement WHERE state IN {tuple(TO_COME)}
     ORDER BY company_id, account_number, {PLACE}
"""
