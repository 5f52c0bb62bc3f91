"""Writes the figures of a campaign into RELIABILITY.md, in the place that is theirs."""

from datetime import UTC, datetime
from pathlib import Path

HEAD = """# Reliability

Figures of runs, written by scripts: no number here was typed. What they mean: `tests/campaign.py`.
"""
MEANING = """Bridge and bank ran as two servers with worker processes and job runners. Nobody
helped: a server that ended was started again, the scheduled actions ran, and the clock of what
had no living worker was moved on so that the run need not wait for it. What was paid is what the
bank's own books say."""
BEGIN, END = "<!-- campaign -->", "<!-- end of campaign -->"


def write_campaign(path, tally):
    """Replace the part about kills, and leave everything else as it is."""
    path = Path(path)
    text = path.read_text() if path.exists() else HEAD
    before, _begin, rest = text.partition(BEGIN)
    _former, _end, after = rest.partition(END)
    path.write_text(f"{before.rstrip()}\n\n{_part(tally)}\n{after.lstrip() and after}")


def _part(tally):
    rows = [
        ("kills and cuts together", tally.kills),
        *sorted(tally.hits.items()),
        ("different points of the code", len(tally.points)),
        ("envelopes under way", tally.envelopes),
        ("envelopes that came to their end without a human hand", tally.recovered),
        ("disbursements", tally.disbursements),
        ("double payments", tally.double),
        ("lost payments", tally.lost),
        ("wrong counters", tally.wrong_counters),
        ("seconds", tally.seconds),
    ]
    table = "\n".join(f"| {words} | {count} |" for words, count in rows)
    day = datetime.now(UTC).date().isoformat()
    return (
        f"{BEGIN}\n## Kills survived\n\n{day}, seed {tally.seed}:"
        f" `setup/campaign --campaign {tally.planned} --seed {tally.seed}`\n\n"
        f"{MEANING}\n\n"
        f"| what | how many |\n|---|---|\n{table}\n{END}"
    )
