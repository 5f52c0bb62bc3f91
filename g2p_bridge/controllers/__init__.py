from . import export_disbursements
from . import import_files
from . import monitoring
