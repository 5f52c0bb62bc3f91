"""Where a statement stands among those of its account, in SQL over its row."""

#: Where a statement stands among those of its account: by day, then by number and sequence
#: number (0 for what is no number), then as it came.
DAY = "COALESCE(statement_date, upload_timestamp::date)"
NUMBER = (
    "(CASE WHEN statement_number ~ '^[0-9]{1,9}$' THEN statement_number::integer ELSE 0 END)"
)
SEQUENCE = "(CASE WHEN sequence_number ~ '^[0-9]{1,9}$' THEN sequence_number::integer ELSE 0 END)"
PLACE = f"{DAY}, {NUMBER}, {SEQUENCE}, id"
PLACE_BACK = f"{DAY} DESC, {NUMBER} DESC, {SEQUENCE} DESC, id DESC"
