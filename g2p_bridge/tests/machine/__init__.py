# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A machine that does to the bridge whatever may happen to it, in any order.

``rules`` says what may happen, ``invariants`` what has to hold after each move, ``awake`` that
nothing that could go on has been forgotten, ``ending`` how everything has to come out,
``mutants`` which mistakes the machine has to find when they are planted. ``bank`` and ``mapper``
are models of the other side with books of their own: what was paid is what these books say.
"""
