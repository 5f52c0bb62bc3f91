from . import statement, statement_format_mt940
