from . import ir_attachment, sponsor_bank, statement, statement_format_mt940
