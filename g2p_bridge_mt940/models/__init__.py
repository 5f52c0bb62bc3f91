from . import statement
from . import statement_format_mt940
