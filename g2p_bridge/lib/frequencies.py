"""How often a program pays."""

FREQUENCIES = [
    ("daily", "Daily"),
    ("weekly", "Weekly"),
    ("fortnightly", "Fortnightly"),
    ("monthly", "Monthly"),
    ("bimonthly", "Every two months"),
    ("quarterly", "Quarterly"),
    ("semiannually", "Twice a year"),
    ("annually", "Annually"),
    ("ondemand", "On demand"),
]
