from . import export_disbursements
from . import import_files
