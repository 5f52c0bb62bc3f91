# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Watching what jobs do, for the scripts of the demo."""

import sys
import time

#: Longest time without any progress, in seconds.
PATIENCE = 180


class Progress:
    """Prints a line while jobs run, whenever it changes.

    :param env: environment whose transaction is started anew before each look
    :param describe: function that gives the line
    """

    def __init__(self, env, describe):
        self.env, self.describe = env, describe
        self.line = None

    def watch(self, reached):
        """Waits until `reached()` is true; gives up after PATIENCE seconds of standstill."""
        moved = time.monotonic()
        while True:
            self.env.cr.rollback()
            self.env.invalidate_all()
            if self._show():
                moved = time.monotonic()
            if reached():
                return
            if time.monotonic() - moved > PATIENCE:
                sys.exit(f"No progress for {PATIENCE} s: see the envelope and the failed jobs.")
            time.sleep(0.3)

    def _show(self):
        line = self.describe()
        if line == self.line:
            return False
        self.line = line
        print(line, flush=True)
        return True
