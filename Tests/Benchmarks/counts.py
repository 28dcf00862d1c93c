"""Compares what one request takes, in instructions and allocations on its event loop, with the counts kept in `counts.json`.

Counts are the same on any machine, so a change of the code that costs something shows, and a test can fail on it.
"""

import json
import pathlib

PATH = pathlib.Path(__file__).with_name("counts.json")

# Measurement, figure and subject, as in `Figures`, and how much more is let pass beside `ROOM`: a tenth of an allocation of
# a hundred requests is the tables' growth.
KEPT = {
    "instructions": (("instructions", "on the event loop", "all"), 0),
    "allocations": (("allocations", "on the event loop", "one at a time"), 0.02),
    "allocations, 16 pipelined": (("allocations", "on the event loop", "16 pipelined"), 0.02),
}
ROOM = 0.05


def measured(figures):
    """The counts of this run."""
    return {name: round(figures.median(*key), 3) for name, (key, _) in KEPT.items()}


def keep(figures):
    """Writes the counts of this run down as those to compare with."""
    PATH.write_text(json.dumps(measured(figures), indent=2) + "\n")


def changes(counts, kept):
    """A line for each count that is more than `ROOM` away from the one kept, in either direction.

    A count that has fallen has to be kept as well: otherwise what was gained can be lost unseen.
    """
    lines = []
    for name, (_, slack) in KEPT.items():
        before, now = kept[name], counts[name]
        if abs(now - before) > before * ROOM + slack:
            lines.append(f"{name} per request: {now:g}, kept: {before:g}")
    return lines


def compare(figures):
    """Returns what is wrong, or None."""
    lines = changes(measured(figures), json.loads(PATH.read_text()))
    if lines:
        return "\n".join([*lines, f"more than {ROOM:.0%} away; scripts/bench --counts --keep writes them down as intended"])
    return None
