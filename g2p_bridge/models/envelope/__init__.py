"""The envelope: control totals of one program and one cycle, and its way to the bank."""

from . import envelope
from . import envelope_status
from . import envelope_progress
from . import envelope_revision
from . import envelope_review
from . import envelope_control
from . import envelope_hold
from . import envelope_waiting
from . import envelope_links
from . import envelope_pipeline
from . import envelope_attention
from . import envelope_timeline
from . import envelope_export
from . import envelope_audit
from . import envelope_reissue
