# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from pathlib import Path

from odoo.tests import TransactionCase

from odoo.addons.g2p_bridge.lib.lost_digits import KINDS

from ...lib.codes import CODES
from ...services.service_gen_2 import CODES as GEN_2_CODES

ADDONS = Path(__file__).parents[3]
#: Where codes are given: rejections, refusals, and the faults of rows.
GIVEN = (
    re.compile(
        r"(?:BridgeError|Refusal|errors)\(\s*(?:\w+,\s*)?\"([A-Z][A-Z0-9_-]+|rjct[a-z._]+)\""
    ),
    re.compile(r"(?:yield|append\(|\[)\"((?:INVALID|DUPLICATE|DISBURSEMENT)_[A-Z_]+)\""),
    re.compile(r"self\._(?:text|count)\(\s*values, \"\w+\", \"([A-Z_]+)\""),
)


class TestCodes(TransactionCase):
    """No code without its meaning and its remedy."""

    def test_every_code_is_explained(self):
        given = {*GEN_2_CODES.values(), *KINDS}
        for folder in ("g2p_bridge/services", "g2p_bridge_api/models", "g2p_bridge_api/lib"):
            for path in (ADDONS / folder).glob("*.py"):
                for pattern in GIVEN:
                    given.update(pattern.findall(path.read_text()))
        self.assertGreater(len(given), 30)
        self.assertFalse(given - set(CODES))

    def test_explanations_are_whole(self):
        for code, (cause, remedy) in CODES.items():
            self.assertTrue(cause and remedy, code)
