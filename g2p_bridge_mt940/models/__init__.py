from . import ir_attachment, statement, statement_format_mt940
