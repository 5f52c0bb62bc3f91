# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The kinds of events, and what the figures of each one mean."""

#: Code on the wire → its name on screen. Codes are added, never changed.
KINDS = [
    ("envelope.received", "Envelope declared"),
    ("envelope.amended", "Envelope amended"),
    ("envelope.disbursements_received", "Disbursements received"),
    ("envelope.complete", "Envelope complete"),
    ("envelope.incomplete", "Envelope incomplete again"),
    ("envelope.approved", "Envelope approved"),
    ("envelope.sent_back", "Envelope sent back"),
    ("envelope.started", "Envelope started by a person"),
    ("envelope.cancelled", "Envelope cancelled"),
    ("envelope.paused", "Envelope paused"),
    ("envelope.resumed", "Envelope resumed"),
    ("envelope.funds_available", "Funds available"),
    ("envelope.funds_not_available", "Funds not available"),
    ("envelope.funds_check_failed", "Funds check failed"),
    ("envelope.funds_blocked", "Funds blocked"),
    ("envelope.funds_block_failed", "Block of funds failed"),
    ("envelope.funds_block_uncertain", "Block of funds uncertain"),
    ("envelope.funds_released", "Rest of the funds released"),
    ("envelope.funds_release_failed", "Release of funds failed"),
    ("envelope.funds_release_uncertain", "Release of funds uncertain"),
    ("envelope.shipping_begun", "Shipping begun"),
    ("envelope.shipped", "Envelope shipped"),
    ("envelope.reconciled", "Envelope reconciled"),
    ("envelope.needs_attention", "Envelope needs attention"),
    ("envelope.attention_settled", "Envelope needs no attention any more"),
    ("batch.resolved", "Mapper batch answered"),
    ("batch.shipped", "Bank batch shipped"),
    ("batch.uncertain", "Bank batch uncertain"),
    ("batch.settled", "Uncertain bank batch settled"),
    ("batch.failed", "Batch failed"),
    ("batch.rejected", "Bank batch given up"),
    ("batch.changed", "Disbursements of a batch changed"),
    ("statement.recorded", "Statement recorded"),
]
CODES = tuple(code for code, _name in KINDS)

#: Kind → what its two pairs of count and amount are of. All others have one pair.
FIGURES = {
    "batch.resolved": ("resolved", "unresolved"),
    "batch.shipped": ("shipped", "rejected"),
    "batch.rejected": ("shipped", "rejected"),
    "statement.recorded": ("reconciled", "reversed"),
}
#: What the pair of all other kinds is of.
ALL = "disbursement"


def figures(kind, count, amount, failed_count, failed_amount):
    """The figures of an event under the names that they have for its kind."""
    names = FIGURES.get(kind, (ALL,))
    pairs = ((count, amount), (failed_count, failed_amount))
    named = {}
    for name, (number, total) in zip(names, pairs, strict=False):
        named[f"{name}_count"] = number or 0
        named[f"{name}_amount"] = total
    return named
