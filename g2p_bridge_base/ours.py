# Copyright 2026 G2P Bridge contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is the bridge's own, defined once: its models, and its parameters in the database."""

#: What the keys of all addons' parameters begin with: g2p_bridge.approval, g2p_bridge_api.prefix.
PARAMETERS = "g2p_bridge"
#: How the names of all addons' models begin.
MODELS = "g2p.bridge."
#: The same beginning of keys, and of the bridge's addons, as a pattern of ``=like``.
LIKE_OURS = PARAMETERS.replace("_", "\\_") + "%"
#: The last word of a parameter whose value nobody may read.
SECRET_WORDS = ("key", "token", "secret", "password")


def is_own_parameter(key) -> bool:
    """Whether a system parameter is a setting of the bridge."""
    return (key or "").startswith(PARAMETERS)


def is_secret_parameter(key) -> bool:
    """Whether the value of a parameter of the bridge is a secret."""
    return (key or "").rpartition("_")[2].rpartition(".")[2] in SECRET_WORDS


def is_own_model(name) -> bool:
    """Whether a model is the bridge's, by its name."""
    return (name or "").startswith(MODELS)
