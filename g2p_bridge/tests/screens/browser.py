# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""JavaScript that the tests in a real browser begin with."""

#: ``until(what, condition)`` waits for something as long as ``patience`` (milliseconds, defined
#: before) lasts, and ends at once where the web client shows an error; ``find(selector)`` is
#: an element of the action that is open.
UNTIL_AND_FIND = """
    const until = async (what, condition) => {
        const end = Date.now() + patience;
        while (!condition()) {
            const dialog = document.querySelector(".o_error_dialog");
            if (dialog || Date.now() > end) {
                throw new Error(what + ": " + (dialog ? dialog.innerText : "not there in time"));
            }
            await new Promise((resolve) => setTimeout(resolve, 30));
        }
    };
    const find = (selector) => document.querySelector(".o_action_manager " + selector);
"""
